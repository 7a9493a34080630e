#include "library/shown_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace tenure::library {
namespace {

struct CodePoint {
  char32_t value = 0;
  std::size_t bytes = 1;
  bool valid = true;
};

CodePoint Decode(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return {first, 1, true};
  const std::size_t length = first >= 0xF0 && first < 0xF5 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 0;
  if (length == 0 || first >= 0xF5 || text.size() < length) return {first, 1, false};
  char32_t value = first & (0xFFu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0u) != 0x80u) return {first, 1, false};
    value = (value << 6) | (byte(i) & 0x3Fu);
  }
  constexpr char32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};  // by length: below it, a shorter one would do
  const bool surrogate = value >= 0xD800 && value < 0xE000;
  if (value < kLeast[length] || surrogate || value > 0x10FFFF) return {first, 1, false};
  return {value, length, true};
}

struct Range {
  char32_t first, last;
};

template <std::size_t N>
bool IsIn(const std::array<Range, N>& ranges, char32_t c) {
  const auto after = std::upper_bound(ranges.begin(), ranges.end(), c, [](char32_t x, const Range& r) { return x < r.first; });
  return after != ranges.begin() && c <= std::prev(after)->last;
}

// What moves a cursor, rings a bell, reorders a line, can't be seen, or is no character.
bool IsHostile(char32_t c) {
  constexpr std::array<Range, 13> kHostile = {{{0x00, 0x1F},
                                               {0x7F, 0x9F},
                                               {0xAD, 0xAD},
                                               {0x61C, 0x61C},
                                               {0x180E, 0x180E},
                                               {0x200B, 0x200F},
                                               {0x2028, 0x202E},
                                               {0x2060, 0x206F},
                                               {0xFDD0, 0xFDEF},
                                               {0xFEFF, 0xFEFF},
                                               {0xFFF0, 0xFFFB},
                                               {0xFFFE, 0xFFFF},
                                               {0xE0000, 0xE0FFF}}};
  if (c >= 0x20 && c < 0x7F) return false;
  return IsIn(kHostile, c) || (c & 0xFFFE) == 0xFFFE;
}

// Columns of a terminal.
std::size_t WidthOf(char32_t c) {
  constexpr std::array<Range, 11> kCombining = {{{0x300, 0x36F},
                                                 {0x483, 0x489},
                                                 {0x591, 0x5BD},
                                                 {0x610, 0x61A},
                                                 {0x64B, 0x65F},
                                                 {0x1AB0, 0x1AFF},
                                                 {0x1DC0, 0x1DFF},
                                                 {0x20D0, 0x20FF},
                                                 {0x302A, 0x302D},
                                                 {0xFE00, 0xFE0F},
                                                 {0xFE20, 0xFE2F}}};
  constexpr std::array<Range, 12> kWide = {{{0x1100, 0x115F},
                                            {0x2E80, 0x303E},
                                            {0x3041, 0x4DBF},
                                            {0x4E00, 0xA4CF},
                                            {0xA960, 0xA97F},
                                            {0xAC00, 0xD7A3},
                                            {0xF900, 0xFAFF},
                                            {0xFE30, 0xFE6F},
                                            {0xFF01, 0xFF60},
                                            {0xFFE0, 0xFFE6},
                                            {0x1F300, 0x1FAFF},
                                            {0x20000, 0x3FFFD}}};
  if (c < kCombining.front().first) return 1;
  return IsIn(kCombining, c) ? 0 : IsIn(kWide, c) ? 2 : 1;
}

std::string EscapeWhere(std::string_view text, bool (*hidden)(char32_t)) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint c = Decode(text.substr(i));
    if (!c.valid || c.value < 0x20 || c.value == 0x7F) out += fmt::format("\\x{:02x}", static_cast<unsigned>(c.value));
    else if (hidden(c.value)) out += fmt::format("\\u{:04x}", static_cast<unsigned>(c.value));
    else out += text.substr(i, c.bytes);
    i += c.bytes;
  }
  return out;
}

}  // namespace

std::string Escape(std::string_view text) { return EscapeWhere(text, IsHostile); }

std::string EscapeBeyondAscii(std::string_view text) {
  return EscapeWhere(text, [](char32_t c) { return c > 0x7E; });
}

std::string Html(std::string_view text) {
  std::string out;
  for (const char c : Escape(text)) {
    if (c == '&') out += "&amp;";
    else if (c == '<') out += "&lt;";
    else if (c == '>') out += "&gt;";
    else if (c == '"') out += "&quot;";
    else if (c == '\'') out += "&#39;";
    else out.push_back(c);
  }
  return out;
}

bool IsUtf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint c = Decode(text.substr(i));
    if (!c.valid) return false;
    i += c.bytes;
  }
  return true;
}

std::size_t Width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint c = Decode(text.substr(i));
    width += WidthOf(c.value);
    i += c.bytes;
  }
  return width;
}

std::size_t BytesWithin(std::string_view text, std::size_t width) {
  std::size_t at = 0;
  while (at < text.size()) {
    const CodePoint c = Decode(text.substr(at));
    const std::size_t wide = WidthOf(c.value);
    if (wide > width) break;
    width -= wide;
    at += c.bytes;
  }
  return at;
}

std::string ShortenMiddle(std::string_view text, std::size_t width, std::string_view dots) {
  const std::size_t whole = Width(text);
  if (whole <= width) return std::string(text);
  const std::size_t gap = Width(dots);
  if (width <= gap) return std::string(dots.substr(0, BytesWithin(dots, width)));
  const std::size_t right = std::min(width * 3 / 5, width - gap);  // the end names the thing, the beginning its kind
  const std::size_t left = width - gap - right;
  std::size_t tail = BytesWithin(text, whole - right);
  while (tail < text.size() && (Width(text.substr(tail)) > right || WidthOf(Decode(text.substr(tail)).value) == 0))
    tail += Decode(text.substr(tail)).bytes;
  return std::string(text.substr(0, BytesWithin(text, left))) + std::string(dots) + std::string(text.substr(tail));
}

}  // namespace tenure::library
