#pragma once
// Moments written as a person writes them, and the span that an organisation lives through. All UTC.
#include <cstdint>

#include "tenure/time.h"

namespace tenure::connect::generate {

inline constexpr std::int64_t kSecond = 1'000'000;  // in the unit of EffectiveTime
inline constexpr std::int64_t kMinute = 60 * kSecond;
inline constexpr std::int64_t kHour = 60 * kMinute;
inline constexpr std::int64_t kDay = 24 * kHour;

// Days since 1970-01-01 of a Gregorian date after it. Years are counted from March, so that a leap day is a year's last.
constexpr std::int64_t DaysSinceEpoch(int year, int month, int day) {
  const int y = month > 2 ? year : year - 1;
  const int months_since_march = month > 2 ? month - 3 : month + 9;
  const std::int64_t days_before_month = (153 * months_since_march + 2) / 5;
  return 365LL * y + y / 4 - y / 100 + y / 400 + days_before_month + day - 1 - 719'468;
}

constexpr EffectiveTime Utc(int year, int month, int day, int hour = 0, int minute = 0, int second = 0) {
  return {DaysSinceEpoch(year, month, day) * kDay + hour * kHour + minute * kMinute + second * kSecond};
}

constexpr EffectiveTime Later(EffectiveTime time, std::int64_t us) { return {time.us + us}; }

static_assert(Utc(2023, 7, 10, 12, 24, 49).us == 1'688'991'889 * kSecond);
static_assert(Utc(2024, 2, 29).us + kDay == Utc(2024, 3, 1).us);

inline constexpr EffectiveTime kBegin = Utc(2024, 1, 2, 8, 0, 0);
inline constexpr EffectiveTime kEnd = Utc(2026, 6, 30, 18, 0, 0);

}  // namespace tenure::connect::generate
