#pragma once
// The events of tenure: one struct per type's `data`, and the envelope around it (CloudEvents 1.0).
//
// Events of the identity plane tell of existence, those of the access plane of authority; governance and usage events are
// evidence beside both and change neither. See docs/reference/events.md and schemas/.
// References are `type:id` strings, compared bytewise. Times are EffectiveTime (microseconds UTC). Plain values.
// A field that is absent is an empty string, nullopt, or Settable::present == false; no field carries an empty string on the wire.
// A required field begins as one that was not said (kAlways, kUnsaid, an offset of -1 …): such an event is refused.
#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "tenure/position.h"
#include "tenure/time.h"

namespace tenure {

enum class EventType : std::uint8_t {
  kIdentityRegistered,
  kIdentityProofed,
  kIdentityUpdated,
  kIdentityOwnerChanged,
  kIdentitySuspended,
  kIdentityReactivated,
  kIdentityRetired,
  kIdentityLinked,
  kCredentialIssued,
  kCredentialRotated,
  kCredentialRevoked,
  kCredentialCompromised,
  kRoleDefined,
  kRoleRetired,
  kGrantRequested,
  kGrantApproved,
  kGrantDenied,
  kGrantIssued,
  kGrantRevoked,
  kMembershipAdded,
  kMembershipRemoved,
  kReviewOpened,
  kReviewDecided,
  kReviewClosed,
  kExceptionGranted,
  kExceptionRevoked,
  kDeadLetterResolved,
  kAccessUsed,
  kEventRetracted,
};
inline constexpr int kEventTypes = 29;

// The name of an event: who said it and under which id. Two events with one name are copies of each other.
struct EventName {
  std::string source;
  std::string id;
  friend auto operator<=>(const EventName&, const EventName&) = default;
};

// A field that can be left alone (absent), set, or cleared (null on the wire): `{}`, a value, `std::nullopt`.
template <class T>
struct Settable {
  bool present = false;
  std::optional<T> value;  // nullopt while present = cleared
  Settable() = default;
  Settable(std::nullopt_t) : present(true) {}  // NOLINT(google-explicit-constructor): reads as what it is
  template <std::convertible_to<T> U>
  Settable(U&& to) : present(true), value(std::forward<U>(to)) {}  // NOLINT(google-explicit-constructor)
  Settable(bool is_present, std::optional<T> to) : present(is_present), value(std::move(to)) {}
  friend bool operator==(const Settable&, const Settable&) = default;
};

using OptionalTime = std::optional<EffectiveTime>;

// --- identity plane
struct IdentityRegistered {
  std::string identity;
  std::optional<bool> pending;  // true: exists, not active until proofed
  bool observed = false;        // true: seen to exist at `time`, made before it
  std::string owner, environment, source_system, display_name;
  OptionalTime expires_at;
  std::string attributes;  // JSON object text, canonical; empty = absent
};
struct IdentityProofed {
  std::string identity, method, level;
};
struct IdentityUpdated {
  std::string identity;
  std::string attributes;  // RFC 7396 merge patch, JSON object text; empty = absent
  Settable<std::string> environment, display_name;
  Settable<EffectiveTime> expires_at;
};
struct IdentityOwnerChanged {
  std::string identity;
  Settable<std::string> owner;  // REQUIRED; nullopt = nobody
};
struct IdentitySuspended {
  std::string identity, reason;
};
struct IdentityReactivated {
  std::string identity, reason;
};
struct IdentityRetired {
  std::string identity, reason;
  bool ends_all = false;
};
struct IdentityLinked {
  std::string identity, same_as;
};
struct CredentialIssued {
  std::string identity, credential, kind, fingerprint;
  OptionalTime not_before, expires_at;
};
struct CredentialRotated {
  std::string identity, credential, replaced_by, fingerprint;
  OptionalTime expires_at;  // of the one that begins
};
struct CredentialRevoked {
  std::string identity, credential, reason;
};
struct CredentialCompromised {
  std::string identity, credential, reason;
};

// --- access plane
enum class Effect : std::uint8_t { kAllow, kDeny };
enum class Covers : std::uint8_t { kSubtree, kLiteral };
// One statement of a role or of an inline grant. Exactly one of the two lists of each pair was given on the wire.
struct Permission {
  Effect effect = Effect::kAllow;
  bool not_actions = false;                     // true: `actions` holds what was under not_actions
  bool not_resources = false;                   // likewise
  std::vector<std::string> actions, resources;  // patterns
  Covers covers = Covers::kSubtree;
  std::string condition;  // empty = none; any text makes the permission uncertain until it is evaluated
  friend bool operator==(const Permission&, const Permission&) = default;
};
struct RoleDefined {
  std::string role;
  std::vector<Permission> permissions;
  std::string description;
};
struct RoleRetired {
  std::string role;
};
struct GrantRequested {
  std::string request, principal, role;
  std::vector<Permission> permissions;
  std::string scope, kind;
  OptionalTime not_before, expires_at;
  std::string justification;
};
struct GrantApproved {
  std::string principal, request, grant, approver, reason;
};
struct GrantDenied {
  std::string principal, request, grant, approver, reason;
};
struct GrantIssued {
  std::string grant, principal;
  std::string role;  // empty = inline: `permissions` holds what is granted
  std::vector<Permission> permissions;
  std::string scope = "*";
  std::string kind = "standing";  // standing, jit, break_glass, delegated
  OptionalTime not_before, expires_at;
  std::string condition, justification, request, delegator;
};
struct GrantRevoked {
  std::string principal;
  std::string grant;                 // by id, or
  std::string role;                  // by role ...
  std::optional<std::string> scope;  // ... and scope; nullopt = any scope
  std::string reason;
};
struct MembershipAdded {
  std::string member, group;
  OptionalTime not_before, expires_at;
};
struct MembershipRemoved {
  std::string member, group, reason;
};

// --- governance plane
struct ReviewScope {
  std::string role, resource, owner;
  std::vector<std::string> identities;
};
struct ReviewOpened {
  std::string review;
  ReviewScope scope;
  EffectiveTime as_of = kAlways;
  OptionalTime due_at;
  std::string reviewer;
};
struct ReviewDecided {
  std::string review, principal, grant, group, credential, decision, reviewer, reason;
};
struct ReviewClosed {
  std::string review;
};
struct ExceptionGranted {
  std::string exception, subject, rule;
  EffectiveTime expires_at = kAlways;
  std::string approver, reason;
};
struct ExceptionRevoked {
  std::string exception, subject;
};
enum class Resolution : std::uint8_t { kUnsaid, kVoid, kReplaced };
struct DeadLetterResolved {
  Position position{.offset = -1};  // topic is one of the four planes
  Resolution resolution = Resolution::kUnsaid;
  std::optional<EventName> replaced_by;  // required when replaced
  std::string reason;
};

// --- usage plane
enum class Outcome : std::uint8_t { kUnsaid, kAllowed, kDenied };
struct AccessUsed {
  std::string identity, action, resource;
  Outcome outcome = Outcome::kUnsaid;
  std::string credential, network;
  std::vector<std::string> via;
  std::int64_t count = 1;
};

// --- on the target's topic
struct EventRetracted {
  EventName target;
  std::string key, reason;
};

// In the order of EventType: payload.index() == static_cast<size_t>(type).
using Payload =
    std::variant<IdentityRegistered, IdentityProofed, IdentityUpdated, IdentityOwnerChanged, IdentitySuspended,
                 IdentityReactivated, IdentityRetired, IdentityLinked, CredentialIssued, CredentialRotated, CredentialRevoked,
                 CredentialCompromised, RoleDefined, RoleRetired, GrantRequested, GrantApproved, GrantDenied, GrantIssued,
                 GrantRevoked, MembershipAdded, MembershipRemoved, ReviewOpened, ReviewDecided, ReviewClosed, ExceptionGranted,
                 ExceptionRevoked, DeadLetterResolved, AccessUsed, EventRetracted>;

using Hash256 = std::array<std::uint8_t, 32>;

// One event, read or about to be written. A retraction's topic is its target's and so not a function of the type alone.
struct Event {
  EventName name;
  EffectiveTime time;
  Payload payload;
  std::optional<std::string> subject;
  std::string authtype, authid, controlowner, correlationid, causationid, recordedtime;
  std::vector<EventName> supersedes;
  std::string data_json;   // `data` as written; empty for an event built from structs, then written from the payload
  Hash256 content_hash{};  // set by the codec

  EventType Type() const { return static_cast<EventType>(payload.index()); }
};

}  // namespace tenure
