#pragma once
// Events in words, and what no event says but the fold does: expiries, gaps in the evidence, revokes that ended nothing.
#include <string>
#include <string_view>
#include <vector>

#include "authority/reading.h"
#include "history/facts.h"

namespace tenure::authority {

// "grant g-17 of role:db-admin on bucket:prod issued to user:alice".
std::string WordsOf(const Payload& payload);
// in_force, retracted, duplicate, conflict, dead_letter.
std::string_view WordOf(history::EventState state);

// A row of a timeline that no event of its own stands behind.
enum class DerivedKind : std::uint8_t {
  kOther,
  kEndedNothing,  // a revoke that no grant was ended by
  kEvidenceGap,   // an end that a retirement brought, and nobody told
};
struct Derived {
  DerivedKind kind = DerivedKind::kOther;
  EffectiveTime time;
  std::string change, ref;
  Position evidence;  // the event that it follows from
  std::string about;  // of a gap: the grant, the group or the credential that ended
};
// About ref, over all of time; `story` is its story. In no order.
std::vector<Derived> DerivedFrom(Reading& reading, std::string_view ref, const std::vector<history::StoryItem>& story);

}  // namespace tenure::authority
