#include "library/answer_reader.h"

#include <algorithm>

#include "event/clock.h"
#include "event/codec.h"

namespace tenure::library {
namespace {

constexpr std::int64_t kNumberMost = std::int64_t{1} << 53;  // sums of some of them don't overflow
constexpr std::int64_t kSecondsMost = 1'000'000'000'000;     // nor do they in microseconds

bool IsWord(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < 0x7f; });
}

}  // namespace

AnswerReader::AnswerReader(std::string_view json) {
  auto root = Value::Parse(json);
  if (root && root->IsObject()) root_ = std::move(*root);
  else wrong_ = root ? "it is no object" : root.error().reason;
}

tenure::Status AnswerReader::Outcome() const {
  if (!wrong_) return {};
  return Fail("answer_malformed", "the answer is not as documented: " + *wrong_, "ask with the same version of tenure",
              Blame::kFault);
}

void AnswerReader::Refuse(std::string_view member) {
  if (!wrong_) wrong_ = "\"" + std::string(member) + "\" is missing or of another kind";
}

std::optional<AnswerReader::Value> AnswerReader::Member(const Value& in, std::string_view name) {
  auto member = in.Get(name);
  if (!member) Refuse(name);
  return member;
}

AnswerReader::Value AnswerReader::Object(const Value& in, std::string_view name) {
  auto member = Member(in, name);
  if (member && member->IsObject()) return *member;
  Refuse(name);
  return {};
}

std::vector<AnswerReader::Value> AnswerReader::Array(const Value& in, std::string_view name) {
  auto member = Member(in, name);
  if (member && member->IsArray()) return member->Items();
  Refuse(name);
  return {};
}

// --- texts

std::string AnswerReader::Text(const Value& in, std::string_view name) {
  auto member = Member(in, name);
  if (member && member->IsString()) return member->AsString();
  Refuse(name);
  return {};
}

std::string AnswerReader::TextOrNull(const Value& in, std::string_view name) {
  auto member = Member(in, name);
  return member && member->IsNull() ? std::string() : Text(in, name);
}

std::optional<std::string> AnswerReader::OptionalText(const Value& in, std::string_view name) {
  auto member = Member(in, name);
  if (member && member->IsNull()) return std::nullopt;
  return Text(in, name);
}

std::vector<std::string> AnswerReader::Texts(const Value& in, std::string_view name) {
  std::vector<std::string> texts;
  for (const Value& item : Array(in, name)) {
    if (!item.IsString()) Refuse(name);
    texts.push_back(item.AsString());
  }
  return texts;
}

std::string AnswerReader::Word(const Value& in, std::string_view name) {
  std::string word = Text(in, name);
  if (!IsWord(word)) Refuse(name);
  return word;
}

std::string AnswerReader::WordOrNull(const Value& in, std::string_view name) {
  std::string word = TextOrNull(in, name);
  if (!IsWord(word)) Refuse(name);
  return word;
}

std::vector<std::string> AnswerReader::Words(const Value& in, std::string_view name) {
  auto words = Texts(in, name);
  if (!std::all_of(words.begin(), words.end(), IsWord)) Refuse(name);
  return words;
}

std::size_t AnswerReader::OneOf(const Value& in, std::string_view name, std::initializer_list<std::string_view> words) {
  const auto found = std::find(words.begin(), words.end(), Text(in, name));
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  Refuse(name);
  return 0;
}

// --- numbers and times

bool AnswerReader::Flag(const Value& in, std::string_view name) {
  auto member = Member(in, name);
  if (!member || !member->IsBool()) Refuse(name);
  return member && member->AsBool();
}

std::int64_t AnswerReader::Number(const Value& in, std::string_view name) {
  auto member = Member(in, name);
  const auto number = member ? member->AsInt() : std::nullopt;
  if (number && *number >= 0 && *number <= kNumberMost) return *number;
  Refuse(name);
  return 0;
}

OptionalTime AnswerReader::Time(const Value& in, std::string_view name) {
  const std::string text = TextOrNull(in, name);
  if (text.empty()) return std::nullopt;
  auto time = event::ParseRfc3339(text);
  if (time) return *time;
  Refuse(name);
  return std::nullopt;
}

EffectiveTime AnswerReader::TimeThere(const Value& in, std::string_view name) {
  const OptionalTime time = Time(in, name);
  if (!time) Refuse(name);
  return time.value_or(EffectiveTime{});
}

tenure::Interval AnswerReader::Interval(const Value& in) {
  return {Time(in, "from").value_or(kAlways), Time(in, "until").value_or(kForever)};
}

std::vector<tenure::Interval> AnswerReader::Intervals(const Value& in, std::string_view name) {
  std::vector<tenure::Interval> intervals;
  for (const Value& item : Array(in, name)) intervals.push_back(Interval(item));
  return intervals;
}

TopicPartition AnswerReader::Where(const Value& in) {
  TopicPartition where;
  static_assert(kPlaneTopics == 4);
  where.topic = static_cast<Topic>(OneOf(in, "topic",
                                         {TopicName(Topic::kIdentity), TopicName(Topic::kAccess), TopicName(Topic::kGovernance),
                                          TopicName(Topic::kUsage), TopicName(Topic::kDeadLetter)}));
  const std::int64_t partition = Number(in, "partition");
  if (partition > INT32_MAX) Refuse("partition");
  where.partition = static_cast<std::int32_t>(partition);
  return where;
}

tenure::Position AnswerReader::Position(const Value& in) {
  const TopicPartition where = Where(in);
  return {where.topic, where.partition, Number(in, "offset")};
}

Error AnswerReader::ErrorIn(const Value& in) { return {Word(in, "code"), Text(in, "reason"), TextOrNull(in, "hint")}; }

RowStatus AnswerReader::Status(const Value& in) {
  return static_cast<RowStatus>(OneOf(in, "status", {"effective", "possible", "on_paper"}));
}

RowEffect AnswerReader::Effect(const Value& in) {
  return static_cast<RowEffect>(OneOf(in, "effect", {"allow", "deny", "unknown"}));
}

tenure::Decision AnswerReader::Decision(const Value& in, std::string_view name) {
  return static_cast<tenure::Decision>(OneOf(in, name, {"no", "unknown", "yes"}));
}

std::vector<Permission> AnswerReader::Permissions(const Value& in) {
  std::vector<Permission> permissions;
  for (const Value& value : Array(in, "permissions")) {
    Permission permission;
    permission.effect = static_cast<tenure::Effect>(OneOf(value, "effect", {"allow", "deny"}));
    permission.not_actions = Has(value, "not_actions");
    permission.not_resources = Has(value, "not_resources");
    permission.actions = Texts(value, permission.not_actions ? "not_actions" : "actions");
    permission.resources = Texts(value, permission.not_resources ? "not_resources" : "resources");
    permission.covers = static_cast<Covers>(OneOf(value, "covers", {"subtree", "literal"}));
    permission.condition = TextOrNull(value, "condition");
    permissions.push_back(std::move(permission));
  }
  return permissions;
}

WhoQuestion AnswerReader::AskedWho() {
  WhoQuestion asked;
  if (Has(root_, "role")) {
    asked.role = Text(root_, "role");
  } else if (Has(root_, "member_of")) {
    asked.member_of = Text(root_, "member_of");
  } else {
    asked.action = Text(root_, "action");
    asked.resource = Text(root_, "resource");
  }
  return asked;
}

// --- what every answer carries

TaintShown AnswerReader::Taint(const Value& in) {
  TaintShown taint;
  taint.topic = "tenure." + Word(in, "plane");
  taint.key = TextOrNull(in, "key");
  taint.range = Interval(in);
  taint.position = Position(in);
  taint.reason = Word(in, "reason");
  return taint;
}

tenure::Evidence AnswerReader::EvidenceRow(const Value& in) {
  tenure::Evidence row;
  row.name = {Text(in, "source"), Text(in, "id")};
  const auto type = event::TypeFromName(Text(in, "type"));
  if (!type) Refuse("type");
  row.type = type.value_or(EventType{});
  row.time = TimeThere(in, "time");
  row.recorded_at = {TimeThere(in, "recorded_at").us};
  row.position = Position(in);
  row.claimed_actor = TextOrNull(in, "claimed_actor");
  row.verified_writer = TextOrNull(in, "verified_writer");
  row.control_owner = TextOrNull(in, "control_owner");
  return row;
}

AnswerHead AnswerReader::HeadOfAny(std::string_view question) {
  AnswerHead head;
  head.question = Word(root_, "question");
  if (head.question != question) Refuse("question");
  head.subject = TextOrNull(root_, "subject");
  if (Has(root_, "during")) head.when.during = Interval(Object(root_, "during"));
  else head.when.as_of = TimeThere(root_, "as_of");
  if (Has(root_, "without"))
    for (const Value& name : Array(root_, "without")) head.without.push_back({Text(name, "source"), Text(name, "id")});
  const Value known = Object(root_, "as_known_at");
  if (const OptionalTime time = Time(known, "time")) head.known_time = RecordedTime{time->us};
  head.token = Word(known, "position");
  head.closed = Flag(known, "closed");
  const Value behind = Object(root_, "behind");
  head.behind_records = Number(behind, "records");
  head.behind_seconds = Number(behind, "seconds");
  if (head.behind_seconds > kSecondsMost) Refuse("seconds");
  head.behind_unstable = Number(behind, "unstable");
  head.complete = Flag(root_, "complete");
  if (Has(root_, "limits")) head.limits = Words(root_, "limits");
  if (Has(root_, "unread"))
    for (const Value& where : Array(root_, "unread")) head.unread.push_back(Where(where));
  head.before_record = Flag(root_, "before_record");
  head.next = WordOrNull(root_, "next");
  return head;
}

AnswerHead AnswerReader::Head(std::string_view question) {
  AnswerHead head = HeadOfAny(question);
  for (const Value& taint : Array(root_, "taints")) head.taints.push_back(Taint(taint));
  for (const Value& row : Array(root_, "evidence")) head.evidence.push_back(EvidenceRow(row));
  evidence_ = head.evidence.size();
  return head;
}

AnswerHead AnswerReader::BriefHead(std::string_view question) {
  AnswerHead head = HeadOfAny(question);
  OneOf(root_, "detail", {"brief"});
  if (!head.when.as_of) Refuse("as_of");
  for (const Value& place : Array(root_, "evidence")) places_.push_back(Position(place));
  evidence_ = places_.size();
  return head;
}

EvidenceIndex AnswerReader::Evidence(const Value& in) {
  EvidenceIndex indexes;
  for (const Value& item : Array(in, "evidence")) {
    const auto index = item.AsInt();
    if (!index || *index < 0 || static_cast<std::size_t>(*index) >= evidence_) Refuse("evidence");
    else indexes.push_back(static_cast<std::int32_t>(*index));
  }
  return indexes;
}

std::vector<tenure::Position> AnswerReader::Places(const Value& in) {
  std::vector<tenure::Position> places;
  for (const std::int32_t index : Evidence(in)) places.push_back(places_[static_cast<std::size_t>(index)]);
  return places;
}

std::vector<PathStep> AnswerReader::Path(const Value& in) {
  std::vector<PathStep> path;
  for (const Value& item : Array(in, "path")) {
    PathStep step;
    const bool member = Has(item, "member_of"), assumes = Has(item, "assumes");
    step.kind = member ? StepKind::kMemberOf : assumes ? StepKind::kAssumes : StepKind::kGranted;
    step.ref = Text(item, member ? "member_of" : assumes ? "assumes" : "granted");
    step.evidence = Evidence(item);
    path.push_back(std::move(step));
  }
  return path;
}

AnswerReader::Value OnlyResult(AnswerReader& in) {
  auto results = in.Array(in.Root(), "results");
  if (results.size() == 1) return results.front();
  in.Refuse("results");
  return {};
}

}  // namespace tenure::library
