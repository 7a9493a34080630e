#pragma once
// What the records known at V come to: which copy of each event counts, which are retracted, what could not be read, and what
// stands open because of it. Stated over the whole list each time; quadratic and worse on purpose.
#include <map>
#include <set>
#include <string>
#include <vector>

#include "reference/record.h"

namespace tenure::reference {

// kWithoutRight: a retraction from neither its target's source nor a corrector; it takes nothing out.
enum class RecordState { kInForce, kRetracted, kDuplicate, kConflict, kMisplaced, kWithoutRight, kUnreadable };

inline const char* NameOf(RecordState state) {
  constexpr const char* kNames[] = {"in_force",    "retracted",     "duplicate", "conflict",
                                    "dead_letter", "without_right", "unreadable"};
  return kNames[static_cast<int>(state)];
}

// The doubt that a dead letter or a conflict casts on one key, or on a whole topic.
struct Taint {
  Topic topic;
  std::string key;  // empty: every key
  Interval range;
  Position position;  // of the record that a resolution must name
  bool open = true;
  friend auto operator<=>(const Taint&, const Taint&) = default;
};

struct Settlement {
  std::vector<Fact> facts;   // in force, ascending by moment; never retractions
  std::vector<Fact> bounds;  // those of them that begin or end an identity or a role: they are looked through most often
  std::vector<Taint> taints;
  std::vector<const Entry*> known;  // in order of record
  std::map<Position, RecordState> states;
  std::vector<EffectiveTime> times;  // every time that any record mentions, ascending, each once
};

// Registrations, retirements, and definitions of roles.
std::vector<Fact> BoundsAmong(const std::vector<Fact>& facts);

// Borrows `entries`, which must outlive the result.
Settlement Settle(const std::vector<Entry>& entries, const Configuration& configuration, const PositionVector& knowledge);

}  // namespace tenure::reference
