#pragma once
// Text for people: what data holds must never drive a terminal, and long names must leave room for the rest.
//
// Widths are columns of a terminal (library/shown_text.h). Free functions, safe from any thread.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "library/shown_text.h"

namespace tenure::cli {

using library::Escape;
using library::IsUtf8;
using library::ShortenMiddle;
using library::Width;

// Filled with spaces on the right; never cut.
std::string Pad(std::string_view text, std::size_t width);
// Lines of at most `width`, broken at spaces where that is possible.
std::vector<std::string> Wrap(std::string_view text, std::size_t width);
// 1234567 -> "1,234,567".
std::string WithCommas(std::int64_t n);
// "1 event", "2 events".
std::string Count(std::int64_t n, std::string_view one, std::string_view many);

}  // namespace tenure::cli
