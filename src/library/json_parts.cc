#include "library/json_parts.h"

#include "event/clock.h"
#include "event/codec.h"

namespace tenure::library {
namespace {

constexpr std::string_view kTopicPrefix = "tenure.";  // a plane's topic is its name behind it

// The record is where `position` says; what it puts in doubt may be of another plane.
void WriteTaint(JsonWriter& w, const TaintShown& taint) {
  w.BeginObject();
  Member(w, "plane", std::string_view(taint.topic).substr(kTopicPrefix.size()));
  MemberOrNull(w, "key", taint.key);
  MemberTime(w, "from", OptionalTime(taint.range.from));
  MemberTime(w, "until", OptionalTime(taint.range.until));
  MemberPosition(w, taint.position);
  Member(w, "reason", taint.reason);
  w.EndObject();
}

void WriteTaints(JsonWriter& w, const std::vector<TaintShown>& taints) {
  w.Key("taints");
  w.BeginArray();
  for (const TaintShown& taint : taints) WriteTaint(w, taint);
  w.EndArray();
}

void WriteUnread(JsonWriter& w, const std::vector<TopicPartition>& unread) {
  w.Key("unread");
  w.BeginArray();
  for (const TopicPartition& where : unread) {
    w.BeginObject();
    Member(w, "topic", TopicName(where.topic));
    Member(w, "partition", where.partition);
    w.EndObject();
  }
  w.EndArray();
}

void WriteEvidence(JsonWriter& w, const Evidence& e) {
  w.BeginObject();
  Member(w, "source", e.name.source);
  Member(w, "id", e.name.id);
  Member(w, "type", event::TypeName(e.type));
  MemberTime(w, "time", e.time.us);
  MemberTime(w, "recorded_at", e.recorded_at.us);
  MemberPosition(w, e.position);
  MemberOrNull(w, "claimed_actor", e.claimed_actor);
  MemberOrNull(w, "verified_writer", e.verified_writer);
  MemberOrNull(w, "control_owner", e.control_owner);
  w.EndObject();
}

void WriteWhen(JsonWriter& w, const When& when) {
  if (when.during) {
    w.Key("during");
    w.BeginObject();
    MemberTime(w, "from", OptionalTime(when.during->from));
    MemberTime(w, "until", OptionalTime(when.during->until));
    w.EndObject();
  } else {
    MemberTime(w, "as_of", when.as_of);
  }
}

// Only where something was left out.
void WriteWithout(JsonWriter& w, const std::vector<EventName>& without) {
  if (without.empty()) return;
  w.Key("without");
  w.BeginArray();
  for (const EventName& name : without) {
    w.BeginObject();
    Member(w, "source", name.source);
    Member(w, "id", name.id);
    w.EndObject();
  }
  w.EndArray();
}

void WriteKnowledge(JsonWriter& w, const AnswerHead& head) {
  w.Key("as_known_at");
  w.BeginObject();
  MemberTime(w, "time", head.known_time ? OptionalTime(EffectiveTime{head.known_time->us}) : std::nullopt);
  Member(w, "position", head.token);
  MemberBool(w, "closed", head.closed);
  w.EndObject();
  w.Key("behind");
  w.BeginObject();
  Member(w, "records", head.behind_records);
  Member(w, "seconds", head.behind_seconds);
  Member(w, "unstable", head.behind_unstable);
  w.EndObject();
}

}  // namespace

void Member(JsonWriter& w, std::string_view name, std::string_view value) {
  w.Key(name);
  w.String(value);
}

void Member(JsonWriter& w, std::string_view name, std::int64_t value) {
  w.Key(name);
  w.Int(value);
}

void MemberBool(JsonWriter& w, std::string_view name, bool value) {
  w.Key(name);
  w.Bool(value);
}

void MemberOrNull(JsonWriter& w, std::string_view name, std::string_view value) {
  w.Key(name);
  if (value.empty()) w.Null();
  else w.String(value);
}

void MemberOptional(JsonWriter& w, std::string_view name, const std::optional<std::string>& value) {
  MemberOrNull(w, name, value ? std::string_view(*value) : std::string_view());
}

void MemberTime(JsonWriter& w, std::string_view name, std::int64_t us) { Member(w, name, event::FormatTime(us)); }

void MemberTime(JsonWriter& w, std::string_view name, const OptionalTime& time) {
  if (time && *time != kAlways && *time != kForever) {
    MemberTime(w, name, time->us);
    return;
  }
  w.Key(name);
  w.Null();
}

void MemberRaw(JsonWriter& w, std::string_view name, std::string_view json) {
  w.Key(name);
  w.Raw(json);
}

void Member(JsonWriter& w, std::string_view name, const std::vector<std::string>& values) {
  w.Key(name);
  w.BeginArray();
  for (const std::string& value : values) w.String(value);
  w.EndArray();
}

void Member(JsonWriter& w, std::string_view name, const std::vector<Interval>& intervals) {
  w.Key(name);
  w.BeginArray();
  for (const Interval& one : intervals) {
    w.BeginObject();
    MemberTime(w, "from", OptionalTime(one.from));
    MemberTime(w, "until", OptionalTime(one.until));
    w.EndObject();
  }
  w.EndArray();
}

void Member(JsonWriter& w, std::string_view name, const EvidenceIndex& evidence) {
  w.Key(name);
  w.BeginArray();
  for (const std::int32_t i : evidence) w.Int(i);
  w.EndArray();
}

void Member(JsonWriter& w, std::string_view name, const std::vector<PathStep>& path) {
  w.Key(name);
  w.BeginArray();
  for (const PathStep& step : path) {
    w.BeginObject();
    Member(w, step.kind == StepKind::kMemberOf ? "member_of" : step.kind == StepKind::kAssumes ? "assumes" : "granted", step.ref);
    Member(w, "evidence", step.evidence);
    w.EndObject();
  }
  w.EndArray();
}

void MemberPosition(JsonWriter& w, const Position& position) {
  Member(w, "topic", TopicName(position.topic));
  Member(w, "partition", position.partition);
  Member(w, "offset", position.offset);
}

void MemberError(JsonWriter& w, const Error& error) {
  Member(w, "code", error.code);
  Member(w, "reason", error.reason);
  MemberOrNull(w, "hint", error.hint);
}

void OpenAnswer(JsonWriter& w, const AnswerHead& head, const Arguments& asked, Detail detail) {
  w.BeginObject();
  Member(w, "question", head.question);
  if (detail == Detail::kBrief) Member(w, "detail", "brief");
  MemberOrNull(w, "subject", head.subject);
  for (const auto& [name, value] : asked) MemberOrNull(w, name, value);
  WriteWhen(w, head.when);
  WriteWithout(w, head.without);
  WriteKnowledge(w, head);
  MemberBool(w, "complete", head.complete);
  if (detail == Detail::kFull) WriteTaints(w, head.taints);
  if (!head.limits.empty()) Member(w, "limits", head.limits);
  if (!head.unread.empty()) WriteUnread(w, head.unread);
  MemberBool(w, "before_record", head.before_record);
}

void CloseAnswer(JsonWriter& w, const AnswerHead& head) {
  w.Key("evidence");
  w.BeginArray();
  for (const Evidence& e : head.evidence) WriteEvidence(w, e);
  w.EndArray();
  MemberOrNull(w, "next", head.next);
  w.EndObject();
}

void Places::Index(JsonWriter& w, const std::vector<Position>& evidence) {
  w.Key("evidence");
  w.BeginArray();
  for (const Position& position : evidence) {
    const auto [it, is_new] = index_.try_emplace(position, static_cast<std::int64_t>(all_.size()));
    if (is_new) all_.push_back(position);
    w.Int(it->second);
  }
  w.EndArray();
}

void Places::CloseAnswer(JsonWriter& w, const AnswerHead& head) const {
  w.Key("evidence");
  w.BeginArray();
  for (const Position& position : all_) {
    w.BeginObject();
    MemberPosition(w, position);
    w.EndObject();
  }
  w.EndArray();
  MemberOrNull(w, "next", head.next);
  w.EndObject();
}

}  // namespace tenure::library
