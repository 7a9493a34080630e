#pragma once
// Where a record stands in the log, and how much of the log is known.
//
// A Position names one record. A PositionVector is a knowledge: for each (topic, partition) the next offset, so that every
// record below it is known; an absent entry is 0. Plain values, ordered bytewise-stable so that they can be keys.
#include <compare>
#include <cstdint>
#include <map>
#include <string_view>

namespace tenure {

enum class Topic : std::uint8_t { kIdentity = 0, kAccess = 1, kGovernance = 2, kUsage = 3, kDeadLetter = 4 };
inline constexpr int kPlaneTopics = 4;  // kDeadLetter is written and never projected

// "tenure.identity", "tenure.access", "tenure.governance", "tenure.usage", "tenure.dead-letter".
constexpr std::string_view TopicName(Topic topic) {
  constexpr std::string_view kNames[] = {"tenure.identity", "tenure.access", "tenure.governance", "tenure.usage",
                                         "tenure.dead-letter"};
  return kNames[static_cast<int>(topic)];
}

struct TopicPartition {
  Topic topic = Topic::kIdentity;
  std::int32_t partition = 0;
  friend auto operator<=>(const TopicPartition&, const TopicPartition&) = default;
};

struct Position {
  Topic topic = Topic::kIdentity;
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  TopicPartition Where() const { return {topic, partition}; }
  friend auto operator<=>(const Position&, const Position&) = default;
};

struct PositionVector {
  std::map<TopicPartition, std::int64_t> next;  // entries of value 0 are never stored

  std::int64_t Next(const TopicPartition& tp) const {
    auto it = next.find(tp);
    return it == next.end() ? 0 : it->second;
  }
  bool Holds(const Position& p) const { return p.offset < Next(p.Where()); }
  // Every record known to `other` is known here too.
  bool Covers(const PositionVector& other) const {
    for (const auto& [tp, offset] : other.next)
      if (offset > Next(tp)) return false;
    return true;
  }
  friend bool operator==(const PositionVector&, const PositionVector&) = default;
};

}  // namespace tenure
