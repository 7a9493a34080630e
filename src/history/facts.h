#pragma once
// What the fold says, as pieces of effective time, and the view through which questions read them.
//
// A piece is a maximal stretch in which one fact has one value. Pieces are the fold of exactly the records in the view's
// vector V: two views of one V, however they were made (from materialised intervals or by folding again), give equal pieces.
// Pieces know nothing of taints, of a role's permissions (for a grant) or of anybody's status: questions put these together.
// Incarnations are already taken into account. Plain values.
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tenure/event.h"
#include "tenure/result.h"

namespace tenure::history {

// Shown status of an identity.
enum class IdentityStatus : std::uint8_t { kAbsent, kUnrecorded, kActive, kPending, kSuspended, kExpired, kRetired };

// The pieces of one identity cover all of time without gaps.
struct IdentityPiece {
  Interval span;
  IdentityStatus status = IdentityStatus::kUnrecorded;  // Active: kActive yes, kUnrecorded unknown, every other no
  std::int32_t incarnation = 1;
  bool registered_and_not_retired = false;
  bool boundary = false;  // attribute `permissions_boundary` is set: what it is allowed is only possible
  std::string owner, environment, display_name;
  OptionalTime expires_at;
  std::vector<Position> causes;  // the events that made the status what it is here (life, standing, proofing, expiry)
  friend bool operator==(const IdentityPiece&, const IdentityPiece&) = default;
};

// What an identity is shown with at one moment beside its piece.
struct IdentityDetails {
  std::string attributes = "{}";  // canonical JSON object
  std::vector<Position> setters;  // the events that set owner, environment, display name, expiry and attributes
};

struct GrantTerms {
  std::string role;  // empty = inline
  std::vector<Permission> permissions;
  std::string scope, kind, condition, delegator;
  OptionalTime not_before, expires_at;
  friend bool operator==(const GrantTerms&, const GrantTerms&) = default;
};
// A stretch in which a grant is live with one set of terms. [grant.live] is the union of its pieces.
struct GrantPiece {
  std::string principal, grant;
  Interval live;
  GrantTerms terms;
  Position issued;                   // the issue that gave these terms
  std::optional<Position> ended_by;  // revoke, re-issue, retirement or registration that ended it; none if it expired or is open
  std::string ended_how;             // "", "expired", "revoked", "reissued", "retired", "reincarnated", "role_reincarnated"
  friend bool operator==(const GrantPiece&, const GrantPiece&) = default;
};

struct MembershipPiece {
  std::string member, group;
  Interval live;
  Position added;
  std::optional<Position> ended_by;
  std::string ended_how;  // "", "expired", "removed", "readded", "retired", "reincarnated"
  friend bool operator==(const MembershipPiece&, const MembershipPiece&) = default;
};

// The pieces of one credential cover [first issue, for ever), live or not.
struct CredentialPiece {
  std::string credential;
  Interval span;
  bool live = false;
  std::string kind, fingerprint, replaced_by;
  OptionalTime not_before, expires_at, compromised_at;
  std::vector<Position> causes;
  friend bool operator==(const CredentialPiece&, const CredentialPiece&) = default;
};

enum class RoleState : std::uint8_t { kUndefined, kDefined, kRetired };
// The pieces of one role cover all of time without gaps. kRetired keeps the permissions of the last definition of its incarnation.
struct RolePiece {
  Interval span;
  RoleState state = RoleState::kUndefined;
  std::int32_t incarnation = 1;
  bool ever_defined = false;                                   // kRetired: whether `permissions` are those of a definition
  std::shared_ptr<const std::vector<Permission>> permissions;  // never null
  std::optional<Position> defined_by, retired_by;
};

// An open dead letter or conflict, as known in V.
struct Taint {
  Topic topic;      // the plane whose facts are in doubt
  std::string key;  // empty = the whole topic
  Interval range;
  Position position;   // the dead letter, or the later copy of a conflict
  std::string reason;  // code, e.g. event_field_unknown, conflict, misplaced
};

// What is known of one record, for evidence and listings.
struct EventMeta {
  EventName name;
  EventType type = EventType::kIdentityRegistered;
  EffectiveTime time;
  RecordedTime recorded;
  Position position;
  std::string claimed_actor, verified_writer, control_owner, key;
};
// kWithoutRight: a retraction that stands and takes nothing out, being neither from its target's source nor from a corrector.
// kLeftOut: the question leaves it out (fork.h), and nothing else has retracted it.
enum class EventState : std::uint8_t { kInForce, kRetracted, kDuplicate, kConflict, kDeadLetter, kWithoutRight, kLeftOut };
struct StoryItem {
  EventMeta meta;
  Payload payload;
  EventState state = EventState::kInForce;
  std::vector<Position> retracted_by;  // when kRetracted
};

// An event in force that speaks of a subject: one of its facts, or a use by way of it.
struct OwnEvent {
  EffectiveTime time;
  RecordedTime recorded;
  Position position;
  Payload payload;
};

class Moments;

// One consistent knowledge V, read by windows: history outside the window is not read. Methods return pieces that overlap the
// window, whole (not clipped), ascending by beginning within one fact. Every error is a fault of the store (Blame::kFault).
// Thread safety: one thread a view.
class FactView {
 public:
  virtual ~FactView() = default;
  virtual const PositionVector& Vector() const = 0;
  // The same knowledge by pages (moments.h), where it is kept so; else nullptr. Lives as long as the view.
  virtual Moments* ByPages() { return nullptr; }

  virtual Result<std::vector<IdentityPiece>> Identity(std::string_view ref, Interval window) = 0;
  virtual Result<std::vector<GrantPiece>> GrantsOf(std::string_view principal, Interval window) = 0;
  virtual Result<std::vector<MembershipPiece>> GroupsOf(std::string_view member, Interval window) = 0;
  virtual Result<std::vector<CredentialPiece>> Credentials(std::string_view identity, Interval window) = 0;
  virtual Result<std::vector<RolePiece>> Role(std::string_view role, Interval window) = 0;

  // The other side. GrantsOfRole: by role reference. GrantsAtAnchor: inline grants with a resource pattern of that anchor (see AnchorOf).
  virtual Result<std::vector<GrantPiece>> GrantsOfRole(std::string_view role, Interval window) = 0;
  virtual Result<std::vector<GrantPiece>> GrantsAtAnchor(std::string_view anchor, Interval window) = 0;
  virtual Result<std::vector<MembershipPiece>> MembersOf(std::string_view group, Interval window) = 0;

  // In byte order from `after` (exclusive) on, until `each` returns false. Identities: every identity (groups too) that an event in V
  // names, recorded or not; never everyone:*. Roles: every role that an event in V defines, retires or grants.
  virtual Status EachIdentity(std::string_view after, const std::function<bool(const std::string&)>& each) = 0;
  virtual Status EachRole(std::string_view after, const std::function<bool(const std::string&)>& each) = 0;

  // Whether `assume` can give this identity: an event in V that may change authority names it. Links, requests, approvals, usage,
  // reviews and exceptions never do.
  virtual Result<bool> CanBeAssumed(std::string_view ref) = 0;

  virtual Result<IdentityDetails> Details(std::string_view ref, EffectiveTime t) = 0;
  virtual Result<std::vector<std::string>> LinkedWith(std::string_view ref,
                                                      EffectiveTime t) = 0;  // transitive, without ref, sorted
  virtual Result<std::vector<StoryItem>> Story(
      std::string_view ref) = 0;  // by (time, order of record): all events that name ref in a fact
  // Events in force of ref's own facts, by (time, order of record): those about it, not those that name it elsewhere.
  virtual Result<std::vector<OwnEvent>> EventsAbout(std::string_view ref) = 0;
  // All events in force of one type, in order of position. Reads the records of its plane's topic: for planes with few events.
  virtual Result<std::vector<OwnEvent>> EventsOfType(EventType type) = 0;
  // Uses in force by others who acted as ref, among others; in order of record.
  virtual Result<std::vector<OwnEvent>> UsesVia(std::string_view ref) = 0;

  // Events in force (and those left out, fork.h) whose time lies in the window and that are wanted, by (time, order of record). Reads the
  // whole record.
  virtual Result<std::vector<StoryItem>> EventsWithin(Interval window, const std::function<bool(const EventMeta&)>& wanted) = 0;

  virtual const std::vector<Taint>& Taints() = 0;  // open in V, all of them
  virtual Result<std::optional<EffectiveTime>> Horizon(Topic plane) = 0;
  virtual Result<EventMeta> Meta(const Position& position) = 0;  // of a readable record in V
};

// The action that makes an identity of another, and whether a permission gives it: an allow that names it without a wildcard.
inline constexpr std::string_view kAssume = "assume";
bool NamesAssume(const Permission& permission);

// Where an inline grant's resource pattern is filed: the pattern itself if it has no wildcard, else what stands before the last '/'
// ahead of its first wildcard, else the type with its colon, else "". `not_resources` are filed under "".
std::string AnchorOf(const Permission& permission, std::string_view resource_pattern);
// The anchors under which a pattern that covers `resource` can be filed (itself, each prefix before a '/', its type with colon, "").
std::vector<std::string> AnchorsFor(std::string_view resource);

}  // namespace tenure::history
