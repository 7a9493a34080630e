// Authority at one instant: what reaches an identity through groups, what it is allowed and denied, and as whom it may act.
#include "reference/pattern.h"
#include "reference/reference.h"

namespace tenure::reference {

bool View::ActiveOn(Side side, const std::string& ref, EffectiveTime t, Lens lens) const {
  return side == Side::kPaper || On(side, Active(ref, t, lens));
}

// All that membership leads to, cycles included. By a group that isn't active only when asked to.
std::set<std::string> View::Reach(Side side, const std::set<std::string>& from, bool by_inactive, EffectiveTime t,
                                  Lens lens) const {
  std::set<std::string> reached = from;
  for (std::size_t before = 0; before != reached.size();) {
    before = reached.size();
    for (const auto& member : std::set<std::string>(reached))
      for (const auto& group : Groups())
        if (On(side, Member(member, group, t, lens)) && (by_inactive || ActiveOn(side, group, t, lens))) reached.insert(group);
  }
  return reached;
}

// An allow comes through groups that are active.
std::set<std::string> View::AllowReach(Side side, const std::string& ref, EffectiveTime t, Lens lens) const {
  std::set<std::string> from{ref};
  if (lens.everyone) from.insert(kEveryone);
  return Reach(side, from, false, t, lens);
}

// A deny reaches through groups whatever their status, and from everyone:* always.
std::set<std::string> View::DenyReach(Side side, const std::string& ref, EffectiveTime t, Lens lens) const {
  return Reach(side, {ref, kEveryone}, true, t, lens);
}

// What one grant's terms say of an action on a resource, whether the grant is live or not. Scope and permission must both cover; a
// condition makes a permission uncertain. An undefined role may allow and may deny anything but `assume`; a tainted one anything. On
// paper a retired role gives what its last definition did.
Truth View::GivenBy(Effect effect, const GrantIssued& terms, const std::string& action, const std::string& resource,
                    EffectiveTime t, Lens lens, bool on_paper) const {
  if (!ScopeCovers(terms.scope, resource)) return kNo;
  const std::vector<Permission>* permissions = &terms.permissions;
  if (!terms.role.empty()) {
    RoleRegister role = RoleAt(terms.role, t);
    if (lens.taints && Tainted(Topic::kAccess, terms.role, t)) return kMaybe;
    if (role.state == RoleRegister::State::kUndefined) return action == "assume" ? kNo : kMaybe;
    if (role.state == RoleRegister::State::kRetired && (!on_paper || !role.permissions)) return kNo;
    permissions = role.permissions;
  }
  Truth given = kNo;
  for (const Permission& permission : *permissions)
    if (Covers(permission, effect, action, resource)) given = given || (permission.condition.empty() ? kYes : kMaybe);
  return given;
}

// What a principal's own grants give, on paper whatever the delegator's status. A tainted principal may have been given anything.
Truth View::GivenTo(Effect effect, const std::string& principal, const std::string& action, const std::string& resource,
                    EffectiveTime t, Lens lens, bool on_paper) const {
  Truth given = lens.taints && Tainted(Topic::kAccess, principal, t) ? kMaybe : kNo;
  for (const auto& grant : GrantsTo(principal))
    if (const GrantIssued* terms = Terms(principal, grant, t)) {
      bool delegator_counts = effect == Effect::kAllow && !on_paper;
      Truth live = delegator_counts ? Allows(principal, grant, t, lens) : Live(principal, grant, t, lens);
      given = given || (live && GivenBy(effect, *terms, action, resource, t, lens, on_paper));
    }
  return given;
}

// What an identity is allowed by itself, everyone:* and its groups. With a permissions_boundary none of it is certain.
Truth View::Allowed(const std::string& ref, const std::string& action, const std::string& resource, EffectiveTime t, Lens lens,
                    bool on_paper) const {
  Truth allowed = kNo;
  for (const auto& principal : AllowReach(Side::kMust, ref, t, lens))
    allowed.must |= GivenTo(Effect::kAllow, principal, action, resource, t, lens, false).must;
  for (const auto& principal : AllowReach(on_paper ? Side::kPaper : Side::kMay, ref, t, lens))
    allowed.may |= GivenTo(Effect::kAllow, principal, action, resource, t, lens, on_paper).may;
  return RegistersOf(ref, t).Boundary() ? Doubted(allowed) : allowed;
}

Truth View::Denied(const std::string& ref, const std::string& action, const std::string& resource, EffectiveTime t,
                   Lens lens) const {
  Truth denied = kNo;
  for (const auto& principal : DenyReach(Side::kMust, ref, t, lens))
    denied.must |= GivenTo(Effect::kDeny, principal, action, resource, t, lens, false).must;
  for (const auto& principal : DenyReach(Side::kMay, ref, t, lens))
    denied.may |= GivenTo(Effect::kDeny, principal, action, resource, t, lens, false).may;
  return denied;
}

// Own(x) = allow \ deny of x and its groups. Whether x is active is not part of it.
Truth View::Own(const std::string& ref, const std::string& action, const std::string& resource, EffectiveTime t,
                Lens lens) const {
  return Without(Allowed(ref, action, resource, t, lens, false), Denied(ref, action, resource, t, lens));
}

Truth View::Assumes(const std::string& ref, const std::string& target, EffectiveTime t, Lens lens) const {
  return Own(ref, "assume", target, t, lens);
}

bool View::AssumesOn(Side side, const std::string& ref, const std::string& target, EffectiveTime t, Lens lens) const {
  bool on_paper = side == Side::kPaper;
  return On(side, Without(Allowed(ref, "assume", target, t, lens, on_paper), Denied(ref, "assume", target, t, lens)));
}

// The identities that one acts as: itself if active, and whom it may assume as any of them, if active. Never a group or everyone:*.
std::set<std::string> View::ActsAs(Side side, const std::string& ref, EffectiveTime t, Lens lens) const {
  if (!ActiveOn(side, ref, t, lens)) return {};
  std::set<std::string> acts{ref};
  for (std::size_t before = 0; before != acts.size();) {
    before = acts.size();
    for (const auto& as : std::set<std::string>(acts))
      for (const auto& target : Assumable())
        if (!acts.contains(target) && ActiveOn(side, target, t, lens) && AssumesOn(side, as, target, t, lens))
          acts.insert(target);
  }
  return acts;
}

// Eff(x) = Active(x) and (Own(x) or, for some y, Assumes(x, y) and Eff(y)): its least fixpoint is Own of whom x acts as.
Truth View::Effective(const std::string& ref, const std::string& action, const std::string& resource, EffectiveTime t,
                      Lens lens) const {
  Truth effective = kNo;
  for (const auto& as : ActsAs(Side::kMust, ref, t, lens)) effective.must |= Own(as, action, resource, t, lens).must;
  for (const auto& as : ActsAs(Side::kMay, ref, t, lens)) effective.may |= Own(as, action, resource, t, lens).may;
  return effective;
}

}  // namespace tenure::reference
