#include "library/chart_axis.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

namespace tenure::library {
namespace {

constexpr std::int64_t kMilli = 1'000, kSecond = 1'000'000, kMinute = 60 * kSecond, kHour = 60 * kMinute, kDay = 24 * kHour;
constexpr std::int64_t kMonth = 28 * kDay, kYear = 365 * kDay;  // at least; they are counted on the calendar
constexpr std::int64_t kFirst = -62'135'596'800 * kSecond, kLast = 253'402'300'799 * kSecond;

// `count` units; what a label shows is decided by the unit.
struct Step {
  std::int64_t unit, count;
  std::int64_t Us() const { return unit * count; }
};
constexpr Step kSteps[] = {{1, 1},        {1, 2},        {1, 5},        {1, 10},       {1, 20},       {1, 50},      {1, 100},
                           {1, 200},      {1, 500},      {kMilli, 1},   {kMilli, 2},   {kMilli, 5},   {kMilli, 10}, {kMilli, 20},
                           {kMilli, 50},  {kMilli, 100}, {kMilli, 200}, {kMilli, 500}, {kSecond, 1},  {kSecond, 2}, {kSecond, 5},
                           {kSecond, 10}, {kSecond, 15}, {kSecond, 30}, {kMinute, 1},  {kMinute, 2},  {kMinute, 5}, {kMinute, 10},
                           {kMinute, 15}, {kMinute, 30}, {kHour, 1},    {kHour, 2},    {kHour, 3},    {kHour, 6},   {kHour, 12},
                           {kDay, 1},     {kDay, 2},     {kDay, 7},     {kDay, 14},    {kMonth, 1},   {kMonth, 2},  {kMonth, 3},
                           {kMonth, 6},   {kYear, 1},    {kYear, 2},    {kYear, 5},    {kYear, 10},   {kYear, 20},  {kYear, 50},
                           {kYear, 100},  {kYear, 200},  {kYear, 500},  {kYear, 1000}, {kYear, 2000}, {kYear, 5000}};

std::int64_t FloorTo(std::int64_t us, std::int64_t unit) { return us - ((us % unit) + unit) % unit; }

struct Wall {
  int year = 0;
  unsigned month = 1, day = 1;
  std::int64_t hour = 0, minute = 0, second = 0, us = 0;
};

Wall WallOf(EffectiveTime at) {
  const std::int64_t day = FloorTo(at.us, kDay), rest = at.us - day;
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(day / kDay))};
  return {static_cast<int>(date.year()),
          static_cast<unsigned>(date.month()),
          static_cast<unsigned>(date.day()),
          rest / kHour,
          rest % kHour / kMinute,
          rest % kMinute / kSecond,
          rest % kSecond};
}

std::int64_t MonthStart(std::int64_t months_since_year_0) {
  const auto year = std::chrono::year(static_cast<int>(months_since_year_0 / 12));
  const auto month = std::chrono::month(static_cast<unsigned>(months_since_year_0 % 12 + 1));
  return std::chrono::sys_days(year / month / 1).time_since_epoch().count() * kDay;
}

// The last tick at or before a moment, and the one after a tick.
EffectiveTime TickBefore(EffectiveTime at, const Step& step) {
  if (step.unit == kMonth || step.unit == kYear) {
    const Wall wall = WallOf(at);
    const std::int64_t months = wall.year * 12 + static_cast<int>(wall.month) - 1;
    return {MonthStart(FloorTo(months, step.unit == kYear ? step.count * 12 : step.count))};
  }
  const std::int64_t monday = step.unit == kDay && step.count >= 7 ? 4 * kDay : 0;  // the epoch was a Thursday
  return {FloorTo(at.us - monday, step.Us()) + monday};
}
EffectiveTime TickAfter(EffectiveTime tick, const Step& step) {
  if (step.unit != kMonth && step.unit != kYear) return {tick.us + step.Us()};
  const Wall wall = WallOf(tick);
  const std::int64_t months = wall.year * 12 + static_cast<int>(wall.month) - 1;
  return {MonthStart(months + (step.unit == kYear ? step.count * 12 : step.count))};
}

// What all moments of an extent share: nothing, the year, the day, the minute, the second.
enum class Shared { kNone, kOneYear, kOneDay, kOneMinute, kOneSecond };

Shared SharedBy(const Interval& extent) {
  const auto same = [&](std::int64_t unit) { return FloorTo(extent.from.us, unit) == FloorTo(extent.until.us - 1, unit); };
  if (same(kSecond)) return Shared::kOneSecond;
  if (same(kMinute)) return Shared::kOneMinute;
  if (same(kDay)) return Shared::kOneDay;
  return WallOf(extent.from).year == WallOf({extent.until.us - 1}).year ? Shared::kOneYear : Shared::kNone;
}

std::string DateOf(const Wall& w) { return fmt::format("{:04}-{:02}-{:02}", w.year, w.month, w.day); }

// Labels of one unit leave out what all of them share, but never the unit itself.
class Labels {
 public:
  Labels(std::int64_t unit, Shared shared) : unit_(unit), shared_(Shortest(unit, shared)) {}

  std::string Of(EffectiveTime at) const {
    const Wall w = WallOf(at);
    if (unit_ == kYear) return fmt::format("{:04}", w.year);
    if (unit_ == kMonth) return fmt::format("{:04}-{:02}", w.year, w.month);
    if (unit_ == kDay) return shared_ == Shared::kOneYear ? fmt::format("{:02}-{:02}", w.month, w.day) : DateOf(w);
    const std::string fraction = unit_ == 1        ? fmt::format(".{:06}", w.us)
                                 : unit_ == kMilli ? fmt::format(".{:03}", w.us / kMilli)
                                                   : "";
    if (shared_ == Shared::kOneSecond) return fraction;
    const std::string seconds = unit_ >= kMinute ? "" : fmt::format("{:02}{}", w.second, fraction);
    if (shared_ == Shared::kOneMinute) return seconds;
    const std::string clock = fmt::format("{:02}:{:02}{}{}", w.hour, w.minute, seconds.empty() ? "" : ":", seconds);
    if (shared_ == Shared::kOneDay) return clock;
    return (shared_ == Shared::kOneYear ? fmt::format("{:02}-{:02} ", w.month, w.day) : DateOf(w) + " ") + clock;
  }
  std::string Context(EffectiveTime at) const {
    const Wall w = WallOf(at);
    if (shared_ == Shared::kNone) return "";
    if (shared_ == Shared::kOneYear) return fmt::format("{:04}", w.year);
    if (shared_ == Shared::kOneDay) return DateOf(w);
    const std::string minute = fmt::format("{} {:02}:{:02}", DateOf(w), w.hour, w.minute);
    return shared_ == Shared::kOneMinute ? minute : fmt::format("{}:{:02}", minute, w.second);
  }
  std::size_t Width() const { return Of({0}).size(); }

 private:
  static Shared Shortest(std::int64_t unit, Shared shared) {
    if (unit >= kMonth) return Shared::kNone;
    if (unit == kDay) return std::min(shared, Shared::kOneYear);
    if (unit >= kSecond) return std::min(shared, Shared::kOneDay);
    return shared;
  }

  std::int64_t unit_;
  Shared shared_;
};

constexpr std::size_t kGap = 2;

std::vector<Tick> TicksOf(const Interval& extent, const Step& step, const Labels& labels) {
  std::vector<Tick> ticks;
  EffectiveTime at = TickBefore(extent.from, step);
  if (at < extent.from) at = TickAfter(at, step);
  for (; at < extent.until; at = TickAfter(at, step)) ticks.push_back({at, labels.Of(at)});
  return ticks;
}

}  // namespace

EffectiveTime OnAxis(EffectiveTime at) { return std::clamp(at, EffectiveTime{kFirst}, EffectiveTime{kLast}); }

Axis AxisOf(const Interval& extent, std::size_t columns) {
  const auto span = static_cast<double>(extent.until.us - extent.from.us);
  const Shared shared = SharedBy(extent);
  const auto has_room = [&](const Step& step) {
    const double apart = static_cast<double>(step.Us()) / span * static_cast<double>(columns);
    return apart >= static_cast<double>(Labels(step.unit, shared).Width() + kGap);
  };
  auto step = std::find_if(std::begin(kSteps), std::end(kSteps), has_room);
  // A step so long that no tick of it may lie in the extent: then the first tick of a shorter one.
  for (bool first_only = step == std::end(kSteps);; first_only = true) {
    if (first_only && step == std::begin(kSteps)) break;
    if (first_only) --step;
    const Labels labels(step->unit, shared);
    if (first_only && labels.Width() > columns) continue;
    if (first_only && step->Us() * static_cast<double>(columns) < span) break;  // more ticks than columns
    std::vector<Tick> ticks = TicksOf(extent, *step, labels);
    if (first_only && ticks.size() > 1) ticks.resize(1);
    if (!ticks.empty()) return {labels.Context(extent.from), std::move(ticks)};
  }
  return {Labels(1, shared).Context(extent.from), {}};
}

}  // namespace tenure::library
