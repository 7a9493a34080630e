// What an answer's JSON becomes: rows, bars, marks, and what there is to see.
#include "library/chart.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "event/clock.h"

namespace tenure::library {
namespace {

using Json = nlohmann::ordered_json;

EffectiveTime T(const char* text) { return event::ParseRfc3339(text).value(); }

Json Span(const char* from, const char* until) {
  return {{"from", from == nullptr ? Json() : Json(from)}, {"until", until == nullptr ? Json() : Json(until)}};
}

Json What(Json results) {
  return {{"question", "what"},      {"subject", "user:a"},    {"as_of", "2026-03-01T00:00:00Z"}, {"complete", true},
          {"taints", Json::array()}, {"before_record", false}, {"results", std::move(results)},   {"next", nullptr}};
}
Json Row(const char* grant, const char* effect, Json held, Json possibly = Json::array(), Json granted = Json::array()) {
  return {{"principal", "user:a"},
          {"role", "role:r"},
          {"scope", "*"},
          {"effect", effect},
          {"grant", grant},
          {"granted_to", "user:a"},
          {"held", std::move(held)},
          {"possibly", std::move(possibly)},
          {"granted", std::move(granted)}};
}

Chart Of(const Json& answer, std::size_t rows_max = kChartRowsMax) {
  return ChartOf(event::JsonValue::Parse(answer.dump()).value(), rows_max);
}

TEST(Chart, ARowHasItsStretchesBySureness) {
  const Chart chart = Of(What({Row("g", "allow", {Span("2026-01-02T00:00:00Z", "2026-02-01T00:00:00.000001Z")},
                                   {Span("2026-02-01T00:00:00.000001Z", nullptr)}, {Span(nullptr, nullptr)})}));
  ASSERT_EQ(chart.rows.size(), 1u);
  const auto& bars = chart.rows[0].bars;
  ASSERT_EQ(bars.size(), 3u);
  EXPECT_EQ((std::pair(bars[0].span, bars[0].sureness)), (std::pair(Interval{}, Sureness::kGranted)));
  EXPECT_EQ((std::pair(bars[1].span, bars[1].sureness)),
            (std::pair(Interval{T("2026-01-02T00:00:00Z"), T("2026-02-01T00:00:00.000001Z")}, Sureness::kCertain)));
  EXPECT_EQ((std::pair(bars[2].span, bars[2].sureness)),
            (std::pair(Interval{T("2026-02-01T00:00:00.000001Z"), kForever}, Sureness::kPossible)));
  EXPECT_EQ(chart.title, "what user:a");
}

TEST(Chart, RowsThatReadTheSameAreToldApartAndADenyIsNamed) {
  const Json held = {Span("2026-01-01T00:00:00Z", nullptr)};
  Json inline_row = Row("g4", "allow", held);
  inline_row["role"] = nullptr;
  inline_row["scope"] = "bucket:prod";
  inline_row["permissions"] = {{{"effect", "allow"}, {"actions", {"read", "write"}}, {"not_resources", {"bucket:x"}}}};
  const Chart chart = Of(What({Row("g1", "allow", held), Row("g2", "allow", held), Row("g3", "deny", held), inline_row}));
  std::vector<std::string> labels;
  for (const ChartRow& row : chart.rows) labels.push_back(row.label);
  EXPECT_EQ(labels, (std::vector<std::string>{"role:r · grant g1", "role:r · grant g2", "deny role:r",
                                              "inline: read, write on all but bucket:x on bucket:prod"}));
  EXPECT_TRUE(chart.rows[2].deny);
}

TEST(Chart, ATimelineHasItsMarksAndARowAFact) {
  const auto entry = [](const char* time, const char* change, const char* state, int evidence) {
    return Json{{"time", time}, {"change", change}, {"ref", "user:a"}, {"state", state}, {"evidence", {evidence}}};
  };
  const auto fact = [](const char* kind, const char* ref, Json name, Json role) {
    return Json{{"fact", kind},
                {"ref", ref},
                {"name", std::move(name)},
                {"role", std::move(role)},
                {"scope", nullptr},
                {"kind", nullptr},
                {"held", {Span("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z")}},
                {"possibly", Json::array()}};
  };
  Json answer = What({entry("2026-01-01T00:00:00Z", "user:a registered", "in_force", 0),
                      entry("2026-01-05T00:00:00Z", "read used", "in_force", 1),
                      entry("2026-01-06T00:00:00Z", "user:a suspended", "retracted", 0),
                      entry("2026-02-01T00:00:00Z", "evidence gap: grant g ended by", "derived", 0)});
  answer["question"] = "timeline";
  answer["facts_total"] = 9;
  answer["facts"] = {fact("existence", "user:a", nullptr, nullptr),    fact("credential", "user:a", "k", nullptr),
                     fact("membership", "user:a", "group:g", nullptr), fact("membership", "user:b", "user:a", nullptr),
                     fact("grant", "user:a", "g", "role:r"),           fact("grant", "user:b", "h", "role:r")};
  answer["evidence"] = {{{"type", "tenure.identity.registered.v1"}}, {{"type", "tenure.access.used.v1"}}};
  const Chart chart = Of(answer);
  std::vector<std::string> labels;
  for (const ChartRow& row : chart.rows) labels.push_back(row.label);
  EXPECT_EQ(labels, (std::vector<std::string>{"events", "uses", "exists", "credential k", "in group:g", "member user:b", "role:r",
                                              "granted to user:b"}));
  ASSERT_EQ(chart.rows[0].marks.size(), 2u);
  EXPECT_EQ(chart.rows[0].marks[1].kind, MarkKind::kGap);
  EXPECT_EQ(chart.rows[1].marks.size(), 1u);
  EXPECT_EQ(chart.rows_left_out, 3);
}

TEST(Chart, WhatHasNoTimeMakesNoRow) {
  EXPECT_TRUE(Of(What(Json::array())).rows.empty());
  EXPECT_TRUE(Of(What({Row("g", "allow", Json::array())})).rows.empty());
  EXPECT_TRUE(Of(Json::object()).rows.empty());
  EXPECT_TRUE(Of({{"results", "none"}, {"as_of", 7}}).rows.empty());
  EXPECT_TRUE(ChartOf(event::JsonValue()).rows.empty());
}

TEST(Chart, RowsBeyondTheMostAreCounted) {
  Json rows = Json::array();
  for (int i = 0; i < 5; ++i) rows.push_back(Row("g", "allow", {Span("2026-01-01T00:00:00Z", nullptr)}));
  const Chart chart = Of(What(rows), 2);
  EXPECT_EQ(chart.rows.size(), 2u);
  EXPECT_EQ(chart.rows_left_out, 3);
}

Chart Held(Json spans, const char* as_of = "2026-03-01T00:00:00Z") {
  Json answer = What({Row("g", "allow", std::move(spans))});
  answer["as_of"] = as_of;
  return Of(answer);
}

TEST(Chart, ThePictureHoldsEveryKnownBoundAndTheMoment) {
  const Chart chart = Held({Span("2026-01-01T00:00:00Z", "2026-04-01T00:00:00Z")});
  EXPECT_LT(chart.extent.from, T("2026-01-01T00:00:00Z"));
  EXPECT_GT(chart.extent.until, T("2026-04-01T00:00:00Z"));
  EXPECT_TRUE(chart.MomentInPicture());
}

TEST(Chart, AnEndInTheYear9999DoesNotSqueezeThePast) {
  const Chart chart = Held({Span("2026-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z")});
  EXPECT_LT(chart.extent.until, T("2026-06-01T00:00:00Z"));
  EXPECT_TRUE(chart.MomentInPicture());
}

TEST(Chart, WhatEndedLongBeforeTheMomentIsSeenByItself) {
  const Chart ended = Held({Span("2023-07-10T12:24:49Z", "2023-07-10T12:28:24Z")});
  EXPECT_LT(ended.extent.until, T("2023-07-10T13:00:00Z"));
  EXPECT_FALSE(ended.MomentInPicture());
  const Chart lasting = Held({Span("2023-07-10T12:24:49Z", "2023-07-10T12:28:24Z"), Span("2023-07-10T12:29:00Z", nullptr)});
  EXPECT_TRUE(lasting.MomentInPicture());
}

TEST(Chart, NeverAndForEverAreSafe) {
  for (const Json& spans :
       {Json{Span(nullptr, nullptr)}, Json{Span(nullptr, "0001-01-01T00:00:00Z")},
        Json{Span("9999-12-31T23:59:59.999999Z", nullptr)}, Json{Span("0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z")},
        Json{Span("2026-03-01T00:00:00Z", "2026-03-01T00:00:00.000001Z")}}) {
    const Chart chart = Held(spans);
    EXPECT_LT(chart.extent.from, chart.extent.until) << spans.dump();
    EXPECT_NE(chart.extent.from, kAlways);
    EXPECT_NE(chart.extent.until, kForever);
  }
}

TEST(Chart, AWindowIsThePictureAndWhatItCutsIsKnown) {
  Json answer = What({Row("g", "allow", {Span("2026-01-01T00:00:00Z", "2026-01-05T00:00:00Z")})});
  answer.erase("as_of");
  answer["during"] = Span("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z");
  const Chart chart = Of(answer);
  EXPECT_EQ(chart.extent, (Interval{T("2026-01-01T00:00:00Z"), T("2026-02-01T00:00:00Z")}));
  EXPECT_TRUE(chart.CutByWindow(chart.rows[0].bars[0]));
  answer["during"] = Span("2025-01-01T00:00:00Z", nullptr);
  const Chart open = Of(answer);
  EXPECT_FALSE(open.CutByWindow(open.rows[0].bars[0]));
  EXPECT_TRUE(open.extent.Contains(T("2026-01-05T00:00:00Z")));
}

TEST(Chart, WhatMakesTheAnswerLessThanWholeIsSaid) {
  Json answer = What({Row("g", "allow", {Span("2026-01-01T00:00:00Z", nullptr)})});
  answer["complete"] = false;
  answer["before_record"] = true;
  answer["next"] = "C";
  answer["taints"] = {
      {{"plane", "access"}, {"key", "user:a"}, {"from", "2026-01-01T00:00:00Z"}, {"until", nullptr}, {"reason", "conflict"}}};
  const Chart chart = Of(answer);
  EXPECT_TRUE(chart.more_pages);
  ASSERT_EQ(chart.doubts.size(), 3u);
  EXPECT_EQ(chart.doubts[2], "in doubt: user:a (access), since 2026-01-01T00:00:00Z, no end: conflict");
}

}  // namespace
}  // namespace tenure::library
