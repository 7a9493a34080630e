#pragma once
// Files the events and pieces of one batch in the leaves of their facts.
//
// What it holds back is written by Flush; whoever reads the batch's facts meanwhile asks Flush first. Facts that were looked at are kept
// until the batch ends, so that many events of one fact cost one read and one write. Thread safety: one thread.
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "history/database.h"
#include "history/leaf.h"

namespace tenure::history {

class FactWriter {
 public:
  // Outlives this object.
  explicit FactWriter(Batch& batch) : batch_(batch) {}

  // Reads these facts at once.
  Status Expect(const std::vector<FactKey>& facts);

  // The events of one time.
  Result<std::vector<LeafEvent>> EventsAt(const FactKey& fact, EffectiveTime time);
  // All of a short fact; nothing if it is long.
  Result<const Leaf*> Whole(const FactKey& fact);
  // Adds the event, or changes the flags of the one that is there. True: the first event of its fact.
  Result<bool> PutEvent(const FactKey& fact, LeafEvent event);

  // The piece that begins at `from`, if there is one.
  Result<std::optional<LeafPiece>> PieceAt(const FactKey& fact, EffectiveTime from);
  // Puts `pieces`, ascending, in the place of all that begin at or after `from`; gives those, ascending.
  Result<std::vector<LeafPiece>> ReplacePieces(const FactKey& fact, EffectiveTime from, const std::vector<LeafPiece>& pieces);

  // Whether the fact has a checkpoint.
  Result<bool> HasCheckpoint(const FactKey& fact);
  Status NoteCheckpoint(const FactKey& fact, bool has_one);

  void Flush();

 private:
  // A first leaf.
  struct First {
    Leaf leaf;
    bool there = false;    // on disk or in the batch
    bool changed = false;  // and not written
    const std::string* key = nullptr;
  };
  struct Later {
    std::string key;
    Moment begin;
    Leaf leaf;
  };
  Result<First*> Open(const FactKey& fact);
  Result<First*> Keep(std::string key, const std::optional<std::string>& bytes);
  // The leaves after the first, from the one where `from` lies, if it isn't the first, to the last that begins at `until` or before.
  Result<std::vector<Later>> LaterFrom(const FactKey& fact, const Moment& from, const Moment& until);
  void WriteLater(const Later& later);
  void Change(First& first);
  Result<std::vector<LeafPiece>> PieceRowsFrom(const FactKey& fact, EffectiveTime from);
  // Cuts a leaf where an event in it begins another one. The fact's pieces go into rows of their own when it is cut first.
  void Split(const FactKey& fact, First& first, Leaf& leaf);

  Batch& batch_;
  std::unordered_map<std::string, First> firsts_;
  std::vector<First*> changed_;
  std::unique_ptr<Cursor> leaf_cursor_, piece_cursor_;
};

}  // namespace tenure::history
