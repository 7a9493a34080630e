#pragma once
// What made a way begin or end: the first of its factors whose time has that boundary, in words and with its event.
#include <optional>
#include <string>
#include <vector>

#include "authority/witness.h"

namespace tenure::authority {

struct Cause {
  std::string change;              // "grant g-17 of role:db-admin on bucket:prod revoked"
  std::vector<Position> evidence;  // the event that did it, if it was one
  std::string ref;                 // whom or what the event is about: a grantee, member, identity or role
};

// "grant g-17 of role:db-admin on bucket:prod", "inline grant g-3 on *".
std::string NameOf(const history::GrantPiece& grant);

// REQUIRED: the way holds just before `end` (at `begin`) and not at `end` (just before `begin`), in the sense of `sure`.
std::optional<Cause> CauseOfEnd(Evaluation& evaluation, const Witness& way, EffectiveTime end, Sure sure);
std::optional<Cause> CauseOfBegin(Evaluation& evaluation, const Witness& way, EffectiveTime begin, Sure sure);

// What the status of ref is from `at` on, and the event that made it so. REQUIRED: a piece of its begins there.
Cause StatusFrom(Reading& reading, const std::string& ref, EffectiveTime at);

// "by arn:…:alice in event aws.cloudtrail/…" of the last of the positions; "" without any.
Result<std::string> ByWhom(history::FactView& view, const std::vector<Position>& evidence);

}  // namespace tenure::authority
