#include "library/asking.h"

#include <algorithm>
#include <utility>

#include "event/clock.h"
#include "history/fork.h"
#include "library/cursor.h"

namespace tenure::library {
namespace {

Status CheckAsk(const Ask& ask) {
  if (ask.when.as_of && ask.when.during)
    return Fail("when_both", "a moment and a window were given", "give --as-of T or --during A/B", Blame::kCaller);
  if (ask.when.during && !(ask.when.during->from < ask.when.during->until))
    return Fail("when_empty",
                "the window " + event::FormatTime(ask.when.during->from.us) + "/" + event::FormatTime(ask.when.during->until.us) +
                    " is empty",
                "the first time must lie before the second", Blame::kCaller);
  if (ask.page.limit < 1)
    return Fail("limit_out_of_range", "a page of " + std::to_string(ask.page.limit) + " rows", "--limit takes 1 or more",
                Blame::kCaller);
  if (ask.without.size() > kWithoutMax)
    return Fail("without_too_many", std::to_string(ask.without.size()) + " events to leave out",
                "at most " + std::to_string(kWithoutMax), Blame::kCaller);
  return {};
}

bool Empty(const When& when) { return !when.as_of && !when.during; }
bool Equal(const When& a, const When& b) { return a.as_of == b.as_of && a.during == b.during; }

// Anybody can write a cursor. What it says of the time that it was known at must be true: it knew nothing later, and all of it if closed.
Status CheckTime(OpenRecord& record, const Knowledge& knowledge, RecordedTime k) {
  auto then = ResolveKnowledge(record, k);
  if (!then) return tl::unexpected<Error>(then.error());
  const bool all = then->closed && then->vector == knowledge.vector;
  if (then->vector.Covers(knowledge.vector) && (all || !knowledge.closed)) return {};
  return Fail("cursor_malformed", "the cursor says of its position what isn't so", "use `next` as it was given", Blame::kCaller);
}

// A page after the first: the cursor says when and what was known; what the caller repeats must agree with it.
Result<Asked> ContinueAsking(OpenRecord& record, const Ask& ask, std::vector<std::string> question) {
  auto cursor = ReadCursor(ask.page.cursor, question);
  if (!cursor) return tl::unexpected<Error>(cursor.error());
  const auto* k = std::get_if<RecordedTime>(&ask.as_known_at);
  const auto* token = std::get_if<std::string>(&ask.as_known_at);
  const bool other_knowledge = (k != nullptr && cursor->k != *k) || (token != nullptr && *token != cursor->token);
  if (other_knowledge || (!Empty(ask.when) && !Equal(ask.when, cursor->when)))
    return Fail("cursor_other_question", "that cursor belongs to another moment or knowledge",
                "leave --as-of, --during and --as-known-at out: the cursor carries them", Blame::kCaller);
  auto knowledge = ResolveKnowledge(record, cursor->token);
  if (!knowledge) return tl::unexpected<Error>(knowledge.error());
  knowledge->closed = cursor->closed;
  if (cursor->k) {
    if (auto s = CheckTime(record, *knowledge, *cursor->k); !s) return tl::unexpected<Error>(s.error());
    knowledge->time = cursor->k;
  }
  return Asked{cursor->when, {ask.page.limit, cursor->inner}, std::move(*knowledge), cursor->k, std::move(question), {}};
}

Result<Asked> BeginFirstPage(OpenRecord& record, const Ask& ask, std::vector<std::string> question) {
  auto knowledge = ResolveKnowledge(record, ask.as_known_at);
  if (!knowledge) return tl::unexpected<Error>(knowledge.error());
  Asked asked{ask.when, ask.page, std::move(*knowledge), std::nullopt, std::move(question), {}};
  if (const auto* k = std::get_if<RecordedTime>(&ask.as_known_at)) asked.k = *k;
  if (Empty(asked.when)) asked.when.as_of = record.now();
  return asked;
}

std::vector<EventName> LeftOut(const Ask& ask) {
  std::vector<EventName> names = ask.without;
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace

Result<Asked> BeginAsking(OpenRecord& record, const Ask& ask, std::vector<std::string> question) {
  if (auto s = CheckAsk(ask); !s) return tl::unexpected<Error>(s.error());
  if (!record.model) return Fail("model_not_open", "the record was opened to be rebuilt", "call Rebuild first", Blame::kCaller);
  const auto without = LeftOut(ask);
  for (const EventName& name : without) question.insert(question.end(), {"without", name.source, name.id});
  auto asked = ask.page.cursor.empty() ? BeginFirstPage(record, ask, std::move(question))
                                       : ContinueAsking(record, ask, std::move(question));
  if (asked) asked->without = without;
  return asked;
}

Result<std::unique_ptr<history::FactView>> ViewFor(const OpenRecord& record, const Asked& asked) {
  return record.model->ViewWithout(asked.knowledge.vector, asked.without);
}

PositionVector OnRecord(PositionVector vector) {
  std::erase_if(vector.next, [](const auto& entry) { return entry.first.partition == history::kForkPartition; });
  return vector;
}

Status CheckNothingLeftOut(const Ask& ask) {
  if (ask.without.empty()) return {};
  return Fail("without_of_the_record", "what is on record stays on record: nothing can be left out of this question",
              "ask who existed or who held what without an event", Blame::kCaller);
}

Status FinishAsking(OpenRecord& record, const Asked& asked, AnswerHead& head) {
  if (!head.next.empty())
    head.next = WriteCursor({asked.knowledge.token, asked.k, asked.knowledge.closed, asked.when, head.next}, asked.question);
  head.without = asked.without;
  return FillHead(record, asked.knowledge, head);
}

}  // namespace tenure::library
