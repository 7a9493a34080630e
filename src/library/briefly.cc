#include "library/briefly.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

#include "library/arn.h"
#include "library/asking.h"

namespace tenure::library {
namespace {

using history::FactView;

// `answer(view, t, page)` fills all but what of the head is the question's name, its subject and moment.
template <class A, class F>
Result<A> Briefly(OpenRecord& record, const Ask& ask, std::vector<std::string> question, const std::string& subject, F&& answer) {
  const std::string name = question.front();
  question.emplace_back("brief");
  return Answer<A>(record, ask, std::move(question), [&](FactView& view, const When& when, const Page& page) -> Result<A> {
    if (!when.as_of)
      return Fail("when_not_moment", "a window was given, and a brief answer is of one moment",
                  "ask about a moment, or for the full answer", Blame::kCaller);
    Result<A> answered = answer(view, *when.as_of, page);
    if (!answered) return answered;
    answered->head.question = name;
    answered->head.subject = subject;
    answered->head.when = when;
    return answered;
  });
}

AnswerHead HeadOf(BriefHead brief) {
  AnswerHead head;
  head.complete = brief.complete;
  head.before_record = brief.before_record;
  head.limits = std::move(brief.limits);
  return head;
}

// `rows` from `begin` on, as many as the page takes; the place of the next page is `place(end)`.
template <class Row, class Place>
std::vector<Row> Cut(std::vector<Row>& rows, typename std::vector<Row>::iterator begin, std::int64_t limit, const Place& place,
                     std::string& next) {
  const auto end = begin + std::min<std::ptrdiff_t>(limit, rows.end() - begin);
  if (end != rows.end()) next = place(end);
  return {std::make_move_iterator(begin), std::make_move_iterator(end)};
}

}  // namespace

Result<BriefCheckAnswer> CheckBriefly(OpenRecord& record, const std::string& ref, const authority::Asked& asked, const Ask& ask) {
  const std::string subject = NormaliseReference(ref);
  return Briefly<BriefCheckAnswer>(record, ask, {"check", subject, asked.action, asked.resource}, subject,
                                   [&](FactView& view, EffectiveTime t, const Page&) -> Result<BriefCheckAnswer> {
                                     auto found = authority::CheckBriefly(view, subject, asked, t);
                                     if (!found) return tl::unexpected<Error>(found.error());
                                     return BriefCheckAnswer{HeadOf(std::move(found->head)), asked.action, asked.resource,
                                                             found->decision, std::move(found->evidence)};
                                   });
}

// The order of the rows is that of the knowledge and the moment, so their number is a place.
Result<BriefWhatAnswer> WhatBriefly(OpenRecord& record, const std::string& ref, const Ask& ask) {
  const std::string subject = NormaliseReference(ref);
  return Briefly<BriefWhatAnswer>(record, ask, {"what", subject}, subject,
                                  [&](FactView& view, EffectiveTime t, const Page& page) -> Result<BriefWhatAnswer> {
                                    auto found = authority::WhatBriefly(view, subject, t);
                                    if (!found) return tl::unexpected<Error>(found.error());
                                    std::size_t given = 0;
                                    std::from_chars(page.cursor.data(), page.cursor.data() + page.cursor.size(), given);
                                    auto& rows = found->rows;
                                    const auto begin = rows.begin() + static_cast<std::ptrdiff_t>(std::min(given, rows.size()));
                                    BriefWhatAnswer answer{HeadOf(std::move(found->head)), {}};
                                    const auto place = [&](auto end) { return std::to_string(end - rows.begin()); };
                                    answer.rows = Cut(rows, begin, page.limit, place, answer.head.next);
                                    return answer;
                                  });
}

Result<BriefWhoAnswer> WhoBriefly(OpenRecord& record, const WhoQuestion& asked, const Ask& ask) {
  WhoQuestion question = asked;
  question.member_of = NormaliseReference(question.member_of);
  return Briefly<BriefWhoAnswer>(record, ask, {"who", question.action, question.resource, question.role, question.member_of},
                                 question.role.empty() ? question.member_of : question.role,
                                 [&](FactView& view, EffectiveTime t, const Page& page) -> Result<BriefWhoAnswer> {
                                   auto found = authority::WhoBriefly(view, question, t);
                                   if (!found) return tl::unexpected<Error>(found.error());
                                   const auto begin = std::upper_bound(
                                       found->rows.begin(), found->rows.end(), page.cursor,
                                       [](const std::string& last, const BriefHolder& row) { return last < row.principal; });
                                   BriefWhoAnswer answer{HeadOf(std::move(found->head)), question, {}};
                                   const auto place = [](auto end) { return std::prev(end)->principal; };
                                   answer.rows = Cut(found->rows, begin, page.limit, place, answer.head.next);
                                   return answer;
                                 });
}

Result<BriefIdentitiesAnswer> ActiveBriefly(OpenRecord& record, const Ask& ask) {
  return Briefly<BriefIdentitiesAnswer>(
      record, ask, {"identities"}, {}, [&](FactView& view, EffectiveTime t, const Page& page) -> Result<BriefIdentitiesAnswer> {
        // One more than the page tells whether another follows.
        auto found = authority::ExistedBriefly(view, t, page.limit + (page.limit < INT64_MAX ? 1 : 0), page.cursor);
        if (!found) return tl::unexpected<Error>(found.error());
        BriefIdentitiesAnswer answer{HeadOf(std::move(found->head)), found->count, {}};
        const auto place = [](auto end) { return std::prev(end)->ref; };
        answer.rows = Cut(found->rows, found->rows.begin(), page.limit, place, answer.head.next);
        return answer;
      });
}

}  // namespace tenure::library
