#pragma once
// Reading the members of a CloudTrail record, of which any may be missing, null, or of another kind than expected.
#include <string>
#include <string_view>

#include "event/json_reader.h"

namespace tenure::connect {

using Json = event::JsonValue;

// What is missing, or is asked of something that is no object, is a value of no kind; so calls can be chained.
Json Member(const Json& object, std::string_view name);
// "" unless it is a string.
std::string Text(const Json& object, std::string_view name);

}  // namespace tenure::connect
