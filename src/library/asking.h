#pragma once
// What every question does before and after its own work: settle the moment, the knowledge and the page, then fill the head.
#include <memory>
#include <string>
#include <vector>

#include "history/facts.h"
#include "library/knowledge.h"
#include "tenure/answer.h"

namespace tenure::library {

struct Asked {
  When when;  // never empty
  Page page;  // cursor: the question's own part
  Knowledge knowledge;
  std::optional<RecordedTime> k;
  std::vector<std::string> question;  // name and arguments, and what is left out, to which cursors are bound
  std::vector<EventName> without;     // sorted
};

// What the question is asked of. Errors (kCaller): event_not_known.
Result<std::unique_ptr<history::FactView>> ViewFor(const OpenRecord& record, const Asked& asked);
// The same knowledge without what only a view that leaves something out holds.
PositionVector OnRecord(PositionVector vector);
// Of questions about the record itself. Errors (kCaller): without_of_the_record.
Status CheckNothingLeftOut(const Ask& ask);

// Errors (kCaller): when_both, when_empty, limit_out_of_range, without_too_many, and those of cursors and tokens.
Result<Asked> BeginAsking(OpenRecord& record, const Ask& ask, std::vector<std::string> question);

// Fills the head but for what the question itself has set, and makes its `next` a cursor.
Status FinishAsking(OpenRecord& record, const Asked& asked, AnswerHead& head);

// answer(view, when, page) -> Result<A>, between the two.
template <class A, class F>
Result<A> Answer(OpenRecord& record, const Ask& ask, std::vector<std::string> question, F&& answer) {
  auto asked = BeginAsking(record, ask, std::move(question));
  if (!asked) return tl::unexpected<Error>(asked.error());
  auto view = ViewFor(record, *asked);
  if (!view) return tl::unexpected<Error>(view.error());
  Result<A> answered = answer(**view, asked->when, asked->page);
  if (!answered) return answered;
  if (auto s = FinishAsking(record, *asked, answered->head); !s) return tl::unexpected<Error>(s.error());
  return answered;
}

}  // namespace tenure::library
