#pragma once
// Rights as members of a JSON object, the same in tokens.json and in the client map: docs/formats/access.md.
// Thread safety: free functions over plain values.
#include <string>

#include "event/json_reader.h"
#include "event/json_writer.h"
#include "http/caller.h"

namespace tenure::http {

inline constexpr std::int64_t kRateMost = 1'000'000;

// Reads one member into the rights; false if it is none of theirs. Errors (kCaller): rights_malformed.
Result<bool> ReadRightsMember(const std::string& name, const event::JsonValue& value, Rights& rights);
// "scopes":[…],"planes":[…],"sources":[…],"rate_per_second":…
void WriteRightsMembers(event::JsonWriter& w, const Rights& rights);

// Whether they are rights: planes and sources are both given or neither, and something is allowed. Errors (kCaller): rights_malformed.
Status CheckRights(const Rights& rights);

// Whether a text can be the name of a caller: printable UTF-8, not longer than 128 bytes, no space at either end.
bool IsCallerName(std::string_view name);

// For people: "ask, history; append to identity for hr.example".
std::string DescribeRights(const Rights& rights);

}  // namespace tenure::http
