// GET /v1/identities/{ref}/reach and /v1/replay, as `blast-radius` and `replay` of the command line.
#include "http/asking.h"
#include "library/json.h"

namespace tenure::http {
namespace {

template <class A>
std::pair<std::string, std::int64_t> Rows(const A& answer) {
  return {library::ToJson(answer), static_cast<std::int64_t>(answer.rows.size())};
}

// A moment that must be there; or, with `absent`, needn't.
Result<EffectiveTime> TakeMoment(Call& call, const std::string& name, OptionalTime absent = {}) {
  const std::string text = call.parameters.Take(name);
  if (!text.empty()) return library::ReadMoment(name, text, call.now);
  if (absent) return *absent;
  return Fail("parameter_missing", name + " is missing", "give " + name + "=2026-05-01T09:12:00Z", Blame::kCaller);
}

// What has a window of its own takes no other.
Status CheckNoOther(const When& when) {
  if (!when.as_of && !when.during) return {};
  return Fail("when_other", "as_of and during have no meaning here", "give from and its end alone", Blame::kCaller);
}

// `answer(tenure, ask)` gives a Result of A.
template <class A, class F>
Response OfAWindow(Call& call, const F& answer) {
  const auto ask = [&](Tenure& tenure, const Ask& given) -> Result<A> {
    if (auto s = CheckNoOther(given.when); !s) return tl::unexpected<Error>(s.error());
    return answer(tenure, given);
  };
  return Answered(call, ask, Rows<A>, Back::kAlways);
}

Response BlastRadius(Call& call) {
  ReachQuestion question;
  question.ref = call.captured[0];
  const auto from = TakeMoment(call, "from");
  if (!from) return Problem(from.error(), "from");
  const auto until = TakeMoment(call, "until", kForever);
  if (!until) return Problem(until.error(), "until");
  question.window = {*from, *until};
  question.credential = call.parameters.Take("credential");
  const auto depth = call.parameters.TakeNumber("depth", question.depth, 0, kReachDepthMax);
  if (!depth) return Problem(depth.error(), "depth");
  question.depth = *depth;
  return OfAWindow<ReachAnswer>(call, [&](Tenure& tenure, const Ask& ask) { return tenure.BlastRadius(question, ask); });
}

Response Replay(Call& call) {
  ReplayQuestion question;
  question.subject = call.parameters.Take("ref");
  const auto from = TakeMoment(call, "from");
  if (!from) return Problem(from.error(), "from");
  const auto to = TakeMoment(call, "to");
  if (!to) return Problem(to.error(), "to");
  question.window = {*from, *to};
  return OfAWindow<ReplayAnswer>(call, [&](Tenure& tenure, const Ask& ask) { return tenure.Replay(question, ask); });
}

}  // namespace

std::vector<Route> InvestigationRoutes() {
  return {{"GET", "/v1/identities/{ref}/reach", Scope::kAsk, BlastRadius, false, "blast_radius"},
          {"GET", "/v1/replay", Scope::kAsk, Replay, false, "replay"}};
}

}  // namespace tenure::http
