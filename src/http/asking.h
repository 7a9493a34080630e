#pragma once
// From a URL's parameters to an answer's bytes, the same way for every question.
//
// What a question shares: as_of | during, as_known_at, limit, cursor; max_lag (an answer further behind is 503); at_least=TOKEN and
// wait=2s (first projects that far, else 503). With an explicit moment an answer has an ETag, so that a repeat on an unchanged
// record is 304; about `now` it is never kept.
#include <string>
#include <utility>

#include "http/problem.h"
#include "http/route.h"
#include "library/written_ask.h"

namespace tenure::http {

// Whether a question looks back, for which the scope history is needed: as its moment and knowledge say; always; or never, where what
// it needs grants that too (reading the events is reading all there ever was).
enum class Back { kAsAsked, kAlways, kGranted };

struct Prepared {
  Ask ask;
  std::string max_lag;
  bool explicit_moment = false;
  Back back = Back::kAsAsked;
  bool went_on = false;  // by a cursor
};

// Takes the shared parameters and holds the rest to be empty, so the question's own are taken before. A problem, or what to ask.
struct Preparation {
  std::optional<Prepared> prepared;
  Response problem;  // or 304
};
Preparation Prepare(Call& call, Back back = Back::kAsAsked);

// Whether an answer that a cursor led to is about now, as far as pages can be: its moment, and the time at which the record held no more
// than it knows, lie within the last hour. Nobody needs the right to look back for that.
bool IsAboutNow(const Call& call, const AnswerHead& head);

// The answer's response: too far behind, not allowed to look back, or its JSON with ETag and caching.
Response Finished(const Call& call, const Prepared& prepared, const AnswerHead& head, std::string json, std::int64_t rows);

// Whether the answer is to be brief (detail=brief; without it, full). Errors: parameter_malformed, detail_too_brief.
Result<bool> TakeBrief(Call& call, const library::GivenBeside& beside = {});

// What metrics and audit are told of an answer.
void Tell(Response& response, const AnswerHead& head, std::int64_t rows);

// The parameter that an error of a question is about.
std::string FieldOf(const Error& error);

// `ask(tenure, ask)` gives a Result of the answer; `write(answer)` its JSON and number of rows.
template <class F, class Write>
Response Answered(Call& call, F&& ask, Write&& write, Back back = Back::kAsAsked) {
  auto preparation = Prepare(call, back);
  if (!preparation.prepared) return std::move(preparation.problem);
  const auto asker = call.service.Borrow();
  auto answer = ask(*asker, preparation.prepared->ask);
  if (!answer) return Problem(answer.error(), FieldOf(answer.error()));
  auto [json, rows] = write(*answer);
  return Finished(call, *preparation.prepared, answer->head, std::move(json), rows);
}

}  // namespace tenure::http
