#pragma once
// What the fuzzers share: a broken promise ends the run, and libFuzzer keeps the input.
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace tenure::fuzz {

inline void Must(bool holds) {
  if (!holds) std::abort();
}

inline std::string_view TextOf(const std::uint8_t* data, std::size_t size) { return {reinterpret_cast<const char*>(data), size}; }

}  // namespace tenure::fuzz
