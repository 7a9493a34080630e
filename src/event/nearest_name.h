#pragma once
// The known name that a mistyped one most likely meant: fewest single-letter edits (Levenshtein), at most a third of its length.
#include <string>
#include <string_view>
#include <vector>

namespace tenure::event {

std::string NearestName(std::string_view typed, const std::vector<const char*>& known);  // "" if none is near

}  // namespace tenure::event
