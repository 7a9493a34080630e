#include <algorithm>

#include "event/reference.h"
#include "history/facts.h"

namespace tenure::history {

bool NamesAssume(const Permission& permission) {
  return permission.effect == Effect::kAllow && !permission.not_actions &&
         std::find(permission.actions.begin(), permission.actions.end(), kAssume) != permission.actions.end();
}

std::string AnchorOf(const Permission& permission, std::string_view pattern) {
  if (permission.not_resources) return {};
  const auto wildcard = pattern.find_first_of("*?");
  if (wildcard == std::string_view::npos) return std::string(pattern);
  const auto fixed = pattern.substr(0, wildcard);
  if (const auto slash = fixed.rfind('/'); slash != std::string_view::npos) return std::string(fixed.substr(0, slash));
  if (const auto colon = fixed.find(':'); colon != std::string_view::npos) return std::string(fixed.substr(0, colon + 1));
  return {};
}

// Every '/' counts here, those of "://" too: an anchor may end inside, and looking up one too many costs only a seek.
std::vector<std::string> AnchorsFor(std::string_view resource) {
  std::vector<std::string> anchors{std::string(resource)};
  for (auto slash = resource.rfind('/'); slash != std::string_view::npos && slash > 0; slash = resource.rfind('/', slash - 1))
    anchors.emplace_back(resource.substr(0, slash));
  if (const auto colon = resource.find(':'); colon != std::string_view::npos) anchors.emplace_back(resource.substr(0, colon + 1));
  anchors.emplace_back();
  return anchors;
}

}  // namespace tenure::history
