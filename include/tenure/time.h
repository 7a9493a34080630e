#pragma once
// The two time axes, as types that cannot be swapped by mistake.
//
// EffectiveTime: when something was true in the world. RecordedTime: when the log learned it; only a log assigns it.
// Both count signed microseconds since 1970-01-01T00:00:00Z. Plain values.
#include <compare>
#include <cstdint>
#include <limits>

namespace tenure {

struct EffectiveTime {
  std::int64_t us = 0;
  friend auto operator<=>(EffectiveTime, EffectiveTime) = default;
};

struct RecordedTime {
  std::int64_t us = 0;
  friend auto operator<=>(RecordedTime, RecordedTime) = default;
};

// Open ends of an interval: no readable event time reaches them.
inline constexpr EffectiveTime kAlways{std::numeric_limits<std::int64_t>::min()};
inline constexpr EffectiveTime kForever{std::numeric_limits<std::int64_t>::max()};

// Half-open [from, until). Empty (until <= from) is legal where a header says so.
struct Interval {
  EffectiveTime from = kAlways;
  EffectiveTime until = kForever;
  bool Contains(EffectiveTime t) const { return from <= t && t < until; }
  friend auto operator<=>(const Interval&, const Interval&) = default;
};

}  // namespace tenure
