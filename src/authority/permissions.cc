#include "authority/permissions.h"

#include <algorithm>

#include "event/reference.h"

namespace tenure::authority {

bool ResourceCovers(const Permission& permission, std::string_view resource) {
  const bool subtree = permission.covers == Covers::kSubtree;
  const bool listed = std::any_of(permission.resources.begin(), permission.resources.end(),
                                  [&](const std::string& pattern) { return event::CoversResource(pattern, resource, subtree); });
  return permission.not_resources ? resource != "*" && !listed : listed;
}

bool ActionCovers(const Permission& permission, std::string_view action) {
  if (action == kAssume && permission.effect == Effect::kAllow) return NamesAssume(permission);
  const auto any = [&](auto&& covers) { return std::any_of(permission.actions.begin(), permission.actions.end(), covers); };
  if (!permission.not_actions) return any([&](const std::string& pattern) { return event::CoversAction(pattern, action); });
  // A list of exceptions never covers everything, whatever it excepts.
  return action != "*" && !any([&](const std::string& pattern) { return event::Matches(pattern, action); });
}

bool PermissionCovers(const Permission& permission, const Asked& asked) {
  return ActionCovers(permission, asked.action) && ResourceCovers(permission, asked.resource);
}

bool ScopeCovers(std::string_view scope, const Asked& asked) { return event::CoversResource(scope, asked.resource, true); }

}  // namespace tenure::authority
