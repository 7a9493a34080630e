#pragma once
// The fold: what a fact's events in force mean, as pieces of effective time. Pure functions, each linear in the assertions and
// incarnations given (fold_grant: times the distinct role incarnations of its terms). Rules: docs/reference/semantics.md; each is
// stated again, pointwise and naively, in tests/reference.
#include <functional>
#include <vector>

#include "history/facts.h"
#include "history/moment.h"

namespace tenure::history {

std::vector<IdentityPiece> FoldIdentity(const std::vector<Assertion>& events);
// The incarnations that an identity's events begin, and its ends_all retirements.
Incarnations IncarnationsOfIdentity(const std::vector<Assertion>& events);
// The attributes register at t, canonical JSON.
std::string FoldAttributes(const std::vector<Assertion>& events, EffectiveTime t);

std::vector<RolePiece> FoldRole(const std::vector<Assertion>& events);
Incarnations IncarnationsOfRole(const std::vector<Assertion>& events);

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
