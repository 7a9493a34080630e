#pragma once
// References, patterns and planes, stated anew and naively: what an action, a resource or an event's type is covered by.
#include <optional>
#include <string>
#include <vector>

#include "tenure/event.h"
#include "tenure/position.h"

namespace tenure::reference {

// `*` stands for any bytes, `?` for one.
bool Glob(const std::string& pattern, const std::string& text);
// A pattern made of `*` characters only.
bool Everything(const std::string& pattern);
// The resource and its ancestors: each prefix that ends before a `/`, after `://` if there is one.
std::vector<std::string> SelfAndAncestors(const std::string& resource);

bool ActionsCover(const Permission& permission, const std::string& action);
bool ResourcesCover(const Permission& permission, const std::string& resource);
// A grant's scope is a pattern that covers subtrees.
bool ScopeCovers(const std::string& scope, const std::string& resource);
// Permission and action, resource together, for a permission of that effect.
bool Covers(const Permission& permission, Effect effect, const std::string& action, const std::string& resource);

bool IsReference(const std::string& text);
bool IsRole(const std::string& ref);
bool IsGroup(const std::string& ref);
inline const std::string kEveryone = "everyone:*";

// The plane of a type; a retraction's depends on its target.
std::optional<Topic> PlaneOf(EventType type);
// The key that an event's data names.
std::string KeyOf(const Event& event);

}  // namespace tenure::reference
