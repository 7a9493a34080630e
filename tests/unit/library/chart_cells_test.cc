// A row in cells: filled exactly where its bars are, whatever the scale.
#include "library/chart_cells.h"

#include <gtest/gtest.h>

#include <random>

namespace tenure::library {
namespace {

constexpr std::int64_t kYear = std::int64_t{365} * 86'400 * 1'000'000;

ChartRow RowOfSpans(const std::vector<Interval>& spans, Sureness sureness = Sureness::kCertain) {
  ChartRow row;
  for (const Interval& span : spans) row.bars.push_back({span, sureness});
  return row;
}

// "#" where something is, "." where not.
std::string Filled(const Cells& cells) {
  std::string text;
  for (const Cell& cell : cells.cells) text += cell.Empty() ? '.' : '#';
  return text;
}

std::string Of(const std::vector<Interval>& spans, const Interval& extent, std::size_t columns) {
  return Filled(CellsOf(RowOfSpans(spans), extent, columns));
}

TEST(ChartCells, ABarFillsTheCellsItTouchesAndNoOther) {
  const Interval extent{{0}, {100}};
  EXPECT_EQ(Of({{{0}, {100}}}, extent, 10), "##########");
  EXPECT_EQ(Of({{{20}, {30}}}, extent, 10), "..#.......");
  EXPECT_EQ(Of({{{20}, {31}}}, extent, 10), "..##......");
  EXPECT_EQ(Of({{{19}, {30}}}, extent, 10), ".##.......");
  EXPECT_EQ(Of({{{-50}, {0}}, {{100}, {200}}}, extent, 10), "..........");
}

TEST(ChartCells, AMicrosecondInAThousandYearsIsSeen) {
  const Interval extent{{0}, {1'000 * kYear}};
  EXPECT_EQ(Of({{{500 * kYear + 1}, {500 * kYear + 2}}}, extent, 10), ".....#....");
  EXPECT_EQ(Of({{{1'000 * kYear - 1}, {1'000 * kYear}}}, extent, 10), ".........#");
}

TEST(ChartCells, ACellNarrowerThanAMicrosecondIsFilledByWhatItTouches) {
  EXPECT_EQ(Of({{{1}, {2}}}, {{0}, {3}}, 9), "...###...");
  EXPECT_EQ(Of({{{1}, {2}}}, {{0}, {3}}, 4), ".##.");
}

TEST(ChartCells, EighthsTellWhereWithinItsCellABarEnds) {
  const Interval extent{{0}, {80}};  // ten microseconds a cell
  const Cells cells = CellsOf(RowOfSpans({{{5}, {20}}, {{30}, {32}}}), extent, 8);
  EXPECT_EQ(cells.cells[0].certain, 0b11110000);
  EXPECT_EQ(cells.cells[1].certain, 0b11111111);
  EXPECT_EQ(cells.cells[2].certain, 0);
  EXPECT_EQ(cells.cells[3].certain, 0b00000011);
}

TEST(ChartCells, OpenEndsAndEndsBeyondThePictureAreTold) {
  const Interval extent{{0}, {100}};
  const auto sides = [&](const Interval& span) {
    const Cells cells = CellsOf(RowOfSpans({span}), extent, 10);
    return std::pair(cells.left, cells.right);
  };
  EXPECT_EQ(sides({{0}, {100}}), std::pair(Beyond::kNo, Beyond::kNo));
  EXPECT_EQ(sides({kAlways, kForever}), std::pair(Beyond::kOpen, Beyond::kOpen));
  EXPECT_EQ(sides({{-1}, {101}}), std::pair(Beyond::kFurther, Beyond::kFurther));
  EXPECT_EQ(sides({{200}, kForever}), std::pair(Beyond::kNo, Beyond::kOpen));
  EXPECT_EQ(Of({{kAlways, kForever}}, extent, 10), "##########");
  EXPECT_EQ(Of({{kAlways, {1}}}, extent, 10), "#.........");
}

TEST(ChartCells, ABreakWithinACellLeavesAnEighthOut) {
  const Interval extent{{0}, {8'000}};
  const Cells cells = CellsOf(RowOfSpans({{{0}, {500}}, {{501}, {8'000}}}), extent, 8);
  EXPECT_EQ(cells.cells[0].certain, 0b11101111);
  EXPECT_EQ(Filled(cells), "########");
  const Cells adjacent = CellsOf(RowOfSpans({{{0}, {500}}, {{500}, {8'000}}}), extent, 8);
  EXPECT_EQ(adjacent.cells[0].certain, 0xFF);
}

TEST(ChartCells, WhatIsSurerAndWhatIsLessSureAreKeptApart) {
  ChartRow row = RowOfSpans({{{0}, {40}}});
  row.bars.push_back({{{40}, {80}}, Sureness::kPossible});
  row.bars.push_back({{{0}, {100}}, Sureness::kGranted});
  const Cells cells = CellsOf(row, {{0}, {100}}, 10);
  EXPECT_EQ((std::pair(cells.cells[3].certain, cells.cells[3].possible)), (std::pair<std::uint8_t, std::uint8_t>(0xFF, 0)));
  EXPECT_EQ((std::pair(cells.cells[4].certain, cells.cells[4].possible)), (std::pair<std::uint8_t, std::uint8_t>(0, 0xFF)));
  EXPECT_EQ(cells.cells[9].granted, 0xFF);
}

TEST(ChartCells, MarksStandInTheCellOfTheirMoment) {
  ChartRow row;
  row.marks = {{{0}, MarkKind::kEvent, ""}, {{99}, MarkKind::kGap, ""}, {{100}, MarkKind::kUse, ""}, {{300}, MarkKind::kUse, ""}};
  const Cells cells = CellsOf(row, {{0}, {100}}, 10);
  EXPECT_EQ(Filled(cells), "#........#");
  EXPECT_FALSE(cells.cells[0].gap);
  EXPECT_TRUE(cells.cells[9].gap);
  EXPECT_EQ(cells.right, Beyond::kFurther);
}

// The definition of a touch, in whole numbers: a cell is [from + c * S / n, from + (c + 1) * S / n).
bool Touches(const Interval& span, const Interval& extent, std::size_t cell, std::size_t columns) {
  __extension__ using Whole = __int128;
  const Whole length = extent.until.us - extent.from.us, n = static_cast<Whole>(columns), c = static_cast<Whole>(cell);
  const auto since = [&](EffectiveTime at) { return (static_cast<Whole>(at.us) - static_cast<Whole>(extent.from.us)) * n; };
  return since(span.from) < (c + 1) * length && since(span.until) > c * length;
}

TEST(ChartCells, ACellIsFilledExactlyIfABarTouchesIt) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  const auto some = [&](std::int64_t below) { return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(below)); };
  for (int round = 0; round < 20'000; ++round) {
    const std::int64_t length = 1 + some(round % 3 == 0 ? 20 : round % 3 == 1 ? 1'000'000 : 9'000 * kYear);
    const Interval extent{{some(kYear) - kYear / 2}, {0}};
    const Interval seen{extent.from, {extent.from.us + length}};
    const auto columns = static_cast<std::size_t>(1 + some(300));
    std::vector<Interval> spans;
    for (std::int64_t i = some(4); i >= 0; --i) {
      const std::int64_t from = seen.from.us - length / 4 + some(length + length / 2 + 1);
      Interval span{{from}, {from + 1 + some(round % 2 == 0 ? 2 : length)}};
      if (some(10) == 0) span.from = kAlways;
      if (some(10) == 0) span.until = kForever;
      spans.push_back(span);
    }
    std::sort(spans.begin(), spans.end());
    const Cells cells = CellsOf(RowOfSpans(spans), seen, columns);
    ASSERT_EQ(cells.cells.size(), columns);
    for (std::size_t c = 0; c < columns; ++c) {
      const bool touched =
          std::any_of(spans.begin(), spans.end(), [&](const Interval& s) { return Touches(s, seen, c, columns); });
      ASSERT_EQ(!cells.cells[c].Empty(), touched) << "round " << round << ", cell " << c << " of " << columns;
    }
  }
}

}  // namespace
}  // namespace tenure::library
