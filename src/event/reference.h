#pragma once
// References `type:id` and patterns over them. Bytewise; see docs/reference/events.md.
#include <string_view>
#include <vector>

#include "tenure/result.h"

namespace tenure::event {

// Checks syntax and limits: type [a-z][a-z0-9_]*, non-empty id, no control characters, no empty, "." or ".." path segment
// (except in arn: and after ://), at most 2,048 bytes.
Status CheckReference(std::string_view ref);
// The same, and not a role: (everyone:* passes).
Status CheckIdentity(std::string_view ref);
// "user" of "user:alice".
std::string_view TypeOf(std::string_view ref);
bool IsGroup(std::string_view ref);  // type `group`
inline constexpr std::string_view kEveryone = "everyone:*";

// Linear-time glob: `*` any run ('/' included), `?` one byte.
bool Matches(std::string_view pattern, std::string_view text);
bool HasWildcard(std::string_view pattern);
bool IsEverything(std::string_view pattern);  // made of '*' only, not empty

// Does an action pattern cover an action asked for? The question `*` means everything: only IsEverything patterns cover it.
bool CoversAction(std::string_view pattern, std::string_view action);
// Does a resource pattern cover a resource asked for, itself or (subtree) by one of its ancestors, each prefix that ends before a
// '/' (after "://" if there is one)? The question `*` means everything.
bool CoversResource(std::string_view pattern, std::string_view resource, bool subtree);
// Proper ancestors of a resource, longest first.
std::vector<std::string_view> Ancestors(std::string_view resource);

}  // namespace tenure::event
