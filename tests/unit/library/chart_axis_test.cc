// Ticks at every scale: on whole units, apart from each other, and named without what all of them share.
#include "library/chart_axis.h"

#include <gtest/gtest.h>

#include "event/clock.h"

namespace tenure::library {
namespace {

Interval Between(const char* from, const char* until) {
  return {event::ParseRfc3339(from).value(), event::ParseRfc3339(until).value()};
}

std::string Labels(const Axis& axis) {
  std::string text = axis.context + ":";
  for (const Tick& tick : axis.ticks) text += " " + tick.label;
  return text;
}
std::string Labels(const char* from, const char* until, std::size_t columns) {
  return Labels(AxisOf(Between(from, until), columns));
}

TEST(ChartAxis, ItsUnitIsChosenByTheSpan) {
  EXPECT_EQ(Labels("2023-07-10T12:24:49.000001Z", "2023-07-10T12:24:49.000005Z", 60),
            "2023-07-10 12:24:49: .000001 .000002 .000003 .000004");
  EXPECT_EQ(Labels("2023-07-10T12:24:49.9Z", "2023-07-10T12:24:50.3Z", 40), "2023-07-10 12:24: 49.900 50.000 50.100 50.200");
  EXPECT_EQ(Labels("2023-07-10T12:24:00Z", "2023-07-10T12:25:00Z", 60),
            "2023-07-10: 12:24:00 12:24:10 12:24:20 12:24:30 12:24:40 12:24:50");
  EXPECT_EQ(Labels("2023-07-10T12:00:00Z", "2023-07-10T13:00:00Z", 50), "2023-07-10: 12:00 12:10 12:20 12:30 12:40 12:50");
  EXPECT_EQ(Labels("2023-07-10T22:00:00Z", "2023-07-11T04:00:00Z", 50), "2023: 07-10 22:00 07-11 00:00 07-11 02:00");
  EXPECT_EQ(Labels("2023-12-31T22:00:00Z", "2024-01-01T04:00:00Z", 50), ": 2024-01-01 00:00 2024-01-01 03:00");
  EXPECT_EQ(Labels("2023-07-03T00:00:00Z", "2023-07-30T00:00:00Z", 60), "2023: 07-03 07-10 07-17 07-24");
  EXPECT_EQ(Labels("2023-01-15T00:00:00Z", "2023-07-15T00:00:00Z", 60), ": 2023-02 2023-03 2023-04 2023-05 2023-06 2023-07");
  EXPECT_EQ(Labels("1999-05-01T00:00:00Z", "2024-05-01T00:00:00Z", 60), ": 2000 2005 2010 2015 2020");
  EXPECT_EQ(Labels("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", 60), ": 2000 4000 6000 8000");
}

TEST(ChartAxis, WeeksBeginOnMondays) {
  for (const Tick& tick : AxisOf(Between("2024-02-20T00:00:00Z", "2024-04-10T00:00:00Z"), 60).ticks)
    EXPECT_EQ((tick.at.us / 86'400'000'000 + 3) % 7, 0) << tick.label;
}

TEST(ChartAxis, WhereNoWholeUnitLiesBetweenTheLabelsOfAShorterOneIsTaken) {
  EXPECT_EQ(Labels("2023-02-01T00:00:00Z", "2023-12-01T00:00:00Z", 9), ": 2023-07");
  EXPECT_FALSE(AxisOf(Between("2023-07-10T12:24:49.1Z", "2023-07-10T12:24:49.2Z"), 9).ticks.empty());
}

TEST(ChartAxis, NoRoomNoTicks) { EXPECT_TRUE(AxisOf(Between("2023-02-01T00:00:00Z", "2023-12-01T00:00:00Z"), 3).ticks.empty()); }

// Whatever the length, at every width: ascending, inside, apart by more than a label, and some of them as soon as three labels have room.
TEST(ChartAxis, TicksNeverCrowdAndNeverLack) {
  constexpr std::int64_t kNoon = 1'688'992'000'123'457;
  for (std::int64_t length = 1; length < std::int64_t{250} * 1'000'000'000 * 1'000'000; length = length * 7 / 4 + 1)
    for (std::size_t columns = 9; columns <= 300; columns += 7) {
      const Interval extent{{OnAxis({kNoon - length / 2})}, {OnAxis({kNoon - length / 2}).us + length}};
      if (OnAxis(extent.until) != extent.until) continue;
      const Axis axis = AxisOf(extent, columns);
      const double per_column = static_cast<double>(length) / static_cast<double>(columns);
      for (std::size_t i = 0; i < axis.ticks.size(); ++i) {
        ASSERT_TRUE(extent.Contains(axis.ticks[i].at)) << length << " in " << columns;
        ASSERT_LE(axis.ticks[i].label.size(), columns);
        if (i == 0) continue;
        const auto apart = static_cast<double>(axis.ticks[i].at.us - axis.ticks[i - 1].at.us) / per_column;
        ASSERT_GT(apart, static_cast<double>(axis.ticks[i].label.size())) << length << " in " << columns;
        ASSERT_NE(axis.ticks[i].label, axis.ticks[i - 1].label);
      }
      if (columns >= 60) {
        ASSERT_FALSE(axis.ticks.empty()) << length << " in " << columns;
      }
    }
}

}  // namespace
}  // namespace tenure::library
