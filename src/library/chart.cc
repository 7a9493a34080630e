#include "library/chart.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "library/chart_axis.h"
#include "library/chart_rows.h"

namespace tenure::library {
namespace {

using event::JsonValue;

constexpr std::int64_t kHour = std::int64_t{3'600} * 1'000'000;

std::optional<Interval> WindowOf(const JsonValue& answer) {
  const auto window = answer.Get("during");
  if (!window || !window->IsObject()) return std::nullopt;
  return SpanOf(*window, "from", "until");
}

// All bounds that are known, and the moment asked about.
struct Bounds {
  OptionalTime least, most;
  void Add(EffectiveTime at) {
    if (at == kAlways || at == kForever) return;
    at = OnAxis(at);
    least = std::min(least.value_or(at), at);
    most = std::max(most.value_or(at), at);
  }
};

Bounds BoundsOf(const Chart& chart) {
  Bounds bounds;
  for (const ChartRow& row : chart.rows) {
    for (const ChartBar& bar : row.bars) bounds.Add(bar.span.from), bounds.Add(bar.span.until);
    for (const ChartMark& mark : row.marks) bounds.Add(mark.at);
  }
  return bounds;
}

Interval WithRoom(EffectiveTime least, EffectiveTime most) {
  const std::int64_t room = least == most ? kHour : std::max<std::int64_t>((most.us - least.us) / 32, 1);
  return {{least.us - room}, {most.us + room}};
}

// An open side ends where the last known bound does.
Interval ExtentOfWindow(const Interval& window, Bounds bounds) {
  bounds.Add(window.from), bounds.Add(window.until);
  const EffectiveTime from = window.from == kAlways ? bounds.least.value_or(EffectiveTime{0}) : OnAxis(window.from);
  const EffectiveTime until = window.until == kForever ? bounds.most.value_or(from) : OnAxis(window.until);
  const bool bounded = window.from != kAlways && window.until != kForever;
  return bounded && from < until ? Interval{from, until} : WithRoom(from, std::max(from, until));
}

// The moment is in the picture where something is there at it, or not too long before or after. What lies after it takes half of the room
// at most: an end in the year 9999 must not squeeze the past into a corner.
Interval ExtentAround(EffectiveTime moment, const Chart& chart, const Bounds& bounds) {
  constexpr std::int64_t kFar = 3;
  moment = OnAxis(moment);
  if (!bounds.least) return WithRoom(moment, moment);
  EffectiveTime least = *bounds.least, most = *bounds.most;
  const bool lasts = std::any_of(chart.rows.begin(), chart.rows.end(), [&](const ChartRow& row) {
    return std::any_of(row.bars.begin(), row.bars.end(), [&](const ChartBar& bar) { return bar.span.Contains(moment); });
  });
  const std::int64_t away = std::max(moment.us - most.us, least.us - moment.us);
  if (!lasts && away > kFar * std::max<std::int64_t>(most.us - least.us, 1)) return WithRoom(least, most);
  if (least < moment && most.us - moment.us > moment.us - least.us) most = {moment.us + (moment.us - least.us)};
  return WithRoom(std::min(least, moment), std::max(most, moment));
}

Interval ExtentOf(const Chart& chart) {
  const Bounds bounds = BoundsOf(chart);
  if (chart.window) return ExtentOfWindow(*chart.window, bounds);
  if (chart.moment) return ExtentAround(*chart.moment, chart, bounds);
  return WithRoom(bounds.least.value_or(EffectiveTime{0}), bounds.most.value_or(EffectiveTime{0}));
}

std::string TitleOf(const JsonValue& answer) {
  std::string title = TextOf(answer, "question");
  for (const char* name : {"subject", "action", "resource", "role", "member_of"})
    if (const std::string text = TextOf(answer, name); !text.empty()) title += " " + text;
  return title;
}

std::vector<std::string> DoubtsOf(const JsonValue& answer) {
  constexpr std::size_t kShown = 5;
  std::vector<std::string> doubts;
  const auto is = [&](std::string_view name, bool value) {
    const auto member = answer.Get(name);
    return member && member->IsBool() && member->AsBool() == value;
  };
  if (is("before_record", true)) doubts.emplace_back("the record begins later than what was asked about");
  if (!is("complete", false)) return doubts;
  doubts.emplace_back("incomplete: a record that could not be taken as it is, or a limit, touches this");
  const auto taints = answer.Get("taints");
  const std::vector<JsonValue> all = taints ? taints->Items() : std::vector<JsonValue>{};
  for (std::size_t i = 0; i < all.size() && i < kShown; ++i) {
    const std::string key = TextOf(all[i], "key");
    doubts.push_back("in doubt: " + (key.empty() ? "anybody" : key) + " (" + TextOf(all[i], "plane") + "), " +
                     Span(SpanOf(all[i], "from", "until")) + ": " + TextOf(all[i], "reason"));
  }
  if (all.size() > kShown) doubts.push_back("and " + std::to_string(all.size() - kShown) + " doubts more");
  return doubts;
}

// Two rows that read the same are told apart by what their labels leave out.
void TellApart(std::vector<ChartRow>& rows) {
  std::map<std::string, int> seen;
  for (const ChartRow& row : rows) ++seen[row.label];
  for (ChartRow& row : rows)
    if (seen[row.label] > 1 && !row.about.empty()) row.label += " · " + row.about;
}

}  // namespace

bool Chart::MomentInPicture() const { return moment && extent.from <= *moment && *moment < extent.until; }

bool Chart::CutByWindow(const ChartBar& bar) const {
  return window && (bar.span.from == window->from || bar.span.until == window->until);
}

std::string_view SurenessWord(Sureness sureness) {
  return sureness == Sureness::kCertain ? "certain" : sureness == Sureness::kPossible ? "possible" : "granted";
}

Chart ChartOf(const JsonValue& answer, std::size_t rows_max) {
  Chart chart;
  chart.title = TitleOf(answer);
  chart.moment = TimeOf(answer, "as_of");
  chart.window = WindowOf(answer);
  chart.more_pages = !TextOf(answer, "next").empty();
  chart.doubts = DoubtsOf(answer);
  chart.rows = RowsOf(answer);
  TellApart(chart.rows);
  if (const auto total = answer.Get("facts_total"))
    if (const auto facts = answer.Get("facts"))
      chart.rows_left_out =
          std::max<std::int64_t>(total->AsInt().value_or(0) - static_cast<std::int64_t>(facts->Items().size()), 0);
  if (chart.rows.size() > rows_max) {
    chart.rows_left_out += static_cast<std::int64_t>(chart.rows.size() - rows_max);
    chart.rows.resize(rows_max);
  }
  chart.extent = ExtentOf(chart);
  return chart;
}

}  // namespace tenure::library
