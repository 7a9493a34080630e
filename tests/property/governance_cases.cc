#include "property/governance_cases.h"

#include "governance/chain.h"
#include "governance/controls.h"

namespace tenure::property {
namespace {

// "10:00" of 2023-07-10, "07-12T10:00" of another day.
std::string Short(const OptionalTime& time) {
  if (!time) return "-";
  std::string text = reference::TimeText(*time);
  text.pop_back();
  if (text.ends_with(":00")) text.erase(text.size() - 3);
  for (const std::string beginning : {"2023-07-10T", "2023-"})
    if (text.starts_with(beginning)) text.erase(0, beginning.size());
  return text;
}

Lines IdsOf(const AnswerHead& head, const EvidenceIndex& index) {
  Lines ids;
  for (const auto i : index) ids.push_back(head.evidence.at(static_cast<std::size_t>(i)).name.id);
  return ids;
}

template <class T>
T Value(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().ToString());
  return std::move(*result);
}

}  // namespace

GovernanceCases::Folded GovernanceCases::Fold() const {
  Folded folded;
  for (const auto& entry : log.Entries()) folded.history.records.push_back({entry, ""});
  folded.engine = std::make_unique<Engine>(folded.history, "cases");
  folded.engine->Apply(LogRecords(folded.history));
  const PositionVector v = known.value_or(log.Everything());
  folded.reference = std::make_unique<reference::Reference>(log.Entries());
  folded.view = Value(folded.engine->Model().View(v));
  folded.judge = std::make_unique<reference::View>(folded.reference->At(v));
  return folded;
}

WhyHeldAnswer GovernanceCases::Answer(const WhyHeldQuestion& question, const When& when) {
  auto folded = Fold();
  EXPECT_EQ(WhyHeldDiffersAt(folded.ToAsk(), question, when), "");
  return Value(governance::WhyHeld(*folded.view, question, when, {}));
}

ReviewAnswer GovernanceCases::Answer(const std::string& review, const When& when) {
  auto folded = Fold();
  EXPECT_EQ(ReviewsDifferAt(folded.ToAsk(), folded.engine->Model(), *folded.reference, when), "");
  return Value(governance::Review(*folded.view, review, when, {}, PastOf(folded.engine->Model())));
}

namespace {

Lines LinesOf(const WhyHeldAnswer& answer) {
  Lines lines;
  for (const auto& row : answer.rows) {
    std::string line = row.authority.grant + " of " + row.authority.granted_to + ":", comma = " ";
    for (const auto& step : row.steps) {
      line += comma + step.what + " " + Short(step.at) + (step.until ? "/" + Short(step.until) : "");
      comma = ", ";
    }
    line += ";";
    for (const auto& gap : row.gaps) line += " " + gap.gap;
    lines.push_back(line);
  }
  return lines;
}

}  // namespace

Lines GovernanceCases::WhyHeld(const std::string& ref, const std::string& role, const When& when) {
  return LinesOf(Answer({ref, role, "", ""}, when));
}
Lines GovernanceCases::WhyHeld(const std::string& ref, const std::string& action, const std::string& resource, const When& when) {
  return LinesOf(Answer({ref, "", action, resource}, when));
}

Lines GovernanceCases::StatusOf(const std::string& review, const When& when) {
  Lines lines;
  for (const auto& row : Answer(review, when).rows)
    lines.push_back(row.principal + " " + row.kind + " " + row.holding + " " + row.state +
                    (row.carried_out_at ? " " + Short(row.carried_out_at) : "") +
                    (row.open_days > 0 ? " +" + std::to_string(row.open_days) + " days" : ""));
  return lines;
}

Lines GovernanceCases::ReviewsOpened(const When& when) {
  auto folded = Fold();
  EXPECT_EQ(ReviewsDifferAt(folded.ToAsk(), folded.engine->Model(), *folded.reference, when), "");
  Lines names;
  for (const auto& row : Value(governance::Reviews(*folded.view, when, {}, PastOf(folded.engine->Model()))).rows)
    names.push_back(row.review);
  return names;
}

Lines GovernanceCases::NeverReviewed(const When& when) {
  auto folded = Fold();
  EXPECT_EQ(NeverDiffersAt(folded.ToAsk(), when), "");
  Lines lines;
  for (const auto& row : Value(governance::Unreviewed(*folded.view, when, {})).rows)
    lines.push_back(row.principal + " " + row.holding + " since " + Short(row.since));
  return lines;
}

Lines GovernanceCases::Bundled(const When& when) {
  auto folded = Fold();
  EXPECT_EQ(ControlsDifferAt(folded.ToAsk(), {}, when), "");
  Lines lines;
  for (const auto& row : Value(governance::Controls(*folded.view, {}, when, {})).rows)
    for (const auto& subject : row.bundled) lines.push_back(row.plane + " " + row.actor + " " + subject);
  return lines;
}

Lines GovernanceCases::EvidenceOfReview(const std::string& review, const When& when) {
  const auto answer = Answer(review, when);
  return answer.rows.size() == 1 ? IdsOf(answer.head, answer.rows[0].evidence) : Lines{"not one row"};
}

Lines GovernanceCases::EvidenceOfEnd(const std::string& ref, const std::string& role, const When& when) {
  const auto answer = Answer({ref, role, "", ""}, when);
  if (answer.rows.size() != 1 || answer.rows[0].steps.empty()) return {"not one life"};
  return IdsOf(answer.head, answer.rows[0].steps.back().evidence);
}

bool GovernanceCases::IsComplete(const std::string& ref, const std::string& role, const When& when) {
  return Answer({ref, role, "", ""}, when).head.complete;
}

}  // namespace tenure::property
