// Rules about grants and memberships: who holds them, why, and whether they are used.
#include "reference/findings_words.h"
#include "reference/pattern.h"

namespace tenure::reference {
namespace {

constexpr Lens kAsFolded{false, true};

bool Has(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}
bool Matches(const std::vector<std::string>& patterns, const std::string& text) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const auto& pattern) { return Glob(pattern, text); });
}

// A predicate over a grant that is given.
using OfGiven = std::function<bool(const Grant&, const GrantAt&, EffectiveTime)>;
Rule OfGrants(const Words& w, std::string name, std::vector<std::int64_t> durations, const OfGiven& holds) {
  Rule rule{std::move(name), std::move(durations), {}};
  for (const Grant& grant : w.grants)
    rule.cases.push_back({grant.principal, grant.id,
                          [&grant, holds](EffectiveTime t) {
                            const GrantAt& now = grant.over.At(t);
                            return now.given && holds(grant, now, t);
                          },
                          GrantInDoubt(w, grant)});
  return rule;
}

// A predicate over a membership that is live: the event that added it says so.
using OfMembership = std::function<bool(const std::string& member, const std::string& adder, EffectiveTime)>;
void AddMemberships(const Words& w, Rule& rule, const OfMembership& holds) {
  std::set<std::pair<std::string, std::string>> memberships;
  for (const Fact& fact : w.facts)
    if (auto* d = fact.As<MembershipAdded>(); d && d->member != kEveryone) memberships.insert({d->member, d->group});
  for (const auto& [member, group] : memberships) {
    const Over<std::optional<std::string>> adder(w.points, [&, m = member, g = group](EffectiveTime t) {
      std::optional<std::string> last;
      if (!w.view.Member(m, g, t, kAsFolded).may) return last;
      for (const Fact& fact : w.facts)
        if (auto* d = fact.As<MembershipAdded>(); d && d->member == m && d->group == g && fact.moment.time <= t)
          last = fact.event->authid;
      return last;
    });
    rule.cases.push_back(
        {member, group, [adder, holds, m = member](EffectiveTime t) { return adder.At(t) && holds(m, *adder.At(t), t); }});
  }
}

// For that long given, to somebody active, in a time of known usage.
bool GivenAndActiveFor(const Words& w, std::int64_t us, const Grant& grant, EffectiveTime t) {
  const int incarnation = grant.over.At(t).incarnation;
  return w.UsageKnownFor(us, t) && w.For(us, t, [&](EffectiveTime u) {
    return grant.over.At(u).given && grant.over.At(u).incarnation == incarnation && w.Active(grant.principal, u);
  });
}

// An allowed use within the duration that the permission covers.
bool IsUsed(const Words& w, const Permission& permission, const Grant& grant, std::int64_t us, EffectiveTime t) {
  const auto uses = w.Uses(grant.principal, Words::Of::kItOrViaIt, us, t);
  return std::any_of(uses.begin(), uses.end(), [&](const Fact* use) {
    return Words::Allowed(*use) && Words::CoveredBy(permission, grant.over.At(t).terms->scope, *use);
  });
}
// By anything that the terms allow; an undefined role may allow all.
bool AnyIsUsed(const Words& w, const Grant& grant, std::int64_t us, EffectiveTime t) {
  if (grant.over.At(t).undefined) {
    Permission all;
    all.actions = {"*"}, all.resources = {"*"};
    return IsUsed(w, all, grant, us, t);
  }
  const auto& allows = grant.over.At(t).allows;
  return std::any_of(allows.begin(), allows.end(), [&](const auto& allow) { return IsUsed(w, allow, grant, us, t); });
}

Rule DormantAuthority(const Words& w) {
  const std::int64_t us = w.policy.dormant_authority_us;
  return OfGrants(w, "dormant_authority", {us}, [&w, us](const Grant& grant, const GrantAt&, EffectiveTime t) {
    return !IsGroup(grant.principal) && GivenAndActiveFor(w, us, grant, t) && !AnyIsUsed(w, grant, us, t);
  });
}

Rule OverPrivilege(const Words& w) {
  const std::int64_t us = w.policy.over_privilege_us, lately = w.policy.dormant_authority_us;
  return OfGrants(w, "over_privilege", {us, lately}, [&w, us, lately](const Grant& grant, const GrantAt& now, EffectiveTime t) {
    if (IsGroup(grant.principal) || !GivenAndActiveFor(w, us, grant, t) || !AnyIsUsed(w, grant, lately, t)) return false;
    return now.allows.size() >= 2 && !std::all_of(now.allows.begin(), now.allows.end(),
                                                  [&](const Permission& allow) { return IsUsed(w, allow, grant, us, t); });
  });
}

Rule AfterRetirement(const Words& w) {
  const std::int64_t us = w.policy.offboarding_grace_us;
  Rule rule = OfGrants(w, "authority_after_retirement", {us}, [&w, us](const Grant& grant, const GrantAt&, EffectiveTime t) {
    return w.RetiredFor(us, grant.principal, t);
  });
  AddMemberships(
      w, rule, [&w, us](const std::string& member, const std::string&, EffectiveTime t) { return w.RetiredFor(us, member, t); });
  return rule;
}

Rule SelfGrant(const Words& w) {
  Rule rule = OfGrants(w, "self_grant", {}, [](const Grant& grant, const GrantAt& now, EffectiveTime) {
    return now.terms->kind != "break_glass" && now.issuer == grant.principal;
  });
  AddMemberships(w, rule, [](const std::string& member, const std::string& adder, EffectiveTime) { return adder == member; });
  return rule;
}

Rule SelfApproval(const Words& w) {
  return OfGrants(w, "self_approval", {}, [&w](const Grant& grant, const GrantAt&, EffectiveTime t) {
    const auto approvals = w.Approvals(grant, t);
    return !approvals.empty() && std::all_of(approvals.begin(), approvals.end(), [&](const GrantApproved* approval) {
      return approval->approver == grant.principal;
    });
  });
}

Rule Unapproved(const Words& w) {
  return OfGrants(w, "unapproved_grant", {}, [&w](const Grant& grant, const GrantAt& now, EffectiveTime t) {
    if (now.terms->kind == "break_glass" || now.terms->kind == "delegated" || !w.Approvals(grant, t).empty()) return false;
    return (Has(w.policy.approval_required, "privileged") && now.privileged) ||
           (Has(w.policy.approval_required, "requested") && !now.terms->request.empty());
  });
}

Rule Unreviewed(const Words& w) {
  const std::int64_t us = w.policy.review_every_us;
  return OfGrants(w, "unreviewed_privilege", {us}, [&w, us](const Grant& grant, const GrantAt& now, EffectiveTime t) {
    return !w.Reviewed(grant, Words::Ago(us, t), t) && w.For(us, t, [&](EffectiveTime u) {
      const GrantAt& then = grant.over.At(u);
      return then.given && then.privileged && then.incarnation == now.incarnation && w.Here(grant.principal, u);
    });
  });
}

Rule Standing(const Words& w) {
  // When a grant of the role was first live for a while.
  std::map<std::string, EffectiveTime> first_jit;
  for (const Grant& grant : w.grants)
    for (EffectiveTime t : w.points)
      if (const GrantAt& now = grant.over.At(t); now.live && now.terms->kind == "jit" && !now.terms->role.empty()) {
        const auto [it, is_new] = first_jit.emplace(now.terms->role, t);
        it->second = std::min(it->second, t);
      }
  return OfGrants(w, "standing_privilege", {}, [&w, first_jit](const Grant& grant, const GrantAt& now, EffectiveTime t) {
    const std::string& role = now.terms->role;
    if (now.terms->kind != "standing" || role.empty() || !now.privileged || !w.Here(grant.principal, t)) return false;
    return Matches(w.policy.jit_roles, role) || (first_jit.contains(role) && first_jit.at(role) <= t);
  });
}

Rule Crossing(const Words& w) {
  return OfGrants(w, "environment_crossing", {}, [&w](const Grant& grant, const GrantAt& now, EffectiveTime t) {
    const std::string& environment = w.Identity(grant.principal, t).environment;
    return w.Here(grant.principal, t) && Matches(w.policy.production_scopes, now.terms->scope) && !environment.empty() &&
           !Has(w.policy.production_environments, environment);
  });
}

Rule UnconditionalTrust(const Words& w) {
  return OfGrants(w, "unconditional_trust", {}, [&w](const Grant& grant, const GrantAt& now, EffectiveTime) {
    if (grant.principal != kEveryone && !w.Outsider(grant.principal)) return false;
    return now.terms->condition.empty() && std::any_of(now.allows.begin(), now.allows.end(), [](const Permission& allow) {
             return allow.condition.empty() && ActionsCover(allow, "assume");
           });
  });
}

}  // namespace

Holds GrantInDoubt(const Words& w, const Grant& grant) {
  return [&w, &grant](EffectiveTime t) {
    const GrantIssued* terms = grant.over.At(t).terms;
    return terms && !terms->role.empty() && w.view.Tainted(Topic::kAccess, terms->role, t);
  };
}

std::vector<Rule> GrantRules(const Words& w) {
  return {AfterRetirement(w), DormantAuthority(w), OverPrivilege(w), Standing(w), Unreviewed(w),
          SelfGrant(w),       SelfApproval(w),     Unapproved(w),    Crossing(w), UnconditionalTrust(w)};
}

}  // namespace tenure::reference
