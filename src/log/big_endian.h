#pragma once
// Integers as big-endian bytes, so that rows sort as numbers do. The caller vouches for the room behind `at`.
#include <cstddef>
#include <cstdint>

namespace tenure::log {

template <class Integer>
void StoreBigEndian(char* at, Integer value) {
  auto rest = static_cast<std::uint64_t>(value);
  for (int i = static_cast<int>(sizeof(Integer)) - 1; i >= 0; --i) {
    at[i] = static_cast<char>(rest & 0xff);
    rest >>= 8;
  }
}

template <class Integer>
Integer LoadBigEndian(const char* at) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < sizeof(Integer); ++i) value = value << 8 | static_cast<unsigned char>(at[i]);
  return static_cast<Integer>(value);
}

}  // namespace tenure::log
