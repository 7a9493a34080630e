#include "authority/reasons.h"

#include <algorithm>

#include "event/reference.h"

namespace tenure::authority {
namespace {

using history::IdentityStatus;
using history::IntervalSet;
using history::RoleState;

std::string_view StatusPrefix(FactorKind kind) {
  if (kind == FactorKind::kGroupActive) return "group_";
  return kind == FactorKind::kDelegator ? "delegator_" : "identity_";
}

bool IsStatus(FactorKind kind) {
  return kind == FactorKind::kActive || kind == FactorKind::kGroupActive || kind == FactorKind::kDelegator;
}

bool Meets(const IntervalSet& where, const Interval& span) { return where.Meets(span); }

// Status words of ref while it is one of `wanted`.
template <class Wanted>
void AddStatuses(Reading& reading, const Factor& factor, const IntervalSet& where, Wanted wanted,
                 std::vector<std::string>& words) {
  if (factor.ref == event::kEveryone) return;
  const std::string prefix(StatusPrefix(factor.kind));
  for (const auto& piece : reading.Identity(factor.ref)) {
    if (!wanted(piece.status) || !Meets(where, piece.span)) continue;
    // Before the record nobody knows who was there.
    const bool absent = piece.status == IdentityStatus::kAbsent;
    if (absent && Meets(where.Clip({kAlways, reading.IdentityHorizon()}), piece.span)) AddWord(words, prefix + "unrecorded");
    if (!absent || Meets(where.Clip({reading.IdentityHorizon(), kForever}), piece.span))
      AddWord(words, prefix + std::string(StatusWord(piece.status)));
  }
  if (reading.Identity(factor.ref).empty() && wanted(IdentityStatus::kUnrecorded)) AddWord(words, prefix + "unrecorded");
}

void AddTainted(Reading& reading, Topic plane, std::string_view key, const IntervalSet& where, std::vector<std::string>& words) {
  if (!reading.Doubtful(plane, key).Intersect(where).Empty()) AddWord(words, "tainted");
}

void AddPermissionDoubts(Reading& reading, const Factor& factor, const IntervalSet& where, std::vector<std::string>& words) {
  const std::string& role = factor.grant->terms.role;
  const auto conditional = [&](const std::vector<Permission>& permissions) {
    return std::any_of(permissions.begin(), permissions.end(), [](const Permission& p) { return !p.condition.empty(); });
  };
  if (role.empty()) {
    if (conditional(factor.grant->terms.permissions)) AddWord(words, "condition");
    return;
  }
  for (const auto& piece : reading.Role(role)) {
    if (!Meets(where, piece.span)) continue;
    if (piece.state == RoleState::kUndefined) AddWord(words, "role_undefined");
    if (piece.state == RoleState::kDefined && conditional(*piece.permissions)) AddWord(words, "condition");
  }
  AddTainted(reading, Topic::kAccess, role, where, words);
}

void AddDoubt(Reading& reading, const Factor& factor, const IntervalSet& where, std::vector<std::string>& words) {
  switch (factor.kind) {
    case FactorKind::kActive:
    case FactorKind::kGroupActive:
    case FactorKind::kDelegator:
      AddStatuses(reading, factor, where, [](IdentityStatus s) { return s == IdentityStatus::kUnrecorded; }, words);
      AddTainted(reading, Topic::kIdentity, factor.ref, where, words);
      break;
    case FactorKind::kMembership:
    case FactorKind::kGrant:
      AddWord(words, "tainted");
      break;
    case FactorKind::kCondition:
      AddWord(words, "condition");
      break;
    case FactorKind::kPermission:
      AddPermissionDoubts(reading, factor, where, words);
      break;
    case FactorKind::kBoundary:
      AddWord(words, "boundary");
      break;
    case FactorKind::kNotDenied:
      AddWord(words, "deny_possible");
      break;
  }
}

void AddObstacle(Reading& reading, const Factor& factor, const IntervalSet& where, std::vector<std::string>& words) {
  if (IsStatus(factor.kind)) {
    const auto inactive = [](IdentityStatus s) { return s != IdentityStatus::kActive && s != IdentityStatus::kUnrecorded; };
    AddStatuses(reading, factor, where, inactive, words);
  } else if (factor.kind == FactorKind::kPermission) {
    AddWord(words, "role_retired");
  } else if (factor.kind == FactorKind::kNotDenied) {
    AddWord(words, "denied");
  }
}

}  // namespace

std::string_view StatusWord(IdentityStatus status) {
  constexpr std::string_view kWords[] = {"absent", "unrecorded", "active", "pending", "suspended", "expired", "retired"};
  return kWords[static_cast<int>(status)];
}

void AddWord(std::vector<std::string>& words, std::string word) {
  if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(std::move(word));
}

void AddDoubts(Reading& reading, const Witness& way, const IntervalSet& where, std::vector<std::string>& words) {
  for (const Factor* factor : way.Factors()) {
    const IntervalSet doubtful = factor->set.Possibly().Intersect(where);
    if (!doubtful.Empty()) AddDoubt(reading, *factor, doubtful, words);
  }
}

void AddObstacles(Reading& reading, const Witness& way, const IntervalSet& where, std::vector<std::string>& words) {
  for (const Factor* factor : way.Factors()) {
    const IntervalSet missing = where.Minus(factor->set.may);
    if (!missing.Empty()) AddObstacle(reading, *factor, missing, words);
  }
}

}  // namespace tenure::authority
