#pragma once
// Which copy of an event counts, and whether it stands: duplicates, retraction and supersession within one knowledge.
//
// The first readable copy in order of record inside V is canonical. Retractions are settled from the last in order of record
// backwards, so that only a later one cancels an earlier one; a fact is taken out by any retraction that holds, earlier or later.
// A retraction's copy on another topic than its target's is never canonical once the target is known.
// Answers are remembered for the life of the object. Cost: the names reached through retractions, once each.
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "history/database.h"
#include "history/rows.h"

namespace tenure::history {

class Settlement {
 public:
  // `v` null: every copy in `rows` counts. All three outlive this object. `correctors` are sorted.
  Settlement(const Rows& rows, const PositionVector* v, const std::vector<std::string>& correctors)
      : rows_(rows), v_(v), correctors_(correctors) {}

  Result<std::optional<Copy>> Canonical(const NameHash& name);
  // The event acts as a fact.
  Result<bool> InForce(const NameHash& name);
  // The retractions that it carries act (itself, for event.retracted; `supersedes`).
  Result<bool> CarriesHold(const NameHash& name);
  // What has become of one readable copy.
  Result<EventState> StateOf(const StoredEvent& event);
  // Positions of the retractions that take it out.
  Result<std::vector<Position>> TakenOutBy(const NameHash& name);
  // What the event at this position names as targets with the right to retract them.
  Result<std::vector<NameHash>> TargetsOf(const Position& position);
  // A retraction's copy that lies on another topic than its known target's.
  Result<bool> OnWrongTopic(const Copy& copy);
  // The same in some knowledge: some copy of its target lies on another topic.
  Result<bool> MayBeOnWrongTopic(const Copy& copy);
  // The canonical copy of what a retraction names, as this retraction's own topic rests on it: retractions that name each other in a
  // circle are settled as if the first asked about were not there.
  Result<std::optional<Copy>> TargetOf(const StoredEvent& retraction);
  Result<NameRow> Row(const NameHash& name);

  bool MayRetract(const std::string& by_source, const EventName& target) const;

 private:
  Result<std::optional<StoredEvent>> Event(const Position& position);
  Result<std::vector<NameHash>> Closure(const NameHash& name);
  Result<std::optional<StoredEvent>> Retraction(const Copy& copy);
  Status SettleTargets(const NameHash& name);
  Result<std::optional<Copy>> FirstOnItsTopic(const NameHash& name);
  Result<bool> Retracts(const NameHash& by, const NameHash& target);
  Status Settle(const NameHash& name);
  bool Known(const Position& p) const { return v_ == nullptr || v_->Holds(p); }

  const Rows& rows_;
  const PositionVector* v_;
  const std::vector<std::string>& correctors_;
  std::map<NameHash, NameRow> row_memo_;
  std::map<NameHash, std::optional<Copy>> canonical_;
  std::map<NameHash, std::optional<Copy>> canonical_in_circle_;  // for who asks from outside the circle
  std::map<NameHash, bool> carries_hold_;
  // While the topics of retractions are settled: whose are being asked for, and whether an answer rests on where the asking began.
  std::set<NameHash> asking_;
  bool circular_ = false, settling_targets_ = false;
  int asked_ = 0;
};

}  // namespace tenure::history
