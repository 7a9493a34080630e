// The drawing for files and pages: whole, harmless, and true to the intervals.
#include "library/chart_svg.h"

#include <gtest/gtest.h>

#include <regex>

#include "library/shown_text.h"

namespace tenure::library {
namespace {

Chart OneRow(std::vector<ChartBar> bars) {
  Chart chart;
  chart.title = "what user:a";
  chart.rows = {{"role:r", "", false, std::move(bars), {}}};
  chart.extent = {{0}, {1'000'000}};
  return chart;
}

struct Rect {
  double x, width;
  std::string kind;
};
std::vector<Rect> Bars(const std::string& svg) {
  static const std::regex bar("<rect x=\"([0-9.]+)\" y=\"[0-9]+\" width=\"([0-9.]+)\" height=\"16\" class=\"([^\"]*)\">");
  std::vector<Rect> bars;
  for (std::sregex_iterator it(svg.begin(), svg.end(), bar), end; it != end; ++it)
    bars.push_back({std::stod((*it)[1]), std::stod((*it)[2]), (*it)[3]});
  return bars;
}

TEST(ChartSvg, BarsStandWhereTheirIntervalsDo) {
  const auto bars =
      Bars(ChartSvg(OneRow({{{{0}, {500'000}}}, {{{750'000}, {1'000'000}}, Sureness::kPossible}}), SvgPlace::kFile));
  ASSERT_EQ(bars.size(), 2u);  // what is possible is drawn first
  EXPECT_NEAR(bars[1].width, bars[0].width * 2, 0.01);
  EXPECT_NEAR(bars[0].x - bars[1].x, bars[1].width * 1.5, 0.01);
  EXPECT_EQ(bars[0].kind, "c-possible");
  EXPECT_EQ(bars[1].kind, "c-certain");
}

TEST(ChartSvg, AMicrosecondIsAPixelWideAtLeastAndStaysInside) {
  for (const std::int64_t at : {std::int64_t{0}, std::int64_t{500'000}, std::int64_t{999'999}}) {
    const auto bars = Bars(ChartSvg(OneRow({{{{at}, {at + 1}}}}), SvgPlace::kFile));
    ASSERT_EQ(bars.size(), 1u);
    EXPECT_GE(bars[0].width, 1);
    EXPECT_LE(bars[0].x + bars[0].width, 980.001);
  }
}

TEST(ChartSvg, ItSaysTheExactEndsOfABarAndMarksThoseWithout) {
  const std::string svg = ChartSvg(OneRow({{{{0}, {1}}}, {{{500'000}, kForever}}}), SvgPlace::kFile);
  EXPECT_NE(svg.find("role:r: certain, 1970-01-01T00:00:00Z until 1970-01-01T00:00:00.000001Z (1 µs)"), std::string::npos);
  EXPECT_NE(svg.find("role:r: certain, since 1970-01-01T00:00:00.500Z, no end"), std::string::npos);
  EXPECT_NE(svg.find("<path d=\"M980 "), std::string::npos);
}

TEST(ChartSvg, NothingOfTheRecordIsMarkupOrDrivesAReader) {
  const std::string hostile = "<script>alert(1)</script>&\"'\x1b[2J\x01\xE2\x80\xAE\xFF\xEF\xBF\xBF]]>";
  Chart chart = OneRow({{{{0}, {1'000'000}}}});
  chart.title = hostile;
  chart.doubts = {hostile};
  chart.rows[0].label = chart.rows[0].about = hostile;
  chart.rows[0].marks = {{{5}, MarkKind::kGap, hostile}};
  for (const SvgPlace place : {SvgPlace::kFile, SvgPlace::kPage}) {
    const std::string svg = ChartSvg(chart, place);
    EXPECT_EQ(svg.find("<script"), std::string::npos);
    EXPECT_EQ(svg.find("]]>"), std::string::npos);
    EXPECT_TRUE(IsUtf8(svg));
    for (const char* bad : {"\x1b", "\x01", "\xE2\x80\xAE", "\xEF\xBF\xBF"}) EXPECT_EQ(svg.find(bad), std::string::npos);
    EXPECT_NE(svg.find("&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;&#39;\\x1b[2J\\x01\\u202e\\xff\\uffff]]&gt;"),
              std::string::npos);
    for (const char* outside : {"http://www.w3.org/2000/svg\"", "url(#"}) EXPECT_NE(svg.find(outside), std::string::npos);
    EXPECT_EQ(svg.find("http", svg.find("2000/svg")), std::string::npos) << "it fetches nothing";
  }
}

TEST(ChartSvg, WithoutRowsAFileSaysSoAndAPageHasNone) {
  Chart chart;
  chart.title = "what user:a";
  EXPECT_NE(ChartSvg(chart, SvgPlace::kFile).find("Nothing to draw"), std::string::npos);
  EXPECT_EQ(ChartSvg(chart, SvgPlace::kPage), "");
}

TEST(ChartSvg, VeryManyStretchesOfARowAreDrawnAsManyAsCanBeSeen) {
  std::vector<ChartBar> bars;
  for (std::int64_t i = 0; i < 100'000; ++i) bars.push_back({{{i * 10}, {i * 10 + 5}}});
  const std::string svg = ChartSvg(OneRow(std::move(bars)), SvgPlace::kFile);
  EXPECT_LT(Bars(svg).size(), 2'000u);
  EXPECT_NE(svg.find(" stretches, 1970"), std::string::npos);
}

}  // namespace
}  // namespace tenure::library
