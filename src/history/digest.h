#pragma once
// Sums modulo 2^256 of SHA-256 over the logical tuples of a table: order does not matter, and a tuple that leaves is subtracted.
// Tuples: docs/formats/model.md. Plain value.
#include <array>
#include <string>
#include <string_view>

#include "tenure/event.h"

namespace tenure::history {

class Digest {
 public:
  void Add(const Hash256& tuple);
  void Subtract(const Hash256& tuple);
  void Add(const Digest& other);
  void Subtract(const Digest& other);
  std::string Hex() const;
  std::string Bytes() const;                    // 32, big-endian
  static Digest FromBytes(std::string_view b);  // zero if not 32 bytes
  friend bool operator==(const Digest&, const Digest&) = default;

 private:
  std::array<std::uint64_t, 4> words_{};  // least significant first
};

// Part of the label, raised whenever a tuple's bytes or the fold's meaning change.
inline constexpr int kProjectionVersion = 1;

enum class Table : std::uint8_t { kAssertions, kIntervals, kTaints };
inline constexpr int kTables = 3;
constexpr std::string_view TableName(Table t) {
  constexpr std::string_view kNames[] = {"assertions", "intervals", "taints"};
  return kNames[static_cast<int>(t)];
}
using Digests = std::array<Digest, kTables>;

}  // namespace tenure::history
