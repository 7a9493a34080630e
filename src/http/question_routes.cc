// GET /v1/…: the questions, with the command line's flags as parameters and its JSON as the answer.
#include "http/asking.h"
#include "library/json.h"

namespace tenure::http {
namespace {

template <class A>
std::pair<std::string, std::int64_t> Rows(const A& answer) {
  return {library::ToJson(answer), static_cast<std::int64_t>(answer.rows.size())};
}
template <class A>
std::pair<std::string, std::int64_t> One(const A& answer) {
  return {library::ToJson(answer), 1};
}

// Who is asked about: the command line calls it REF, the answer `subject`, and so both are understood.
Result<std::string> TakeIdentity(Call& call) {
  const std::string ref = call.parameters.Take("ref"), subject = call.parameters.Take("subject");
  if (ref.empty() || subject.empty()) return ref.empty() ? subject : ref;
  return Fail("parameter_repeated", "\"subject\" is given, and so is \"ref\", which is the same", "give one of them",
              Blame::kCaller);
}

Response ActiveBriefly(Call& call, const IdentitiesQuestion& question) {
  if (auto s = library::CheckBrief(question, library::Spelling::kParameters); !s) return Problem(s.error(), FieldOf(s.error()));
  return Answered(call, [](Tenure& tenure, const Ask& ask) { return tenure.ActiveBriefly(ask); }, Rows<BriefIdentitiesAnswer>);
}

Response Identities(Call& call) {
  IdentitiesQuestion question;
  question.type = call.parameters.Take("type");
  question.status = call.parameters.Take("status");
  question.owner = call.parameters.Take("owner");
  auto unowned = call.parameters.TakeFlag("unowned");
  if (!unowned) return Problem(unowned.error(), "unowned");
  question.unowned = *unowned;
  const auto brief = TakeBrief(call);
  if (!brief) return Problem(brief.error(), FieldOf(brief.error()));
  if (*brief) return ActiveBriefly(call, question);
  return Answered(call, [&](Tenure& tenure, const Ask& ask) { return tenure.Identities(question, ask); }, Rows<IdentitiesAnswer>);
}

Response Show(Call& call) {
  return Answered(call, [&](Tenure& tenure, const Ask& ask) { return tenure.Show(call.captured[0], ask); }, One<ShowAnswer>);
}

Response What(Call& call) {
  auto on_paper = call.parameters.TakeFlag("on_paper");
  if (!on_paper) return Problem(on_paper.error(), "on_paper");
  const auto brief = TakeBrief(call, {{"on-paper", *on_paper}});
  if (!brief) return Problem(brief.error(), FieldOf(brief.error()));
  if (*brief)
    return Answered(
        call, [&](Tenure& tenure, const Ask& ask) { return tenure.WhatBriefly(call.captured[0], ask); }, Rows<BriefWhatAnswer>);
  return Answered(
      call, [&](Tenure& tenure, const Ask& ask) { return tenure.What(call.captured[0], *on_paper, ask); }, Rows<WhatAnswer>);
}

Response Who(Call& call) {
  WhoQuestion question;
  question.action = call.parameters.Take("action");
  question.resource = call.parameters.Take("resource");
  question.role = call.parameters.Take("role");
  question.member_of = call.parameters.Take("member_of");
  const int asked = (question.action.empty() && question.resource.empty() ? 0 : 1) + (question.role.empty() ? 0 : 1) +
                    (question.member_of.empty() ? 0 : 1);
  if (asked != 1 || question.action.empty() != question.resource.empty())
    return Problem(Error{"who_malformed", asked == 0 ? "nothing was asked about" : "that is more, or less, than one question",
                         "give action and resource, or role, or member_of", Blame::kCaller},
                   "action");
  const auto brief = TakeBrief(call);
  if (!brief) return Problem(brief.error(), FieldOf(brief.error()));
  if (*brief)
    return Answered(call, [&](Tenure& tenure, const Ask& ask) { return tenure.WhoBriefly(question, ask); }, Rows<BriefWhoAnswer>);
  return Answered(call, [&](Tenure& tenure, const Ask& ask) { return tenure.Who(question, ask); }, Rows<WhoAnswer>);
}

Response Check(Call& call) {
  const auto subject = TakeIdentity(call);
  if (!subject) return Problem(subject.error(), FieldOf(subject.error()));
  const std::string action = call.parameters.Take("action"), resource = call.parameters.Take("resource");
  for (const auto& [name, value] :
       {std::pair<const char*, const std::string&>{"subject", *subject}, {"action", action}, {"resource", resource}})
    if (value.empty())
      return Problem(Error{"parameter_missing", "\"" + std::string(name) + "\" is missing",
                           "ask with subject, action and resource", Blame::kCaller},
                     name);
  auto why = call.parameters.TakeFlag("why");
  if (!why) return Problem(why.error(), "why");
  const auto brief = TakeBrief(call, {{"why", *why}});
  if (!brief) return Problem(brief.error(), FieldOf(brief.error()));
  if (*brief)
    return Answered(
        call, [&](Tenure& tenure, const Ask& ask) { return tenure.CheckBriefly(*subject, action, resource, ask); },
        One<BriefCheckAnswer>);
  return Answered(
      call, [&](Tenure& tenure, const Ask& ask) { return tenure.Check(*subject, action, resource, *why, ask); },
      One<CheckAnswer>);
}

Response Timeline(Call& call) {
  const auto ref = TakeIdentity(call);
  if (!ref) return Problem(ref.error(), FieldOf(ref.error()));
  if (ref->empty())
    return Problem(Error{"parameter_missing", "\"ref\" is missing", "say whose story: ref=user:alice", Blame::kCaller}, "ref");
  return Answered(
      call, [&](Tenure& tenure, const Ask& ask) { return tenure.Timeline(*ref, ask); }, Rows<TimelineAnswer>, Back::kAlways);
}

Response Diff(Call& call) {
  const auto ref = TakeIdentity(call);
  if (!ref) return Problem(ref.error(), FieldOf(ref.error()));
  library::WrittenDiff diff;
  diff.ref = *ref;
  diff.from = call.parameters.Take("from");
  diff.to = call.parameters.Take("to");
  diff.known_from = call.parameters.Take("known_from");
  diff.known_to = call.parameters.Take("known_to");
  return Answered(
      call,
      [&](Tenure& tenure, const Ask& ask) -> Result<DiffAnswer> {
        auto question = library::ReadDiff(diff, ask, library::Spelling::kParameters, call.now);
        if (!question) return tl::unexpected<Error>(question.error());
        return library::AnswerDiff(tenure, *question, ask);
      },
      Rows<DiffAnswer>, Back::kAlways);
}

}  // namespace

std::vector<Route> QuestionRoutes() {
  return {{"GET", "/v1/identities", Scope::kAsk, Identities, false, "identities"},
          {"GET", "/v1/identities/{ref}", Scope::kAsk, Show, false, "show"},
          {"GET", "/v1/identities/{ref}/authority", Scope::kAsk, What, false, "what"},
          {"GET", "/v1/authority", Scope::kAsk, Who, false, "who"},
          {"GET", "/v1/check", Scope::kAsk, Check, true, "check"},
          {"GET", "/v1/timeline", Scope::kAsk, Timeline, false, "timeline"},
          {"GET", "/v1/diff", Scope::kAsk, Diff, false, "diff"}};
}

}  // namespace tenure::http
