#pragma once
// A question's moment, knowledge, page and greatest lag as users write them, on the command line and in a URL alike.
// Thread safety: free functions over plain values.
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tenure/answer.h"
#include "tenure/result.h"
#include "tenure/tenure.h"

namespace tenure::library {

struct WrittenAsk {
  std::string as_of, during, as_known_at, cursor, max_lag;  // empty = not given
  std::int64_t limit = 100;
  std::vector<std::string> without;  // each as ReadEventName takes it
};

// How the reader's words call them, for errors: "--as-of" or "as_of".
enum class Spelling { kOptions, kParameters };

// Errors (kCaller): time_*, during_malformed, max_lag_malformed, event_name_malformed; each names the word that is wrong.
Result<Ask> ReadAsk(const WrittenAsk& written, Spelling spelling, EffectiveTime now);
Result<EffectiveTime> ReadMoment(const std::string& name, const std::string& text, EffectiveTime now);
// A time, or the position of an earlier answer; empty is the default knowledge.
Result<AsKnownAt> ReadKnowledge(const std::string& name, const std::string& text, EffectiveTime now);

// "SOURCE,ID", or where one of them holds a comma {"source":"…","id":"…"}. Errors (kCaller): event_name_malformed.
Result<EventName> ReadEventName(const std::string& name, const std::string& text);
std::string WriteEventName(const EventName& event);

struct WrittenDiff {
  std::string ref, from, to, known_from, known_to;
};
// The two sides of a difference: moments, or knowledges (`moments` is nothing), or what is on record and what would have been without
// some events (`without`). Errors (kCaller): diff_malformed, and those of its times.
struct DiffQuestion {
  std::string ref;
  std::optional<Interval> moments;
  AsKnownAt known_from, known_to;
  bool without = false;
};
Result<DiffQuestion> ReadDiff(const WrittenDiff& diff, const Ask& ask, Spelling spelling, EffectiveTime now);
Result<DiffAnswer> AnswerDiff(Tenure& tenure, const DiffQuestion& question, const Ask& ask);

// What a question asks for beside its arguments, by name, and whether it was given: a brief answer can tell nothing of it.
using GivenBeside = std::vector<std::pair<std::string_view, bool>>;
// Errors (kCaller): detail_too_brief.
Status CheckBrief(const GivenBeside& beside, Spelling spelling);
Status CheckBrief(const IdentitiesQuestion& question, Spelling spelling);

Status CheckLag(const std::string& max_lag, Spelling spelling);
// Whether the answer is further behind than max_lag (records, or a time such as 30s) allows.
bool TooFarBehind(const AnswerHead& head, std::string_view max_lag);

}  // namespace tenure::library
