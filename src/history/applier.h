#pragma once
// One batch of records on its way into the read model: names and copies, retraction, facts, pieces, digests.
//
// Add every record, then Finish once; the caller writes vector and digests in the same Batch and commits. What is written is a
// function of the records known, not of the order or the batches in which they came. Thread safety: one thread.
#include <deque>
#include <map>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "history/database.h"
#include "history/digest.h"
#include "history/fact_writer.h"
#include "history/folder.h"
#include "history/prepared.h"
#include "history/refolder.h"
#include "history/rows.h"

namespace tenure::history {

class Applier {
 public:
  // `known_refs` remembers over batches what has been mentioned on disk; all outlive this object. `checkpoint_every` changes no row
  // but checkpoints.
  Applier(Batch& batch, const std::vector<std::string>& correctors, Digests& digests, std::unordered_set<std::string>& known_refs,
          std::size_t checkpoint_every = kCheckpointEvery);

  // Reads what these events will ask for at once. Optional, and before they are added.
  Status Expect(const std::vector<Prepared>& events);
  // A readable event on its own plane's topic. It outlives this object.
  Status Add(const Prepared& event);
  Status AddDeadLetter(const Position& position, const StoredDeadLetter& letter);
  Status Finish();

  std::int64_t NewRefs() const { return new_refs_; }
  // After Finish: the prefixes under which intervals or a subject's events changed, as Pages::KeyOf names them.
  std::unordered_set<std::string> TakeTouched() { return std::move(touched_); }
  // After Finish: how many facts of a kind were folded from a checkpoint.
  std::int64_t Resumed(FactKind kind) const { return refolder_->Resumed(kind); }

 private:
  // One copy of an event as one of its facts is to see it.
  struct RowChange {
    FactKey fact;
    Moment at;
    std::uint8_t flags;
    const Prepared* event;
    std::size_t index;  // of the fact among the event's
  };
  // The revokes by role of one principal and role.
  struct RevokesChanged {
    OptionalTime since = kForever;  // the earliest, if only new ones came; nothing: some went
    bool of_any_scope = false;
    std::set<std::string> scopes;
    bool SpeaksOf(const std::string& scope) const { return of_any_scope || scopes.contains(scope); }
  };
  struct NameState {
    NameRow before, now;
  };

  Result<NameRow*> Name(const NameHash& name);
  Status NoteTargets(const StoredEvent& event, const NameHash& name);
  Status NoteLookups(const Prepared& prepared);
  Status Mention(char kind, const std::string& ref, const std::optional<Position>& where);

  Status SettleNames();
  Status SettleName(Settlement& settlement, const NameHash& name, std::vector<RowChange>& changes);
  bool IsPlain(const NameHash& name, const NameState& state) const;
  Result<const Prepared*> EventOf(const NameHash& name, const Position& position);
  Status ChangeRows(Settlement& settlement, const NameHash& name, const NameRow& row, std::vector<RowChange>& changes);
  Status NoteTaints(Settlement& settlement, const NameHash& name, const NameRow& before, const NameRow& now);
  Status NoteMisplaced(Settlement& settlement, const NameHash& name, const Copy& copy);
  void SetTaint(const std::string& key, std::string_view tuple, std::string_view tuple_before);
  Status WriteRows(const std::vector<RowChange>& changes);
  Status WriteGroup(const std::vector<const RowChange*>& changes);
  Status WriteRow(const RowChange& change);
  Result<Hash256> TupleOf(const FactKey& fact, const LeafEvent& event, std::uint64_t rank);
  Status RankAgain(const FactKey& fact, const std::map<Moment, std::uint8_t>& was, const std::map<Moment, std::uint8_t>& now);
  void NoteFlip(const RowChange& change, bool in_force);
  void Dirty(const FactKey& fact, EffectiveTime changed);

  Status RefoldAll();
  Status Refold(const FactKey& fact, EffectiveTime changed);
  Status ReplacePieces(const FactKey& fact, const Refolded& now);
  Status KeepIncarnations(const FactKey& fact, const Incarnations& now);
  Status SpreadRoleRevoke(const FactKey& fact, const RevokesChanged& revokes);
  Status SpreadTo(const GrantPiece& grant, const FactKey& revoked, const RevokesChanged& revokes);
  Status SpreadIdentity(const std::string& ref);
  Status SpreadRole(const std::string& role);
  void WritePiece(const FactKey& fact, const Piece& piece, const std::string& value, bool put);

  Batch& batch_;
  const std::vector<std::string>& correctors_;
  Digests& digests_;
  std::unordered_set<std::string>& known_refs_;
  std::int64_t new_refs_ = 0;

  std::map<NameHash, std::vector<const Prepared*>> fresh_;  // of this batch
  std::deque<Prepared> read_back_;                          // of earlier batches
  std::map<NameHash, NameState> names_;
  std::set<NameHash> dirty_names_;
  std::map<FactKey, EffectiveTime> dirty_;  // facts to fold again: the earliest change; kAlways = of anything
  std::map<FactKey, RevokesChanged> role_revokes_;
  std::map<FactKey, EffectiveTime> only_revoked_;  // grants to fold again for new revokes by role alone: the earliest of them
  const std::size_t checkpoint_every_;
  FactWriter facts_;
  std::unique_ptr<Folder> folder_;
  std::unique_ptr<Refolder> refolder_;
  std::unordered_set<std::string> touched_;
};

}  // namespace tenure::history
