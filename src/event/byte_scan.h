#pragma once
// Looking through text for bytes that rarely stand in it, eight at a time. Safe from any thread.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace tenure::event {

namespace eight {

inline constexpr std::uint64_t kOnes = 0x0101010101010101;
inline constexpr std::uint64_t kHighs = 0x8080808080808080;

inline std::uint64_t Load(const char* at) {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, at, sizeof bytes);
  return bytes;
}
// Not 0 if any byte is below `limit` (at most 128), or is `byte`.
inline std::uint64_t AnyBelow(std::uint64_t bytes, unsigned char limit) { return (bytes - kOnes * limit) & ~bytes & kHighs; }
inline std::uint64_t AnyIs(std::uint64_t bytes, char byte) {
  return AnyBelow(bytes ^ (kOnes * static_cast<unsigned char>(byte)), 1);
}

}  // namespace eight

inline bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

inline bool HoldsControl(std::string_view text) {
  std::size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    const std::uint64_t bytes = eight::Load(text.data() + i);
    if (eight::AnyBelow(bytes, 0x20) | eight::AnyIs(bytes, 0x7f)) return true;
  }
  for (; i < text.size(); ++i)
    if (IsControl(text[i])) return true;
  return false;
}

inline bool IsEscapedInJson(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; }

// Where the first byte from `at` on stands that a JSON string must escape; the size if none does.
inline std::size_t FirstEscaped(std::string_view text, std::size_t at) {
  for (; at + 8 <= text.size(); at += 8) {
    const std::uint64_t bytes = eight::Load(text.data() + at);
    if (eight::AnyBelow(bytes, 0x20) | eight::AnyIs(bytes, '"') | eight::AnyIs(bytes, '\\')) break;
  }
  while (at < text.size() && !IsEscapedInJson(text[at])) ++at;
  return at;
}

}  // namespace tenure::event
