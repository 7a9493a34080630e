// The facts of access: roles, memberships, grants. Each is read within the incarnations that it stands in.
#include "reference/pattern.h"
#include "reference/reference.h"

namespace tenure::reference {
namespace {

// A retirement by which the system guarantees that nothing of the identity is left.
bool EndsAllOf(const Fact& fact, const std::string& ref) {
  auto* d = fact.As<IdentityRetired>();
  return d && d->ends_all && d->identity == ref;
}

bool Within(EffectiveTime t, const OptionalTime& not_before, const OptionalTime& expires_at) {
  return (!not_before || *not_before <= t) && (!expires_at || t < *expires_at);
}

const GrantIssued* IssueOf(const Fact& fact, const std::string& principal, const std::string& grant) {
  auto* d = fact.As<GrantIssued>();
  return d && d->principal == principal && d->grant == grant ? d : nullptr;
}

// The last issue before a moment, of those that count.
const GrantIssued* LastIssueBefore(const std::vector<Fact>& facts, const std::string& principal, const std::string& grant,
                                   const Moment& moment) {
  const GrantIssued* last = nullptr;
  for (const Fact& fact : facts)
    if (fact.moment < moment)
      if (auto* d = IssueOf(fact, principal, grant)) last = d;
  return last;
}

// What a revoke by role matches: the role, the scope bytewise if one is given, and not yet expired then. Inline grants never.
bool Matches(const GrantRevoked& revoke, EffectiveTime at, const GrantIssued& terms) {
  return !revoke.role.empty() && terms.role == revoke.role && (!revoke.scope || *revoke.scope == terms.scope) &&
         (!terms.expires_at || at < *terms.expires_at);
}

// Issues, revokes and what ends all: nothing else speaks of a principal's grants.
std::vector<Fact> AboutGrantsOf(const std::string& principal, const std::vector<Fact>& facts) {
  std::vector<Fact> about;
  for (const Fact& fact : facts) {
    auto* issue = fact.As<GrantIssued>();
    auto* revoke = fact.As<GrantRevoked>();
    if ((issue && issue->principal == principal) || (revoke && revoke->principal == principal) || EndsAllOf(fact, principal))
      about.push_back(fact);
  }
  return about;
}

std::vector<Fact> HeldBy(const Incarnation& incarnation, const std::vector<Fact>& facts) {
  std::vector<Fact> held;
  for (const Fact& fact : facts)
    if (incarnation.Holds(fact.moment)) held.push_back(fact);
  return held;
}

}  // namespace

// Permissions are a register: before the first definition undefined, by a retirement none, also if there never was a definition.
RoleRegister View::RoleAt(const std::string& role, EffectiveTime t) const {
  RoleRegister at;
  for (const Fact& fact : record_.facts) {
    if (fact.moment.time > t) continue;
    if (auto* d = fact.As<RoleDefined>(); d && d->role == role) at = {RoleRegister::State::kDefined, &d->permissions};
    if (auto* d = fact.As<RoleRetired>(); d && d->role == role) at.state = RoleRegister::State::kRetired;
  }
  return at;
}

// A register of (member, group), within the incarnations of both; a retirement of either with ends_all ends it like a removal.
Truth View::Member(const std::string& member, const std::string& group, EffectiveTime t, Lens lens) const {
  Incarnation of_member = IncarnationOf(member, t), of_group = IncarnationOf(group, t);
  const MembershipAdded* added = nullptr;
  for (const Fact& fact : record_.facts) {
    auto* add = fact.As<MembershipAdded>();
    auto* remove = fact.As<MembershipRemoved>();
    const bool adds = add && add->member == member && add->group == group;
    const bool removes = remove && remove->member == member && remove->group == group;
    if (!adds && !removes && !EndsAllOf(fact, member) && !EndsAllOf(fact, group)) continue;
    if (fact.moment.time > t || !of_member.Holds(fact.moment) || !of_group.Holds(fact.moment)) continue;
    added = adds ? add : nullptr;
  }
  Truth is = When(added && Within(t, added->not_before, added->expires_at));
  return lens.taints && Tainted(Topic::kAccess, member, t) ? Doubted(is) : is;
}

// Terms are a register of the issues in the principal's incarnation.
const GrantIssued* View::Terms(const std::string& principal, const std::string& grant, EffectiveTime t) const {
  const GrantIssued* terms = nullptr;
  const Incarnation incarnation = IncarnationOf(principal, t);
  for (const Fact& fact : record_.facts)
    if (auto* d = IssueOf(fact, principal, grant); d && fact.moment.time <= t && incarnation.Holds(fact.moment)) terms = d;
  return terms;
}

// Live at t: issued at or before t, within the terms' window, and not revoked at or before t. What counts is what the principal's
// incarnation holds and, if the terms name a role, that role's; but a revoke by id counts in any incarnation of the role, and
// whatever its time. A revoke by role, and a retirement with ends_all, end a grant that was first issued before them, for good.
Truth View::Live(const std::string& principal, const std::string& grant, EffectiveTime t, Lens lens) const {
  const GrantIssued* terms = Terms(principal, grant, t);
  if (!terms || !Within(t, terms->not_before, terms->expires_at)) return kNo;
  std::vector<Fact> of_principal = HeldBy(IncarnationOf(principal, t), AboutGrantsOf(principal, record_.facts));
  std::vector<Fact> counted = terms->role.empty() ? of_principal : HeldBy(IncarnationOf(terms->role, t), of_principal);

  bool terms_counted = false;
  for (const Fact& fact : counted) terms_counted |= IssueOf(fact, principal, grant) == terms;
  if (!terms_counted) return kNo;

  for (const Fact& fact : of_principal)
    if (auto* d = fact.As<GrantRevoked>(); d && d->principal == principal && d->grant == grant && !d->grant.empty())
      if (fact.moment.time <= t) return kNo;

  for (const Fact& fact : counted) {
    if (fact.moment.time > t) continue;
    const GrantIssued* before = LastIssueBefore(counted, principal, grant, fact.moment);
    if (!before) continue;
    auto* revoke = fact.As<GrantRevoked>();
    if (revoke && revoke->principal == principal && Matches(*revoke, fact.moment.time, *before)) return kNo;
    if (EndsAllOf(fact, principal)) return kNo;
  }
  bool doubted = !terms->condition.empty() || (lens.taints && Tainted(Topic::kAccess, principal, t));
  return doubted ? kMaybe : kYes;
}

Truth View::Allows(const std::string& principal, const std::string& grant, EffectiveTime t, Lens lens) const {
  Truth live = Live(principal, grant, t, lens);
  const GrantIssued* terms = Terms(principal, grant, t);
  return terms && terms->kind == "delegated" ? live && Active(terms->delegator, t, lens) : live;
}

std::set<std::string> View::GrantsTo(const std::string& principal) const {
  std::set<std::string> ids;
  for (const Fact& fact : record_.facts)
    if (auto* d = fact.As<GrantIssued>(); d && d->principal == principal) ids.insert(d->grant);
  return ids;
}

std::set<std::string> View::Groups() const {
  std::set<std::string> groups;
  for (const Fact& fact : record_.facts)
    if (auto* d = fact.As<MembershipAdded>()) groups.insert(d->group);
  return groups;
}

}  // namespace tenure::reference
