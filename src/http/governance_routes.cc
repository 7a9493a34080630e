// GET /v1/…: the questions of governance. They look back at all that was, whatever moment they are about.
#include <algorithm>

#include "governance/rules.h"
#include "http/asking.h"
#include "library/json.h"

namespace tenure::http {
namespace {

template <class A>
std::pair<std::string, std::int64_t> Rows(const A& answer) {
  return {library::ToJson(answer), static_cast<std::int64_t>(answer.rows.size())};
}

Response Findings(Call& call) {
  FindingsQuestion question;
  question.rules = governance::SplitRules(call.parameters.Take("rule"));
  const std::string severity = call.parameters.Take("severity");
  const auto least = governance::SeverityNamed(severity.empty() ? "low" : severity);
  if (!least)
    return Problem(
        Error{"parameter_malformed", "\"" + severity + "\" is no severity", "low, medium, high or critical", Blame::kCaller},
        "severity");
  question.least = *least;
  question.subject = call.parameters.Take("subject");
  question.policy = call.parameters.Take("policy");
  return Answered(
      call, [&](Tenure& tenure, const Ask& ask) { return tenure.Findings(question, ask); }, Rows<FindingsAnswer>, Back::kAlways);
}

Response WhyHeld(Call& call) {
  WhyHeldQuestion question{call.captured[0], call.parameters.Take("role"), call.parameters.Take("action"),
                           call.parameters.Take("resource")};
  return Answered(
      call, [&](Tenure& tenure, const Ask& ask) { return tenure.WhyHeld(question, ask); }, Rows<WhyHeldAnswer>, Back::kAlways);
}

Response Controls(Call& call) {
  const std::string policy = call.parameters.Take("policy");
  return Answered(
      call, [&](Tenure& tenure, const Ask& ask) { return tenure.Controls(policy, ask); }, Rows<ControlsAnswer>, Back::kAlways);
}

Response Reviews(Call& call) {
  return Answered(call, [](Tenure& tenure, const Ask& ask) { return tenure.Reviews(ask); }, Rows<ReviewsAnswer>, Back::kAlways);
}

Response Review(Call& call) {
  return Answered(
      call, [&](Tenure& tenure, const Ask& ask) { return tenure.Review(call.captured[0], ask); }, Rows<ReviewAnswer>,
      Back::kAlways);
}

Response Unreviewed(Call& call) {
  return Answered(
      call, [](Tenure& tenure, const Ask& ask) { return tenure.Unreviewed(ask); }, Rows<UnreviewedAnswer>, Back::kAlways);
}

}  // namespace

std::vector<Route> GovernanceRoutes() {
  return {{"GET", "/v1/findings", Scope::kAsk, Findings, false, "findings"},
          {"GET", "/v1/identities/{ref}/why-held", Scope::kAsk, WhyHeld, false, "why_held"},
          {"GET", "/v1/controls", Scope::kAsk, Controls, false, "controls"},
          {"GET", "/v1/reviews", Scope::kAsk, Reviews, false, "reviews"},
          {"GET", "/v1/reviews/{ref}", Scope::kAsk, Review, false, "review"},
          {"GET", "/v1/unreviewed", Scope::kAsk, Unreviewed, false, "unreviewed"}};
}

}  // namespace tenure::http
