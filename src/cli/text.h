#pragma once
// Text for people: what data holds must never drive a terminal, and long names must leave room for the rest.
//
// Widths count code points (wide scripts count one each, which only costs alignment). Free functions, safe from any thread.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tenure::cli {

// Control characters, terminal escapes, direction overrides and invalid UTF-8 become visible: `\x1b`, `\u202e`.
std::string Escape(std::string_view text);
bool IsUtf8(std::string_view text);  // RFC 3629: no surrogates, nothing written longer than it need be
std::size_t Width(std::string_view text);
// At most `width` wide, with "…" in the middle: both ends of an ARN or a reference tell more than its middle.
std::string ShortenMiddle(std::string_view text, std::size_t width);
// Filled with spaces on the right; never cut.
std::string Pad(std::string_view text, std::size_t width);
// Lines of at most `width`, broken at spaces where that is possible.
std::vector<std::string> Wrap(std::string_view text, std::size_t width);
// 1234567 -> "1,234,567".
std::string WithCommas(std::int64_t n);
// "1 event", "2 events".
std::string Count(std::int64_t n, std::string_view one, std::string_view many);

}  // namespace tenure::cli
