#include "library/evidence_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "event/clock.h"
#include "tenure/event.h"
#include "tenure/time.h"

namespace tenure::library {
namespace {

using event::JsonValue;

constexpr std::size_t kRowsMax = 200;
constexpr int kWidth = 960, kLeft = 360, kRight = 20, kRowHeight = 22, kTop = 34;
constexpr std::size_t kLabelWidth = 52;

struct Bar {
  Interval span;
  bool certain = true;
};
struct Row {
  std::string label;
  std::vector<Bar> bars;
};

OptionalTime TimeOf(const JsonValue& object, std::string_view name) {
  const auto member = object.Get(name);
  if (!member || !member->IsString()) return std::nullopt;
  const auto time = event::ParseRfc3339(member->AsString());
  return time ? OptionalTime(*time) : std::nullopt;
}

bool IsTimeOrNull(const JsonValue& object, std::string_view name) {
  const auto member = object.Get(name);
  return member && (member->IsNull() || TimeOf(object, name));
}

void AddSpan(const JsonValue& object, std::string_view from, bool certain, Row& row) {
  const Interval span{TimeOf(object, from).value_or(kAlways), TimeOf(object, "until").value_or(kForever)};
  if (span.from < span.until) row.bars.push_back({span, certain});
}

std::string LabelOf(const JsonValue& result) {
  constexpr std::array kNames = {"principal", "ref", "rule", "subject", "change", "role", "grant", "decision", "plane", "source"};
  std::string label;
  for (const char* name : kNames) {
    const auto member = result.Get(name);
    if (!member || !member->IsString()) continue;
    label += (label.empty() ? "" : " · ") + member->AsString();
  }
  return label;
}

Row RowOf(const JsonValue& result) {
  Row row;
  row.label = LabelOf(result);
  constexpr std::array<std::pair<const char*, bool>, 5> kSpans = {
      {{"possibly", false}, {"possibly_active", false}, {"granted", false}, {"held", true}, {"active", true}}};
  for (const auto& [name, certain] : kSpans)
    if (const auto spans = result.Get(name))
      for (const JsonValue& span : spans->Items())
        if (span.IsObject()) AddSpan(span, "from", certain, row);
  if (IsTimeOrNull(result, "since") && IsTimeOrNull(result, "until")) AddSpan(result, "since", true, row);
  for (const char* name : {"time", "at", "first"})
    if (const auto time = TimeOf(result, name)) row.bars.push_back({{*time, *time}, true});
  return row;
}

// What there is to see: all finite bounds and the moment asked about, with a little room.
std::optional<Interval> Extent(const std::vector<Row>& rows, OptionalTime moment) {
  std::vector<std::int64_t> bounds;
  for (const Row& row : rows)
    for (const Bar& bar : row.bars) {
      if (bar.span.from != kAlways) bounds.push_back(bar.span.from.us);
      if (bar.span.until != kForever) bounds.push_back(bar.span.until.us);
    }
  if (bounds.empty()) return std::nullopt;
  if (moment) bounds.push_back(moment->us);
  const auto [least, most] = std::minmax_element(bounds.begin(), bounds.end());
  const std::int64_t room = std::max<std::int64_t>((*most - *least) / 20, 1'000'000);
  return Interval{{*least - room}, {*most + room}};
}

int X(const Interval& extent, EffectiveTime at) {
  const auto clamped = static_cast<double>(std::clamp(at, extent.from, extent.until).us - extent.from.us);
  return kLeft + static_cast<int>(clamped / static_cast<double>(extent.until.us - extent.from.us) * (kWidth - kLeft - kRight));
}

// In the middle: both ends of a reference tell more.
std::string Shortened(const std::string& text) {
  if (text.size() <= kLabelWidth) return text;
  const auto within = [&](std::size_t at) { return (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U; };
  std::size_t head = kLabelWidth / 2, tail = text.size() - kLabelWidth / 2;
  while (head > 0 && within(head)) --head;
  while (tail < text.size() && within(tail)) ++tail;
  return text.substr(0, head) + "…" + text.substr(tail);
}

std::string Draw(const Interval& extent, const Row& row, int y) {
  std::string out =
      fmt::format("<text x=\"4\" y=\"{}\">{}<title>{}</title></text>\n", y + 14, Html(Shortened(row.label)), Html(row.label));
  for (const Bar& bar : row.bars) {
    const int from = X(extent, bar.span.from), until = X(extent, bar.span.until);
    const auto end = [](EffectiveTime at) {
      return at == kAlways ? "always" : at == kForever ? "no end" : event::FormatTime(at.us);
    };
    out +=
        fmt::format("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"14\" class=\"{}\"><title>{} – {}</title></rect>\n", from,
                    y + 3, std::max(until - from, 3), bar.certain ? "held" : "possibly", end(bar.span.from), end(bar.span.until));
  }
  return out;
}

std::string Axis(const Interval& extent, int height) {
  constexpr int kTicks = 3;
  std::string out;
  for (int i = 0; i <= kTicks; ++i) {
    const EffectiveTime at{extent.from.us + (extent.until.us - extent.from.us) / kTicks * i};
    const int x = X(extent, at);
    const std::string second = event::FormatTime(at.us - (at.us % 1'000'000 + 1'000'000) % 1'000'000);
    const char* anchor = i == 0 ? "start" : i == kTicks ? "end" : "middle";
    out += fmt::format(
        "<line x1=\"{0}\" x2=\"{0}\" y1=\"20\" y2=\"{1}\" class=\"tick\"/><text x=\"{0}\" y=\"14\" "
        "text-anchor=\"{2}\">{3}</text>\n",
        x, height, anchor, second);
  }
  return out;
}

}  // namespace

std::string Html(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto at = [&](std::size_t j) { return i + j < text.size() ? static_cast<unsigned char>(text[i + j]) : 0U; };
    const unsigned second = at(1), third = at(2);
    const bool mark =
        byte == 0xE2 && ((second == 0x80 && ((third >= 0x8B && third <= 0x8F) || (third >= 0xA8 && third <= 0xAE))) ||
                         (second == 0x81 && third >= 0xA0 && third <= 0xAF));
    if (byte == '&') out += "&amp;";
    else if (byte == '<') out += "&lt;";
    else if (byte == '>') out += "&gt;";
    else if (byte == '"') out += "&quot;";
    else if (byte == '\'') out += "&#39;";
    else if (byte < 0x20 || byte == 0x7F) out += fmt::format("\\x{:02x}", byte);
    else if (mark) out += fmt::format("\\u{:04x}", 0x2000U | (second & 0x3FU) << 6 | (third & 0x3FU)), i += 2;
    else out.push_back(text[i]);
  }
  return out;
}

std::string EvidenceChart(const JsonValue& answer) {
  std::vector<Row> rows;
  if (const auto results = answer.Get("results"))
    for (const JsonValue& result : results->Items()) {
      Row row = RowOf(result);
      if (!row.bars.empty() && rows.size() < kRowsMax) rows.push_back(std::move(row));
    }
  const OptionalTime moment = TimeOf(answer, "as_of");
  const auto extent = Extent(rows, moment);
  if (!extent) return {};
  const int height = kTop + kRowHeight * static_cast<int>(rows.size()) + 8;
  std::string out = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"intervals\">\n", kWidth, height);
  out += Axis(*extent, height);
  int y = kTop;
  for (const Row& row : rows) {
    out += Draw(*extent, row, y);
    y += kRowHeight;
  }
  if (moment)
    out += fmt::format("<line x1=\"{0}\" x2=\"{0}\" y1=\"20\" y2=\"{1}\" class=\"moment\"><title>{2}</title></line>\n",
                       X(*extent, *moment), height, event::FormatTime(moment->us));
  return out + "</svg>\n";
}

}  // namespace tenure::library
