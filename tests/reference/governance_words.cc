// The words that governance questions share.
#include <algorithm>

#include "reference/governance.h"
#include "reference/pattern.h"

namespace tenure::reference {

bool GrantLive(const View& view, const std::string& principal, const std::string& grant, EffectiveTime t) {
  return view.Live(principal, grant, t, {.taints = false, .everyone = true}).may;
}

std::vector<Interval> Stretches(const View& view, const std::function<bool(EffectiveTime)>& holds) {
  return view.HeldWhere([&](EffectiveTime t) { return When(holds(t)); }).may;
}

const Fact* FactOf(const View& view, const GrantIssued* issue) {
  for (const Fact& fact : view.Record().facts)
    if (fact.As<GrantIssued>() == issue) return &fact;
  return nullptr;
}

bool TermsAllow(const View& view, const GrantIssued& terms, const std::string& action, const std::string& resource,
                EffectiveTime t) {
  if (!ScopeCovers(terms.scope, resource)) return false;
  const std::vector<Permission>* permissions = &terms.permissions;
  if (!terms.role.empty()) {
    const RoleRegister role = view.RoleAt(terms.role, t);
    permissions = role.permissions;
    if (permissions == nullptr) return action != "assume";
  }
  return std::any_of(permissions->begin(), permissions->end(), [&](const Permission& permission) {
    return Covers(permission, Effect::kAllow, action, resource);
  });
}

std::int64_t WholeDays(EffectiveTime from, EffectiveTime until) { return (until.us - from.us) / 86'400'000'000; }

}  // namespace tenure::reference
