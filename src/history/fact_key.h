#pragma once
// Which facts an event speaks of. Every event speaks of at least one; correctness never rests on its record key or partition.
#include <compare>
#include <string>
#include <vector>

#include "tenure/event.h"

namespace tenure::history {

// Part of keys on disk: never renumber.
enum class FactKind : std::uint8_t {
  kIdentity = 1,     // subject = identity
  kCredential = 2,   // identity, credential
  kLink = 3,         // identity, same_as: filed under both
  kRole = 4,         // role
  kGrant = 5,        // principal, grant id
  kRoleRevoke = 6,   // principal, role
  kMembership = 7,   // member, group
  kApproval = 8,     // principal, request or grant
  kReview = 9,       // review id, and principal, review id
  kException = 10,   // subject, exception
  kResolution = 11,  // topic name, "partition/offset"
  kUsage = 12,       // identity
  kRetraction = 13,  // target's key, target's source and id
};

struct FactKey {
  std::string subject;
  FactKind kind = FactKind::kIdentity;
  std::string object;
  friend auto operator<=>(const FactKey&, const FactKey&) = default;
};

std::vector<FactKey> FactsOf(const Payload& payload);

// The other ends by which questions look a fact up: the group of a membership; the role, or the anchors, of a grant's terms; the role of a
// revoke by role. `side` tells them apart in keys.
enum class ObjectSide : std::uint8_t { kGroup = 1, kRole = 2, kAnchor = 3 };
struct ObjectKey {
  ObjectSide side;
  std::string ref;
  friend auto operator<=>(const ObjectKey&, const ObjectKey&) = default;
};
std::vector<ObjectKey> ObjectsOf(const Payload& payload);

// Every identity that the event names, in any field; never everyone:*.
std::vector<std::string> IdentitiesNamedBy(const Payload& payload);
// Every role that the event names.
std::vector<std::string> RolesNamedBy(const Payload& payload);

// Events whose earliest effective time is the horizon of their plane.
bool SetsHorizon(EventType type);

}  // namespace tenure::history
