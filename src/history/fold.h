#pragma once
// The fold: what a fact's events in force mean, as pieces of effective time. Pure functions, each linear in the assertions and
// incarnations given (fold_grant: times the distinct role incarnations of its terms). Rules: docs/reference/semantics.md; each is
// stated again, pointwise and naively, in tests/reference.
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "history/facts.h"
#include "history/moment.h"

namespace tenure::history {

// The registers of one identity, as the events read so far have set them: all that they leave to later ones.
struct IdentityRegisters {
  enum class Life : std::uint8_t { kNone, kRegistered, kRetired };
  Life life = Life::kNone;
  bool suspended = false, pending = false;
  OptionalTime expires_at;
  std::string owner, environment, display_name, attributes;
  std::int32_t incarnation = 1;
  std::optional<Position> life_by, standing_by, proofing_by, expiry_by;
  friend bool operator==(const IdentityRegisters&, const IdentityRegisters&) = default;
};
void Advance(IdentityRegisters& registers, const std::vector<Assertion>& events);

// The pieces from `since` on, when `left` is what the events of times up to `since` left and all of `events` are later.
std::vector<IdentityPiece> FoldIdentity(const std::vector<Assertion>& events, const IdentityRegisters& left = {},
                                        EffectiveTime since = kAlways);
// What stands before the first life event: nothing known, unless the record itself says that it began there.
IdentityStatus BeforeFirst(const std::vector<Assertion>& events);
// The incarnations that an identity's events begin, and its ends_all retirements.
Incarnations IncarnationsOfIdentity(const std::vector<Assertion>& events, const IdentityRegisters& left = {});
// What the pieces leave out of what is shown at t.
IdentityDetails FoldDetails(const std::vector<Assertion>& events, EffectiveTime t);

// A role's piece is all that its events leave to later ones; its span's beginning is the `since` of the fold.
RolePiece UndefinedRole();
void Advance(RolePiece& role, const std::vector<Assertion>& events);
std::vector<RolePiece> FoldRole(const std::vector<Assertion>& events, RolePiece left = UndefinedRole());
Incarnations IncarnationsOfRole(const std::vector<Assertion>& events, const RolePiece& left = UndefinedRole());

// The roles that the issues among a grant's events name.
std::set<std::string> RolesOf(const std::vector<Assertion>& events);
// `events` are issued and revoked-by-id of one grant; `role_revokes` the principal's revokes by role, of any role.
using RoleIncarnations = std::function<const Incarnations&(const std::string& role)>;
std::vector<GrantPiece> FoldGrant(const std::string& principal, const std::string& grant, const std::vector<Assertion>& events,
                                  const std::vector<Assertion>& role_revokes, const Incarnations& of_principal,
                                  const RoleIncarnations& of_role);

std::vector<MembershipPiece> FoldMembership(const std::string& member, const std::string& group,
                                            const std::vector<Assertion>& events, const Incarnations& of_member,
                                            const Incarnations& of_group);

std::vector<CredentialPiece> FoldCredential(const std::string& credential, const std::vector<Assertion>& events,
                                            const Incarnations& of_identity);

}  // namespace tenure::history
