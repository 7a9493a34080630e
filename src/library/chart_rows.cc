#include "library/chart_rows.h"

#include <algorithm>
#include <array>
#include <utility>

#include "event/clock.h"

namespace tenure::library {
namespace {

using event::JsonValue;

std::vector<JsonValue> ItemsOf(const JsonValue& object, std::string_view name) {
  const auto member = object.Get(name);
  return member ? member->Items() : std::vector<JsonValue>{};
}

std::vector<Interval> SpansOf(const JsonValue& object, std::string_view name) {
  std::vector<Interval> spans;
  for (const JsonValue& span : ItemsOf(object, name))
    if (span.IsObject()) spans.push_back(SpanOf(span, "from", "until"));
  return spans;
}

void AddBars(const std::vector<Interval>& spans, Sureness sureness, ChartRow& row) {
  for (const Interval& span : spans)
    if (span.from < span.until) row.bars.push_back({span, sureness});
}

void Join(std::string& text, std::string_view by, const std::string& more) {
  if (!more.empty()) text += (text.empty() ? "" : std::string(by)) + more;
}

// "read, write on bucket:a".
std::string PermissionText(const JsonValue& permission) {
  std::string text = TextOf(permission, "effect") == "deny" ? "deny " : "";
  for (const auto& [some, but] : {std::pair("actions", "not_actions"), std::pair("resources", "not_resources")}) {
    std::string patterns = permission.Get(but) ? "all but " : "";
    const std::size_t lead = patterns.size();
    for (const JsonValue& pattern : ItemsOf(permission, permission.Get(but) ? but : some))
      patterns += (patterns.size() > lead ? ", " : "") + pattern.AsString();
    Join(text, std::string_view(some) == "actions" ? "" : " on ", patterns);
  }
  return text;
}

// "role:db-admin on bucket:prod", "inline: read on bucket:a".
std::string AuthorityText(const JsonValue& row) {
  std::string text = TextOf(row, "role");
  if (text.empty()) {
    for (const JsonValue& permission : ItemsOf(row, "permissions")) Join(text, "; ", PermissionText(permission));
    text = text.empty() ? "inline" : "inline: " + text;
  }
  const std::string scope = TextOf(row, "scope");
  return scope.empty() || scope == "*" ? text : text + " on " + scope;
}

// A row of `what`, and of what is made of such rows.
ChartRow AuthorityRowOf(const JsonValue& result) {
  ChartRow row;
  const std::string effect = TextOf(result, "effect");
  row.deny = effect == "deny";
  row.label = (row.deny ? "deny " : "") + AuthorityText(result) + (effect == "unknown" ? ", effect unknown" : "");
  row.about = "grant " + TextOf(result, "grant");
  const std::string to = TextOf(result, "granted_to");
  if (to != TextOf(result, "principal")) row.about += " to " + to;
  return row;
}

// Whatever names a result of another question.
ChartRow NamedRowOf(const JsonValue& result) {
  constexpr std::array kNames = {"principal", "ref", "rule", "subject", "change", "role", "grant", "decision", "plane", "source"};
  ChartRow row;
  for (const char* name : kNames) Join(row.label, " · ", TextOf(result, name));
  return row;
}

bool IsTimeOrNull(const JsonValue& object, std::string_view name) {
  const auto member = object.Get(name);
  return member && (member->IsNull() || TimeOf(object, name));
}

ChartRow RowOf(const JsonValue& result) {
  ChartRow row = result.Get("effect") && result.Get("grant") ? AuthorityRowOf(result) : NamedRowOf(result);
  AddBars(SpansOf(result, "granted"), Sureness::kGranted, row);
  for (const char* name : {"possibly", "possibly_active"}) AddBars(SpansOf(result, name), Sureness::kPossible, row);
  for (const char* name : {"held", "active"}) AddBars(SpansOf(result, name), Sureness::kCertain, row);
  if (IsTimeOrNull(result, "since") && IsTimeOrNull(result, "until"))
    AddBars({SpanOf(result, "since", "until")}, Sureness::kCertain, row);
  for (const char* name : {"time", "at", "first"})
    if (const auto time = TimeOf(result, name)) row.marks.push_back({*time, MarkKind::kEvent, row.label});
  return row;
}

ChartRow FactRowOf(const JsonValue& fact, const std::string& subject) {
  const std::string kind = TextOf(fact, "fact"), ref = TextOf(fact, "ref"), name = TextOf(fact, "name");
  const bool own = ref == subject;
  ChartRow row;
  row.label = kind;
  if (kind == "existence") row.label = "exists";
  if (kind == "definition") row.label = "defined";
  if (kind == "credential") row.label = "credential " + name;
  if (kind == "membership") row.label = own ? "in " + name : "member " + ref;
  if (kind == "grant") row.about = "grant " + name;
  if (kind == "grant")
    row.label = !own ? "granted to " + ref : TextOf(fact, "role").empty() ? "inline, " + row.about : AuthorityText(fact);
  AddBars(SpansOf(fact, "possibly"), Sureness::kPossible, row);
  AddBars(SpansOf(fact, "held"), Sureness::kCertain, row);
  return row;
}

// Whether the event behind an entry is a use. `evidence`: the answer's.
bool IsUse(const std::vector<JsonValue>& evidence, const JsonValue& entry) {
  const auto index = ItemsOf(entry, "evidence");
  const std::int64_t first = index.empty() ? -1 : index.front().AsInt().value_or(-1);
  return first >= 0 && first < static_cast<std::int64_t>(evidence.size()) &&
         TextOf(evidence[static_cast<std::size_t>(first)], "type") == "tenure.access.used.v1";
}

// What took effect; the rest is told by its doubts, or has none.
std::vector<ChartRow> TimelineRowsOf(const JsonValue& answer) {
  constexpr std::string_view kGap = "evidence gap: ";
  const auto evidence = ItemsOf(answer, "evidence");
  ChartRow events{"events", {}, false, {}, {}}, uses{"uses", {}, false, {}, {}};
  for (const JsonValue& entry : ItemsOf(answer, "results")) {
    const std::string state = TextOf(entry, "state"), change = TextOf(entry, "change");
    const auto time = TimeOf(entry, "time");
    if (!time || (state != "in_force" && state != "derived")) continue;
    if (IsUse(evidence, entry)) uses.marks.push_back({*time, MarkKind::kUse, change});
    else events.marks.push_back({*time, change.starts_with(kGap) ? MarkKind::kGap : MarkKind::kEvent, change});
  }
  std::vector<ChartRow> rows;
  for (ChartRow* row : {&events, &uses})
    if (!row->marks.empty()) rows.push_back(std::move(*row));
  const std::string subject = TextOf(answer, "subject");
  for (const JsonValue& fact : ItemsOf(answer, "facts")) rows.push_back(FactRowOf(fact, subject));
  return rows;
}

}  // namespace

std::string TextOf(const JsonValue& object, std::string_view name) {
  const auto member = object.Get(name);
  return member && member->IsString() ? member->AsString() : "";
}

OptionalTime TimeOf(const JsonValue& object, std::string_view name) {
  const auto time = event::ParseRfc3339(TextOf(object, name));
  return time ? OptionalTime(*time) : std::nullopt;
}

Interval SpanOf(const JsonValue& object, std::string_view from, std::string_view until) {
  return {TimeOf(object, from).value_or(kAlways), TimeOf(object, until).value_or(kForever)};
}

std::vector<ChartRow> RowsOf(const JsonValue& answer) {
  std::vector<ChartRow> rows;
  if (TextOf(answer, "question") == "timeline") rows = TimelineRowsOf(answer);
  else
    for (const JsonValue& result : ItemsOf(answer, "results")) rows.push_back(RowOf(result));
  std::erase_if(rows, [](const ChartRow& row) { return row.bars.empty() && row.marks.empty(); });
  for (ChartRow& row : rows) {
    std::stable_sort(row.bars.begin(), row.bars.end(),
                     [](const ChartBar& a, const ChartBar& b) { return a.span.from < b.span.from; });
    std::stable_sort(row.marks.begin(), row.marks.end(), [](const ChartMark& a, const ChartMark& b) { return a.at < b.at; });
  }
  return rows;
}

}  // namespace tenure::library
