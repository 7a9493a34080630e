// A chart in characters: what it looks like, and that it never breaks the line.
#include "cli/chart_text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <sstream>

#include "cli/text.h"

namespace tenure::cli {
namespace {

using library::Chart;
using library::ChartBar;
using library::ChartRow;
using library::MarkKind;
using library::Sureness;

constexpr std::int64_t kMinute = 60'000'000, kNoon = 1'688'990'400'000'000;  // 2023-07-10T12:00:00Z
constexpr EffectiveTime At(std::int64_t minutes) { return {kNoon + minutes * kMinute}; }
Interval Minutes(std::int64_t from, std::int64_t until) { return {At(from), At(until)}; }

std::vector<std::string> Lines(const Chart& chart, const ChartStyle& style) {
  std::string text;
  {
    Terminal terminal;
    terminal.KeepIn(text);
    PrintChart(terminal, chart, style);
  }
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

Chart Hour(std::vector<ChartRow> rows) {
  Chart chart;
  chart.rows = std::move(rows);
  chart.extent = Minutes(0, 60);
  return chart;
}

Chart Example() {
  Chart chart = Hour({{"role:a", "", false, {{Minutes(10, 30)}, {Minutes(30, 40), Sureness::kPossible}}, {}},
                      {"deny role:b", "", true, {{{kAlways, At(5)}, Sureness::kGranted}, {{At(45), kForever}}}, {}},
                      {"events", "", false, {}, {{At(0), MarkKind::kEvent, "x"}, {At(59), MarkKind::kGap, "nobody told"}}}});
  chart.moment = At(21);
  return chart;
}

TEST(ChartText, AnAxisRowsAndALegend) {
  EXPECT_EQ(Lines(Example(), {54, true, false}),
            (std::vector<std::string>{"2023-07-10 UTC 12:00   12:15    12:30    12:45",          //
                                      "                ┬────────┬──▼─────┬────────┬─────────",   //
                                      "role:a                ████████████▓▒▒▒▒▒▒",               //
                                      "deny role:b    ◂░░░░        │              ▕█████████▸",  //
                                      "events          •           │                       !",   //
                                      "█ certain  ▒ possible  ▓ both within the cell",           //
                                      "░ granted, not held  • event  ! evidence gap",            //
                                      "◂ no beginning  ▸ no end  ▼ as of 2023-07-10T12:21:00Z",  //
                                      "! 2023-07-10T12:59:00Z  nobody told"}));
}

TEST(ChartText, TheSameInAscii) {
  EXPECT_EQ(Lines(Example(), {54, false, false}),
            (std::vector<std::string>{"2023-07-10 UTC 12:00   12:15    12:30    12:45",          //
                                      "                +--------+--v-----+--------+---------",   //
                                      "role:a                ############+~~~~~~",               //
                                      "deny role:b    <....        |              ##########>",  //
                                      "events          *           |                       !",   //
                                      "# certain  ~ possible  + both within the cell",           //
                                      ". granted, not held  * event  ! evidence gap",            //
                                      "< no beginning  > no end  v as of 2023-07-10T12:21:00Z",  //
                                      "! 2023-07-10T12:59:00Z  nobody told"}));
}

TEST(ChartText, EndsWithinACellAreTheNearestBlock) {
  // A cell is two minutes, an eighth fifteen seconds.
  const auto row = [](std::int64_t from_s, std::int64_t until_s) {
    ChartRow one{"r", "", false, {}, {}};
    one.bars.push_back({{{At(0).us + from_s * 1'000'000}, {At(0).us + until_s * 1'000'000}}});
    Chart chart = Hour({one});
    return Lines(chart, {47, true, false}).at(2).substr(16);
  };
  EXPECT_EQ(row(0, 1), "▏");
  EXPECT_EQ(row(0, 45), "▍");
  EXPECT_EQ(row(0, 120), "█");
  EXPECT_EQ(row(105, 240), "▕█");
  EXPECT_EQ(row(60, 240), "▐█");
  EXPECT_EQ(row(15, 240), "██");
  EXPECT_EQ(row(59, 61), "┃");
  EXPECT_EQ(row(119, 121), "▕▏");
}

TEST(ChartText, ABreakWithinACellIsSeen) {
  ChartRow one{"r", "", false, {{{At(0), {At(3).us}}}, {{{At(3).us + 1}, At(60)}}}, {}};
  const std::string drawn = Lines(Hour({one}), {47, true, false}).at(2);
  EXPECT_NE(drawn.find("█▉█"), std::string::npos) << drawn;
}

TEST(ChartText, HostileNamesAreHarmless) {
  const std::string hostile = "user:\x1b[2J\x07\xE2\x80\xAE\n日本\xFF";
  Chart chart = Hour({{hostile, "", false, {{Minutes(0, 60)}}, {{At(1), MarkKind::kGap, hostile}}}});
  for (const bool utf8 : {true, false})
    for (const std::string& line : Lines(chart, {80, utf8, false})) {
      for (const char* bad : {"\x1b", "\x07", "\xE2\x80\xAE", "\xFF"}) EXPECT_EQ(line.find(bad), std::string::npos) << line;
      EXPECT_TRUE(IsUtf8(line));
      if (!utf8) {
        EXPECT_TRUE(std::all_of(line.begin(), line.end(), [](char c) { return c >= ' ' && c <= '~'; })) << line;
      }
    }
}

// Random charts at every width: no line is wider, and each row is one line.
TEST(ChartText, NoLineIsWiderThanAsked) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  const auto some = [&](std::int64_t below) { return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(below)); };
  const std::vector<std::string> names = {"a", "credential AKIATFQR7NSCQLA2F4OD", "日本日本日本日本日本日本日本",
                                          "role:arn:aws:iam::aws:policy/AdministratorAccess on bucket:prod/ledger/2026",
                                          "\x1b[2J\xFF\xFE"};
  for (std::size_t columns = kPictureColumnsMin; columns <= kPictureColumnsMax; ++columns)
    for (int round = 0; round < 8; ++round) {
      const std::int64_t length = 1 + some(round < 4 ? 100 : std::int64_t{1} << (10 + some(48)));
      Chart chart;
      chart.extent = {At(0), {At(0).us + length}};
      const auto within = [&] { return EffectiveTime{At(0).us + some(length)}; };
      if (some(2) == 0) chart.moment = within();
      for (std::int64_t rows = 1 + some(30); rows > 0; --rows) {
        ChartRow row{names[static_cast<std::size_t>(some(5))], "", some(5) == 0, {}, {}};
        for (std::int64_t bars = some(4); bars >= 0; --bars) {
          const EffectiveTime from = within();
          const auto sureness = static_cast<Sureness>(some(3));
          row.bars.push_back(
              {{some(9) == 0 ? kAlways : from, some(9) == 0 ? kForever : EffectiveTime{from.us + 1 + some(length)}}, sureness});
        }
        if (some(3) == 0)
          row.marks.push_back({within(), static_cast<MarkKind>(some(3)), names[static_cast<std::size_t>(some(5))]});
        chart.rows.push_back(std::move(row));
      }
      const bool utf8 = round % 2 == 0;
      const auto lines = Lines(chart, {columns, utf8, false});
      ASSERT_GT(lines.size(), chart.rows.size());
      for (const std::string& line : lines) ASSERT_LE(Width(line), columns) << line;
    }
}

}  // namespace
}  // namespace tenure::cli
