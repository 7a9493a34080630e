// timeline, diff, events, dead letters, verify, status, append, import, mirror.
#include "event/json_reader.h"
#include "event/secrets.h"
#include "library/json.h"
#include "library/json_parts.h"

namespace tenure::library {
namespace {

void WriteTimeline(JsonWriter& w, const TimelineRow& row) {
  MemberTime(w, "time", OptionalTime(row.time));
  MemberTime(w, "recorded_at", row.recorded_at.us);
  Member(w, "change", row.change);
  Member(w, "ref", row.ref);
  Member(w, "state", row.state);
  Member(w, "evidence", row.evidence);
}

void WriteFact(JsonWriter& w, const FactRow& row) {
  constexpr std::string_view kFacts[] = {"existence", "definition", "credential", "membership", "grant"};
  Member(w, "fact", kFacts[static_cast<int>(row.fact)]);
  Member(w, "ref", row.ref);
  MemberOrNull(w, "name", row.name);
  MemberOrNull(w, "role", row.role);
  MemberOrNull(w, "scope", row.scope);
  MemberOrNull(w, "kind", row.kind);
  Member(w, "held", row.held);
  Member(w, "possibly", row.possibly);
}

void WriteDiff(JsonWriter& w, const DiffRow& row) {
  Member(w, "ref", row.ref);
  Member(w, "change", row.change);
  Member(w, row.role.rfind("role:", 0) == 0 ? "role" : "permission", row.role);
  MemberOrNull(w, "scope", row.scope);
  MemberTime(w, "at", row.at);
  MemberOrNull(w, "cause", row.cause);
  Member(w, "evidence", row.evidence);
}

// The CloudEvent as it is; on one line. A dead letter that isn't JSON is shown as text.
void WriteEvent(JsonWriter& w, const EventRow& row) {
  const std::string masked = event::MaskSecrets(row.event);
  const auto json = event::JsonValue::Parse(masked);
  if (json && json->IsObject()) MemberRaw(w, "event", masked.find_first_of("\r\n") == std::string::npos ? masked : json->Dump());
  else Member(w, "event", masked);
  MemberPosition(w, row.position);
  MemberTime(w, "recorded_at", row.recorded_at.us);
  MemberOrNull(w, "verified_writer", row.verified_writer);
  Member(w, "state", row.state);
}

void WriteDeadLetter(JsonWriter& w, const DeadLetterRow& row) {
  MemberPosition(w, row.position);
  MemberTime(w, "recorded_at", row.recorded_at.us);
  Member(w, "reason", row.reason);
  Member(w, "text", event::MaskSecrets(row.text));
  MemberOrNull(w, "key", row.key);
  MemberOrNull(w, "source", row.source);
  MemberOrNull(w, "id", row.id);
  MemberOrNull(w, "type", row.type);
  MemberTime(w, "time", row.time);
  Member(w, "state", row.state);
  Member(w, "evidence", row.evidence);
}

void WriteTables(JsonWriter& w, const std::vector<TableDigest>& tables, bool compared) {
  w.Key("tables");
  w.BeginArray();
  for (const TableDigest& table : tables) {
    w.BeginObject();
    Member(w, "name", table.name);
    Member(w, "live", table.live);
    if (compared) {
      Member(w, "rebuilt", table.rebuilt);
      Member(w, "differs", table.differs);
    }
    w.EndObject();
  }
  w.EndArray();
}

void WriteEnds(JsonWriter& w, std::string_view name, const std::vector<std::pair<TopicPartition, std::int64_t>>& ends) {
  w.Key(name);
  w.BeginArray();
  for (const auto& [where, next] : ends) {
    w.BeginObject();
    Member(w, "topic", TopicName(where.topic));
    Member(w, "partition", static_cast<std::int64_t>(where.partition));
    Member(w, "next", next);
    w.EndObject();
  }
  w.EndArray();
}

std::string_view StateName(AppendState state) {
  switch (state) {
    case AppendState::kAppended:
      return "appended";
    case AppendState::kDuplicate:
      return "duplicate";
    case AppendState::kConflict:
      return "conflict";
    case AppendState::kRefused:
      return "refused";
  }
  return "";
}

void WriteErrorOrNull(JsonWriter& w, std::string_view name, const std::optional<Error>& error) {
  w.Key(name);
  if (!error) {
    w.Null();
    return;
  }
  w.BeginObject();
  MemberError(w, *error);
  w.EndObject();
}

void WritePlace(JsonWriter& w, const Position& position) {
  w.BeginObject();
  MemberPosition(w, position);
  w.EndObject();
}

// The members of an append's answer, without its braces.
void WriteAppended(JsonWriter& w, const AppendAnswer& answer, bool with_events) {
  Member(w, "position", answer.token);
  Member(w, "appended", answer.appended);
  Member(w, "duplicates", answer.duplicates);
  Member(w, "conflicts", answer.conflicts);
  Member(w, "refused", answer.refused);
  MemberBool(w, "clock_behind", answer.clock_behind);
  if (!with_events) return;
  w.Key("events");
  w.BeginArray();
  for (const AppendedEvent& event : answer.events) {
    w.BeginObject();
    Member(w, "line", event.line);
    Member(w, "state", StateName(event.state));
    w.Key("position");
    if (event.position) {
      w.BeginObject();
      MemberPosition(w, *event.position);
      w.EndObject();
    } else {
      w.Null();
    }
    WriteErrorOrNull(w, "error", event.error);
    w.EndObject();
  }
  w.EndArray();
}

}  // namespace

std::string ToJson(const TimelineAnswer& answer) {
  JsonWriter w;
  OpenAnswer(w, answer.head);
  Member(w, "facts_total", answer.facts_total);
  Rows(w, "facts", answer.facts, [&](const FactRow& row) { WriteFact(w, row); });
  Results(w, answer.rows, [&](const TimelineRow& row) { WriteTimeline(w, row); });
  CloseAnswer(w, answer.head);
  return w.Take();
}

std::string ToJson(const DiffAnswer& answer) {
  JsonWriter w;
  OpenAnswer(w, answer.head);
  Results(w, answer.rows, [&](const DiffRow& row) { WriteDiff(w, row); });
  CloseAnswer(w, answer.head);
  return w.Take();
}

std::string ToJson(const EventsAnswer& answer) {
  JsonWriter w;
  OpenAnswer(w, answer.head);
  Results(w, answer.rows, [&](const EventRow& row) { WriteEvent(w, row); });
  CloseAnswer(w, answer.head);
  return w.Take();
}

std::string ToJson(const EventRow& row) {
  JsonWriter w;
  w.BeginObject();
  WriteEvent(w, row);
  w.EndObject();
  return w.Take();
}

std::string ToJson(const DeadLettersAnswer& answer) {
  JsonWriter w;
  OpenAnswer(w, answer.head);
  Results(w, answer.rows, [&](const DeadLetterRow& row) { WriteDeadLetter(w, row); });
  CloseAnswer(w, answer.head);
  return w.Take();
}

std::string ToJson(const VerifyAnswer& answer) {
  JsonWriter w;
  OpenAnswer(w, answer.head);
  Results(w, std::vector<const VerifyAnswer*>{&answer}, [&](const VerifyAnswer* one) {
    MemberBool(w, "equal", one->equal);
    WriteTables(w, one->tables, true);
  });
  CloseAnswer(w, answer.head);
  return w.Take();
}

std::string ToJson(const StatusAnswer& answer) {
  JsonWriter w;
  OpenAnswer(w, answer.head);
  Results(w, std::vector<const StatusAnswer*>{&answer}, [&](const StatusAnswer* one) {
    Member(w, "log_id", one->log_id);
    Member(w, "log_kind", one->log_kind);
    Member(w, "events", one->events);
    Member(w, "identities", one->identities);
    Member(w, "dead_letters_open", one->dead_letters_open);
    Member(w, "conflicts_open", one->conflicts_open);
    Member(w, "size_bytes", one->size_bytes);
    WriteEnds(w, "projected", one->projected);
    WriteEnds(w, "end", one->end);
    Member(w, "digest", one->digest);
    WriteTables(w, one->tables, false);
  });
  CloseAnswer(w, answer.head);
  return w.Take();
}

std::string ToJson(const AppendAnswer& answer) {
  JsonWriter w;
  w.BeginObject();
  WriteAppended(w, answer, true);
  w.EndObject();
  return w.Take();
}

std::string ToJson(const AppendReport& report) {
  JsonWriter w;
  w.BeginObject();
  WriteAppended(w, report.answer, true);
  Member(w, "batches", report.batches);
  MemberBool(w, "stopped", report.stopped);
  WriteErrorOrNull(w, "fault", report.fault);
  w.EndObject();
  return w.Take();
}

std::string ToJson(const ImportReport& report) {
  JsonWriter w;
  w.BeginObject();
  WriteAppended(w, report.answer, false);
  Member(w, "files", report.files);
  Member(w, "records", report.records);
  Member(w, "events", report.events);
  w.Key("ignored");
  w.BeginObject();
  for (const auto& [kind, records] : report.ignored) Member(w, kind, records);
  w.EndObject();
  w.Key("refusals");
  w.BeginArray();
  for (const ImportRefusal& refusal : report.refused) {
    w.BeginObject();
    Member(w, "file", refusal.file);
    Member(w, "record", refusal.record);
    MemberError(w, refusal.error);
    w.EndObject();
  }
  w.EndArray();
  w.Key("gaps");
  w.BeginArray();
  for (const ImportGap& gap : report.gaps) {
    w.BeginObject();
    Member(w, "ref", gap.ref);
    Member(w, "text", gap.text);
    MemberTime(w, "at", gap.at);
    w.EndObject();
  }
  w.EndArray();
  Member(w, "gaps_count", report.gaps_count);
  MemberBool(w, "gaps_complete", report.gaps_complete);
  WriteErrorOrNull(w, "fault", report.fault);
  w.EndObject();
  return w.Take();
}

std::string ToJson(const MirrorReport& report) {
  JsonWriter w;
  w.BeginObject();
  Member(w, "copied", report.copied);
  Member(w, "already", report.already);
  Member(w, "differing", report.differing);
  Member(w, "left_out", report.left_out);
  w.Key("differences");
  w.BeginArray();
  for (const MirrorDifference& one : report.differences) {
    w.BeginObject();
    Member(w, "source", one.name.source);
    Member(w, "id", one.name.id);
    w.Key("here");
    WritePlace(w, one.here);
    w.Key("there");
    WritePlace(w, one.there);
    w.EndObject();
  }
  w.EndArray();
  w.Key("omissions");
  w.BeginArray();
  for (const MirrorOmission& one : report.omissions) {
    w.BeginObject();
    MemberPosition(w, one.position);
    Member(w, "reason", one.reason);
    w.EndObject();
  }
  w.EndArray();
  Member(w, "dead_letters", report.dead_letters);
  Member(w, "behind", report.behind);
  MemberBool(w, "equal", report.equal);
  MemberOrNull(w, "position", report.token);
  WriteErrorOrNull(w, "fault", report.fault);
  w.EndObject();
  return w.Take();
}

}  // namespace tenure::library
