#include "cli/text.h"

#include <fmt/format.h>

namespace tenure::cli {
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

// What moves a cursor, rings a bell, or reorders a line.
bool IsHostile(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x061C || (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
         (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF;
}

// The byte at which the code point number `n` begins.
std::size_t ByteOf(std::string_view text, std::size_t n) {
  std::size_t at = 0;
  while (n-- > 0 && at < text.size()) at += Decode(text.substr(at)).bytes;
  return at;
}

}  // namespace

std::string Escape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint c = Decode(text.substr(i));
    if (!c.valid || c.value < 0x20 || c.value == 0x7F) out += fmt::format("\\x{:02x}", static_cast<unsigned>(c.value));
    else if (IsHostile(c.value)) out += fmt::format("\\u{:04x}", static_cast<unsigned>(c.value));
    else out += text.substr(i, c.bytes);
    i += c.bytes;
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
  for (std::size_t i = 0; i < text.size(); i += Decode(text.substr(i)).bytes) ++width;
  return width;
}

std::string ShortenMiddle(std::string_view text, std::size_t width) {
  const std::size_t whole = Width(text);
  if (whole <= width) return std::string(text);
  if (width <= 1) return "…";
  const std::size_t right = width * 3 / 5, left = width - 1 - right;  // the end names the thing, the beginning its kind
  return std::string(text.substr(0, ByteOf(text, left))) + "…" + std::string(text.substr(ByteOf(text, whole - right)));
}

std::string Pad(std::string_view text, std::size_t width) {
  const std::size_t has = Width(text);
  return std::string(text) + std::string(has < width ? width - has : 0, ' ');
}

std::vector<std::string> Wrap(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  while (Width(text) > width) {
    std::size_t cut = ByteOf(text, width);
    const std::size_t space = text.substr(0, cut + 1).rfind(' ');
    const bool at_space = space != std::string_view::npos && space > 0;
    if (at_space) cut = space;
    lines.emplace_back(text.substr(0, cut));
    text.remove_prefix(at_space ? cut + 1 : cut);
  }
  if (!text.empty() || lines.empty()) lines.emplace_back(text);
  return lines;
}

std::string WithCommas(std::int64_t n) {
  std::string digits = std::to_string(n < 0 ? -n : n);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, 1, ',');
  return n < 0 ? "-" + digits : digits;
}

std::string Count(std::int64_t n, std::string_view one, std::string_view many) {
  return WithCommas(n) + " " + std::string(n == 1 ? one : many);
}

}  // namespace tenure::cli
