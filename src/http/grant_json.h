#pragma once
// A grant as members of a JSON object, the same in tokens.json and in the client map: docs/formats/access.md.
// Thread safety: free functions over plain values.
#include <string>

#include "event/json_reader.h"
#include "event/json_writer.h"
#include "http/caller.h"

namespace tenure::http {

inline constexpr std::int64_t kRateMost = 1'000'000;

// Reads one member into the grant; false if it isn't one of a grant's. Errors (kCaller): grant_malformed.
Result<bool> ReadGrantMember(const std::string& name, const event::JsonValue& value, Grant& grant);
// "scopes":[…],"planes":[…],"sources":[…],"rate_per_second":…
void WriteGrantMembers(event::JsonWriter& w, const Grant& grant);

// Whether the grant is one: planes and sources are both given or neither, and it allows something. Errors (kCaller): grant_malformed.
Status CheckGrant(const Grant& grant);

// Whether a text can be the name of a caller: printable UTF-8, not longer than 128 bytes, no space at either end.
bool IsCallerName(std::string_view name);

// For people: "ask, history; append to identity for hr.example".
std::string DescribeGrant(const Grant& grant);

}  // namespace tenure::http
