#pragma once
// Reads the events of a fact that are in force in one knowledge, and folds them.
//
// Current knowledge trusts the flags that the last batch settled; any other asks the settlement for contested events. Incarnations
// are remembered for the life of the object. Thread safety: one thread.
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "history/fact_reader.h"
#include "history/fact_writer.h"
#include "history/fold.h"
#include "history/role_revokes.h"
#include "history/rows.h"
#include "history/settlement.h"

namespace tenure::history {

// The incarnations in one knowledge, over questions. Thread safety: any call from any thread.
class IncarnationMemo {
 public:
  std::optional<Incarnations> Of(FactKind kind, const std::string& ref) const;
  void Keep(FactKind kind, const std::string& ref, const Incarnations& incarnations);

 private:
  mutable std::mutex mutex_;
  std::map<std::pair<FactKind, std::string>, Incarnations> known_;
};

class Folder {
 public:
  // `v` null: everything, by the flags. Otherwise `settlement` must be of the same v. `writer`: what it holds back in `rows` counts, too.
  // All outlive this object.
  Folder(const Rows& rows, const PositionVector* v, Settlement* settlement, FactWriter* writer = nullptr)
      : rows_(rows), v_(v), settlement_(settlement), writer_(writer), reader_(rows), role_revokes_(writer == nullptr) {}

  // Ascending. Events before `from`, and those from `until` on if it isn't kForever, are left unread.
  Result<std::vector<Assertion>> Load(const FactKey& fact, EffectiveTime from = kAlways, EffectiveTime until = kForever);
  // Of each fact of one kind of a subject, in one pass.
  struct Loaded {
    FactKey fact;
    std::vector<Assertion> events;
  };
  Result<std::vector<Loaded>> LoadKind(std::string_view subject, FactKind kind);
  // Pieces of identity, credential, role, grant and membership facts; other kinds have none.
  Result<std::vector<Piece>> Fold(const FactKey& fact);
  // The same of events at hand. `revokes_since`: no revoke by role before it ends this grant, so none is read.
  Result<std::vector<Piece>> FoldEvents(const FactKey& fact, const std::vector<Assertion>& events,
                                        EffectiveTime revokes_since = kAlways);
  Result<Incarnations> OfIdentity(const std::string& ref);
  Result<Incarnations> OfRole(const std::string& role);
  // Does any event of a fact under this prefix (FactPrefix) stand in this knowledge?
  Result<bool> AnyUnder(std::string_view prefix);
  // The same among the events that count.
  using Counts = std::function<Result<bool>(const FactKey&, const EventSeen&)>;
  Result<bool> AnyUnder(std::string_view prefix, const Counts& counts);
  // Has the fact any event at all, standing or not?
  Result<bool> Exists(const FactKey& fact);
  Result<bool> Stands(const EventSeen& event);
  // Incarnations that others of the same knowledge found. It outlives this object.
  void Share(IncarnationMemo& memo) { shared_ = &memo; }
  // After a batch changed it: the incarnations of this ref are read again.
  void Forget(const std::string& ref) { identities_.erase(ref), roles_.erase(ref); }
  // Facts of one kind of a subject, ended or not.
  Result<std::vector<FactKey>> FactsOfKind(std::string_view subject, FactKind kind);
  // Facts filed under a group, role or anchor.
  Result<std::vector<FactKey>> FactsUnder(const ObjectKey& object);

 private:
  Result<std::vector<Piece>> FoldGrantFact(const FactKey& fact, const std::vector<Assertion>& events,
                                           EffectiveTime revokes_since);
  Result<std::optional<Incarnations>> Kept(std::string_view ref);
  template <class Find>
  Result<Incarnations> InKnowledge(const FactKey& fact, const Find& find);

  const Rows& rows_;
  const PositionVector* v_;
  Settlement* settlement_;
  FactWriter* writer_;
  FactReader reader_;
  IncarnationMemo* shared_ = nullptr;
  std::map<std::string, Incarnations, std::less<>> identities_, roles_;
  RoleRevokes role_revokes_;
};

}  // namespace tenure::history
