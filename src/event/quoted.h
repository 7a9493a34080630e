#pragma once
// A value as an error shows it: in quotes, escaped, at most 80 bytes of it. Whole UTF-8 characters stay whole.
#include <string>
#include <string_view>

namespace tenure::event {

std::string Quoted(std::string_view text);

}  // namespace tenure::event
