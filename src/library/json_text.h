#pragma once
// Parts of a JSON text as they are written, byte for byte: white space, numbers and escapes are kept.
//
// REQUIRED of every text: it is one valid JSON value. Views point into it. Free functions, safe from any thread.
#include <optional>
#include <string_view>
#include <vector>

namespace tenure::library {

// The value of an object's member, the first of that name (which needs no escapes); nothing if there is none, or no object.
std::optional<std::string_view> MemberText(std::string_view object, std::string_view name);
// The elements of an array; none of anything else.
std::vector<std::string_view> ElementTexts(std::string_view array);

}  // namespace tenure::library
