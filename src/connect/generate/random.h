#pragma once
// Chance that repeats: xoshiro256** seeded by splitmix64, integers only, so that a seed means the same on every machine.
//
// Not for secrets. A value type; one thread at a time.
#include <array>
#include <cstddef>
#include <cstdint>

namespace tenure::connect::generate {

class Random {
 public:
  explicit Random(std::uint64_t seed) {
    for (std::uint64_t& word : state_) word = Mix(seed += 0x9e3779b97f4a7c15);
  }

  // 0 <= result < n. REQUIRED: 0 < n < 2^32.
  std::int64_t Below(std::int64_t n) { return static_cast<std::int64_t>(((Next() >> 32) * static_cast<std::uint64_t>(n)) >> 32); }
  // low <= result <= high. REQUIRED: high - low < 2^32 - 1.
  std::int64_t Between(std::int64_t low, std::int64_t high) { return low + Below(high - low + 1); }
  // True in so many of a thousand cases.
  bool Permille(int cases) { return Below(1000) < cases; }
  template <class List>
  const auto& Pick(const List& list) {
    return list[static_cast<std::size_t>(Below(static_cast<std::int64_t>(list.size())))];
  }

 private:
  static std::uint64_t Mix(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  static std::uint64_t RotateLeft(std::uint64_t x, int bits) { return (x << bits) | (x >> (64 - bits)); }

  std::uint64_t Next() {
    const std::uint64_t result = RotateLeft(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = RotateLeft(state_[3], 45);
    return result;
  }

  std::array<std::uint64_t, 4> state_{};
};

}  // namespace tenure::connect::generate
