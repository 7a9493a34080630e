#pragma once
// What a permission covers. A permission and the scope of its grant must both cover what is asked for.
#include <string>
#include <string_view>

#include "history/facts.h"
#include "tenure/event.h"

namespace tenure::authority {

using history::kAssume;
using history::NamesAssume;

// What is asked for. References are literal; "*" as action or resource means everything, which only a pattern made of '*' covers.
struct Asked {
  std::string action, resource;
  friend auto operator<=>(const Asked&, const Asked&) = default;
};

// By its actions alone, and by its resources alone.
bool ActionCovers(const Permission& permission, std::string_view action);
bool ResourceCovers(const Permission& permission, std::string_view resource);
bool PermissionCovers(const Permission& permission, const Asked& asked);
// A scope is always a subtree.
bool ScopeCovers(std::string_view scope, const Asked& asked);

}  // namespace tenure::authority
