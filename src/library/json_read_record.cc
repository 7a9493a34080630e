// timeline, diff, events, dead letters, verify, status, append.
#include "library/answer_reader.h"
#include "library/json_read.h"
#include "library/json_text.h"

namespace tenure::library {
namespace {

using Value = AnswerReader::Value;

// A time without any bound reads as null, whichever it was.
EffectiveTime TimeOrAlways(AnswerReader& in, const Value& value, std::string_view name) {
  return in.Time(value, name).value_or(kAlways);
}

TimelineRow ReadTimeline(AnswerReader& in, const Value& value) {
  TimelineRow row;
  row.time = TimeOrAlways(in, value, "time");
  row.recorded_at = {in.TimeThere(value, "recorded_at").us};
  row.change = in.Text(value, "change");
  row.ref = in.Text(value, "ref");
  row.state = in.Word(value, "state");
  row.evidence = in.Evidence(value);
  return row;
}

FactRow ReadFact(AnswerReader& in, const Value& value) {
  FactRow row;
  row.fact = static_cast<FactKind>(in.OneOf(value, "fact", {"existence", "definition", "credential", "membership", "grant"}));
  row.ref = in.Text(value, "ref");
  row.name = in.TextOrNull(value, "name");
  row.role = in.TextOrNull(value, "role");
  row.scope = in.TextOrNull(value, "scope");
  row.kind = in.TextOrNull(value, "kind");
  row.held = in.Intervals(value, "held");
  row.possibly = in.Intervals(value, "possibly");
  return row;
}

DiffRow ReadDiff(AnswerReader& in, const Value& value) {
  DiffRow row;
  row.ref = in.Text(value, "ref");
  row.change = in.Word(value, "change");
  row.role = in.Text(value, in.Has(value, "role") ? "role" : "permission");
  row.scope = in.TextOrNull(value, "scope");
  row.at = in.Time(value, "at");
  row.cause = in.TextOrNull(value, "cause");
  row.evidence = in.Evidence(value);
  return row;
}

// `text`: the row as it is written, since the event's own bytes count.
EventRow ReadEvent(AnswerReader& in, const Value& value, std::string_view text) {
  EventRow row;
  row.position = in.Position(value);
  row.recorded_at = {in.TimeThere(value, "recorded_at").us};
  row.verified_writer = in.TextOrNull(value, "verified_writer");
  row.state = in.Word(value, "state");
  const auto event = value.Get("event");
  if (event && event->IsString()) row.event = event->AsString();
  else if (event && event->IsObject()) row.event = std::string(MemberText(text, "event").value_or(""));
  else in.Refuse("event");
  return row;
}

DeadLetterRow ReadDeadLetter(AnswerReader& in, const Value& value) {
  DeadLetterRow row;
  row.position = in.Position(value);
  row.recorded_at = {in.TimeThere(value, "recorded_at").us};
  row.reason = in.Word(value, "reason");
  row.text = in.Text(value, "text");
  row.key = in.TextOrNull(value, "key");
  row.source = in.TextOrNull(value, "source");
  row.id = in.TextOrNull(value, "id");
  row.type = in.TextOrNull(value, "type");
  row.time = in.Time(value, "time");
  row.state = in.Word(value, "state");
  row.evidence = in.Evidence(value);
  return row;
}

std::vector<TableDigest> ReadTables(AnswerReader& in, const Value& value, bool compared) {
  std::vector<TableDigest> tables;
  for (const Value& item : in.Array(value, "tables")) {
    TableDigest table;
    table.name = in.Word(item, "name");
    table.live = in.Word(item, "live");
    if (compared) table.rebuilt = in.Word(item, "rebuilt"), table.differs = in.Texts(item, "differs");
    tables.push_back(std::move(table));
  }
  return tables;
}

std::vector<std::pair<TopicPartition, std::int64_t>> ReadEnds(AnswerReader& in, const Value& value, std::string_view name) {
  std::vector<std::pair<TopicPartition, std::int64_t>> ends;
  for (const Value& item : in.Array(value, name)) ends.emplace_back(in.Where(item), in.Number(item, "next"));
  return ends;
}

std::optional<Error> ReadErrorOrNull(AnswerReader& in, const Value& value, std::string_view name) {
  const auto member = value.Get(name);
  if (member && member->IsNull()) return std::nullopt;
  return in.ErrorIn(in.Object(value, name));
}

AppendedEvent ReadAppended(AnswerReader& in, const Value& value) {
  AppendedEvent event;
  event.line = in.Number(value, "line");
  event.state = static_cast<AppendState>(in.OneOf(value, "state", {"appended", "duplicate", "conflict", "refused"}));
  const auto position = value.Get("position");
  if (!position || !position->IsNull()) event.position = in.Position(in.Object(value, "position"));
  event.error = ReadErrorOrNull(in, value, "error");
  return event;
}

AppendAnswer ReadAppend(AnswerReader& in) {
  const Value& value = in.Root();
  AppendAnswer answer;
  answer.token = in.Word(value, "position");
  answer.appended = in.Number(value, "appended");
  answer.duplicates = in.Number(value, "duplicates");
  answer.conflicts = in.Number(value, "conflicts");
  answer.refused = in.Number(value, "refused");
  answer.clock_behind = in.Flag(value, "clock_behind");
  for (const Value& event : in.Array(value, "events")) answer.events.push_back(ReadAppended(in, event));
  return answer;
}

}  // namespace

Status FromJson(std::string_view json, TimelineAnswer& answer) {
  AnswerReader in(json);
  answer.head = in.Head("timeline");
  answer.facts_total = in.Number(in.Root(), "facts_total");
  for (const Value& row : in.Array(in.Root(), "facts")) answer.facts.push_back(ReadFact(in, row));
  for (const Value& row : in.Array(in.Root(), "results")) answer.rows.push_back(ReadTimeline(in, row));
  return in.Outcome();
}

Status FromJson(std::string_view json, DiffAnswer& answer) {
  AnswerReader in(json);
  answer.head = in.Head("diff");
  for (const Value& row : in.Array(in.Root(), "results")) answer.rows.push_back(ReadDiff(in, row));
  return in.Outcome();
}

Status FromJson(std::string_view json, EventsAnswer& answer) {
  AnswerReader in(json);
  answer.head = in.Head("events");
  const auto rows = in.Array(in.Root(), "results");
  if (auto s = in.Outcome(); !s) return s;
  const auto texts = ElementTexts(MemberText(json, "results").value_or(""));
  if (texts.size() != rows.size()) in.Refuse("results");
  for (std::size_t i = 0; i < rows.size() && i < texts.size(); ++i) answer.rows.push_back(ReadEvent(in, rows[i], texts[i]));
  return in.Outcome();
}

Status FromJson(std::string_view json, EventRow& row) {
  AnswerReader in(json);
  row = ReadEvent(in, in.Root(), json);
  return in.Outcome();
}

Status FromJson(std::string_view json, DeadLettersAnswer& answer) {
  AnswerReader in(json);
  answer.head = in.Head("dead_letters");
  for (const Value& row : in.Array(in.Root(), "results")) answer.rows.push_back(ReadDeadLetter(in, row));
  return in.Outcome();
}

Status FromJson(std::string_view json, VerifyAnswer& answer) {
  AnswerReader in(json);
  answer.head = in.Head("verify");
  const Value result = OnlyResult(in);
  answer.equal = in.Flag(result, "equal");
  answer.tables = ReadTables(in, result, true);
  return in.Outcome();
}

Status FromJson(std::string_view json, StatusAnswer& answer) {
  AnswerReader in(json);
  answer.head = in.Head("status");
  const Value result = OnlyResult(in);
  answer.log_id = in.Word(result, "log_id");
  answer.log_kind = in.Word(result, "log_kind");
  answer.events = in.Number(result, "events");
  answer.identities = in.Number(result, "identities");
  answer.dead_letters_open = in.Number(result, "dead_letters_open");
  answer.conflicts_open = in.Number(result, "conflicts_open");
  answer.size_bytes = in.Number(result, "size_bytes");
  answer.projected = ReadEnds(in, result, "projected");
  answer.end = ReadEnds(in, result, "end");
  answer.digest = in.Word(result, "digest");
  answer.tables = ReadTables(in, result, false);
  return in.Outcome();
}

Status FromJson(std::string_view json, AppendAnswer& answer) {
  AnswerReader in(json);
  answer = ReadAppend(in);
  return in.Outcome();
}

Status FromJson(std::string_view json, AppendReport& report) {
  AnswerReader in(json);
  report.answer = ReadAppend(in);
  report.batches = in.Number(in.Root(), "batches");
  report.stopped = in.Flag(in.Root(), "stopped");
  report.fault = ReadErrorOrNull(in, in.Root(), "fault");
  return in.Outcome();
}

}  // namespace tenure::library
