// The words that governance questions share.
#include <algorithm>

#include "reference/governance.h"
#include "reference/pattern.h"

namespace tenure::reference {

bool GrantLive(const View& view, const std::string& principal, const std::string& grant, EffectiveTime t) {
  return view.Live(principal, grant, t, {.taints = false, .everyone = true}).may;
}

bool Belongs(const View& view, const std::string& member, const std::string& group, EffectiveTime t) {
  return view.Member(member, group, t, {.taints = false, .everyone = true}).may;
}

std::vector<Interval> Stretches(const View& view, const std::function<bool(EffectiveTime)>& holds) {
  return view.HeldWhere([&](EffectiveTime t) { return When(holds(t)); }).may;
}

const std::vector<Permission>* OnPaper(const View& view, const GrantIssued& terms, EffectiveTime t) {
  return terms.role.empty() ? &terms.permissions : view.RoleAt(terms.role, t).permissions;
}

bool TermsAllow(const View& view, const GrantIssued& terms, const std::string& action, const std::string& resource,
                EffectiveTime t) {
  if (!ScopeCovers(terms.scope, resource)) return false;
  const auto* permissions = OnPaper(view, terms, t);
  if (permissions == nullptr) return action != "assume";
  return std::any_of(permissions->begin(), permissions->end(),
                     [&](const Permission& permission) { return Covers(permission, Effect::kAllow, action, resource); });
}

std::int64_t WholeDays(EffectiveTime from, EffectiveTime until) { return (until.us - from.us) / 86'400'000'000; }

}  // namespace tenure::reference
