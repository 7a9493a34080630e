#include "library/evidence_content.h"

#include <utility>

#include "event/clock.h"
#include "event/json_reader.h"
#include "event/json_writer.h"
#include "library/evidence_files.h"
#include "library/json.h"
#include "library/json_parts.h"
#include "library/json_text.h"

namespace tenure::library {
namespace {

constexpr std::int64_t kRowsMax = 1'000'000;

OptionalTime TimeOf(const event::JsonValue& object, std::string_view name) {
  const auto member = object.Get(name);
  if (!member || !member->IsString()) return std::nullopt;
  const auto time = event::ParseRfc3339(member->AsString());
  return time ? OptionalTime(*time) : std::nullopt;
}

// The moment or the window that was answered for.
When WhenOf(std::string_view answer, EffectiveTime otherwise) {
  When when;
  when.as_of = otherwise;
  auto json = event::JsonValue::Parse(answer);
  if (!json) return when;
  if (const auto as_of = TimeOf(*json, "as_of")) when.as_of = as_of;
  const auto window = json->Get("during");
  if (!window || !window->IsObject()) return when;
  const Interval during{TimeOf(*window, "from").value_or(kAlways), TimeOf(*window, "until").value_or(kForever)};
  if (during.from < during.until) when = When{std::nullopt, during};
  return when;
}

template <class A>
std::string Settled(A answer) {
  answer.head.behind_records = answer.head.behind_seconds = answer.head.behind_unstable = 0;
  return ToJson(answer);
}

Result<std::string> Findings(Tenure& record, const EvidenceQuestion& question, const When& when) {
  FindingsQuestion all;
  all.policy = question.policy;
  auto found = record.Findings(all, Ask{when, question.token, {kRowsMax, {}}});
  if (!found) return tl::unexpected<Error>(found.error());
  return Settled(std::move(*found)) + "\n";
}

Result<std::string> Taints(Tenure& record, const EvidenceQuestion& question, std::string_view answer) {
  When when;
  when.as_of = question.moment;
  auto letters = record.DeadLetters(Ask{when, question.token, {kRowsMax, {}}});
  if (!letters) return tl::unexpected<Error>(letters.error());
  event::JsonWriter w;
  w.BeginObject();
  MemberRaw(w, "taints", MemberText(answer, "taints").value_or("[]"));
  MemberRaw(w, "dead_letters", Settled(std::move(*letters)));
  w.EndObject();
  return w.Take() + "\n";
}

}  // namespace

std::string PositionOf(std::string_view answer) {
  auto json = event::JsonValue::Parse(answer);
  const auto knowledge = json ? json->Get("as_known_at") : std::nullopt;
  const auto position = knowledge ? knowledge->Get("position") : std::nullopt;
  return position ? position->AsString() : "";
}

std::string WithoutBehind(std::string_view answer) {
  const auto behind = MemberText(answer, "behind");
  if (!behind) return std::string(answer);
  const auto at = static_cast<std::size_t>(behind->data() - answer.data());
  return std::string(answer.substr(0, at)) + "null" + std::string(answer.substr(at + behind->size()));
}

Result<std::vector<ZippedFile>> AnswerFiles(Tenure& record, const EvidenceQuestion& question, const EvidenceAsker& ask) {
  auto answer = ask(record.Reader(), question);
  if (!answer) return tl::unexpected<Error>(answer.error());
  auto findings = Findings(record, question, WhenOf(*answer, question.moment));
  if (!findings) return tl::unexpected<Error>(findings.error());
  auto taints = Taints(record, question, *answer);
  if (!taints) return tl::unexpected<Error>(taints.error());
  return std::vector<ZippedFile>{
      {kAnswerFile, *answer + "\n"}, {kFindingsFile, std::move(*findings)}, {kTaintsFile, std::move(*taints)}};
}

}  // namespace tenure::library
