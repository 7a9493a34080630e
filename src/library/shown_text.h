#pragma once
// Text of the record for people, in a terminal and in markup: it must neither drive what shows it nor hide, and long names must leave
// room for the rest.
//
// Widths are columns of a terminal: a wide character of East Asia or a pictograph has two, a combining mark none. Free functions, safe
// from any thread.
#include <string>
#include <string_view>

namespace tenure::library {

// Control characters, terminal escapes, direction overrides, what can't be seen, and invalid UTF-8 become visible: `\x1b`, `\u202e`.
std::string Escape(std::string_view text);
// The same with everything beyond ASCII: for a terminal that knows no other.
std::string EscapeBeyondAscii(std::string_view text);
// Fit for HTML and XML, in text and between quotes: escaped, and markup too. The result is UTF-8.
std::string Html(std::string_view text);

bool IsUtf8(std::string_view text);  // RFC 3629: no surrogates, nothing written longer than it need be
std::size_t Width(std::string_view text);
// The bytes of the longest beginning that is at most `width` wide; a character is never cut.
std::size_t BytesWithin(std::string_view text, std::size_t width);
// At most `width` wide, with `dots` in the middle: both ends of an ARN or a reference tell more than its middle. Where not even the dots
// fit, as much of them as does.
std::string ShortenMiddle(std::string_view text, std::size_t width, std::string_view dots = "…");

}  // namespace tenure::library
