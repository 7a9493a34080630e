#pragma once
// One batch of records on its way into the read model: names and copies, retraction, facts, pieces, digests.
//
// Add every record, then Finish once; the caller writes vector and digests in the same Batch and commits. What is written is a
// function of the records known, not of the order or the batches in which they came. Thread safety: one thread.
#include <map>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "history/database.h"
#include "history/digest.h"
#include "history/folder.h"
#include "history/rows.h"

namespace tenure::history {

class Applier {
 public:
  // `known_refs` remembers over batches what has been mentioned on disk; all outlive this object.
  Applier(Batch& batch, const std::vector<std::string>& correctors, Digests& digests,
          std::unordered_set<std::string>& known_refs);

  // A readable event on its own plane's topic.
  Status Add(StoredEvent event);
  Status AddDeadLetter(const Position& position, const StoredDeadLetter& letter);
  Status Finish();

  std::int64_t NewRefs() const { return new_refs_; }

 private:
  struct RowChange {
    FactKey fact;
    Moment at;
    std::string value;
    bool fresh;
  };

  Result<NameRow*> Name(const NameHash& name);
  Status NoteTargets(const StoredEvent& event, const NameHash& name);
  Status NoteLookups(const StoredEvent& event);
  Status Mention(char kind, const std::string& ref, const std::optional<Position>& where);

  Status SettleNames();
  Status SettleName(Settlement& settlement, const NameHash& name, std::vector<RowChange>& changes);
  Status ChangeRows(Settlement& settlement, const NameHash& name, const NameRow& row, std::vector<RowChange>& changes);
  Status NoteTaints(Settlement& settlement, const NameHash& name, const NameRow& before, const NameRow& now);
  void SetTaint(const std::string& key, bool is, std::string_view tuple, std::string_view tuple_before);
  Status WriteRows(const std::vector<RowChange>& changes);
  Result<Digest> GroupDigest(const FactKey& fact, EffectiveTime time);

  Status RefoldAll();
  Status Refold(const FactKey& fact);
  Status RefoldIncarnations(const FactKey& fact);
  Status SpreadRoleRevoke(const FactKey& fact);
  Status SpreadIdentity(const std::string& ref);
  Status SpreadRole(const std::string& role);
  void WritePiece(const FactKey& fact, const Piece& piece, bool put);

  Batch& batch_;
  const std::vector<std::string>& correctors_;
  Digests& digests_;
  std::unordered_set<std::string>& known_refs_;
  std::int64_t new_refs_ = 0;

  std::vector<StoredEvent> events_;                     // of this batch
  std::map<NameHash, std::vector<std::size_t>> fresh_;  // their indexes by name
  struct NameState {
    NameRow before, now;
  };
  std::map<NameHash, NameState> names_;
  std::set<NameHash> dirty_names_;
  std::set<FactKey> dirty_;                       // facts to fold again
  std::map<FactKey, OptionalTime> role_revokes_;  // changed: earliest time if only new ones came, nothing if any went
  std::unique_ptr<Folder> folder_;
};

}  // namespace tenure::history
