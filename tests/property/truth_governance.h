#pragma once
// What the questions of governance have in common, for the tests that hold them against the reference.
#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "governance/reviews.h"
#include "property/truth_questions.h"
#include "reference/governance.h"

namespace tenure::property {

inline std::string Text(const OptionalTime& t) { return t ? std::to_string(t->us) : "-"; }
inline std::string Text(const std::vector<std::string>& list) {
  std::string text;
  for (const auto& one : list) text += one + ",";
  return text;
}
inline std::string Text(const std::vector<Position>& positions) {
  std::string text;
  for (const Position& p : positions)
    text += " " + std::string(TopicName(p.topic)) + "/" + std::to_string(p.partition) + "/" + std::to_string(p.offset);
  return text;
}
inline std::string Text(const AnswerHead& head, const EvidenceIndex& index) {
  std::vector<Position> positions;
  for (const auto i : index) positions.push_back(head.evidence.at(static_cast<std::size_t>(i)).position);
  return Text(positions);
}
inline std::string Text(const When& when) {
  return when.as_of ? " at " + std::to_string(when.as_of->us) : " during " + Text(std::vector{*when.during});
}

inline When SomeWhen(Asked a, unsigned windows_of_eight) {
  if (a.random() % 8 >= windows_of_eight) return {SomeGovernedTime(a.history, a.random), std::nullopt};
  return {std::nullopt, SomeWindow(a.history, a.random)};
}

// "" if both hold the same lines in the same order; else both.
inline std::string OrderedApart(const std::string& what, const std::vector<std::string>& got,
                                const std::vector<std::string>& want) {
  if (got == want) return {};
  const std::string differs = property::Apart(what, got, want);
  if (!differs.empty()) return differs;
  std::string text = what + ": out of order";
  for (const auto& line : got) text += "\n  engine    " + line;
  for (const auto& line : want) text += "\n  reference " + line;
  return text;
}

// No open doubt about anybody on these planes meets the moment or window.
inline bool Undoubted(const reference::View& judge, const When& when, const std::set<Topic>& planes) {
  return std::none_of(judge.Record().taints.begin(), judge.Record().taints.end(), [&](const reference::Taint& taint) {
    const bool meets = when.as_of ? taint.range.Contains(*when.as_of) : !reference::Clip({taint.range}, *when.during).empty();
    return taint.open && planes.contains(taint.topic) && meets;
  });
}

inline std::string HeadDiffers(const std::string& what, const AnswerHead& head, bool complete, bool before_record) {
  if (head.complete != complete) {
    std::string text = what + ": complete, reference " + (complete ? "yes, engine: " : "no");
    for (const TaintShown& taint : head.taints) text += taint.topic + " " + taint.key + " " + Text({taint.range});
    return text;
  }
  return head.before_record == before_record ? "" : what + ": before_record";
}
inline EffectiveTime BeginOf(const When& when) { return when.as_of ? *when.as_of : when.during->from; }

// Every event that is listed is pointed at by a row of the page.
inline std::string EvidenceDiffers(const std::string& what, const AnswerHead& head, const std::vector<EvidenceIndex>& pointed) {
  std::set<std::int32_t> all;
  for (const auto& index : pointed) all.insert(index.begin(), index.end());
  return all.size() == head.evidence.size() ? "" : what + ": evidence of no row";
}

// All rows, page by page; each page's evidence is of its rows. `ask` gives one page, `pointed` what its rows point at.
template <class Answer, class Row>
std::string ByPages(const std::string& what, Random& random, const std::function<Result<Answer>(const Page&)>& ask,
                    const std::function<void(const AnswerHead&, const Row&, std::vector<EvidenceIndex>&)>& each, Answer& whole) {
  Page page{static_cast<std::int64_t>(random() % 3 == 0 ? 1 + random() % 3 : 1000), ""};
  std::vector<Row> rows;
  do {
    auto answer = ask(page);
    if (!answer) return what + ": " + answer.error().ToString();
    std::vector<EvidenceIndex> pointed;
    if constexpr (requires { answer->review; }) pointed.push_back(answer->review.evidence);
    for (const Row& row : answer->rows) each(answer->head, row, pointed);
    if (auto differs = EvidenceDiffers(what, answer->head, pointed); !differs.empty()) return differs;
    page.cursor = answer->head.next;
    whole = std::move(*answer);
  } while (!page.cursor.empty());
  return {};
}

// One question put to both: "" or what differs. truth_governance.cc
std::string WhyHeldDiffersAt(Asked a, const WhyHeldQuestion& question, const When& when);
std::string ControlsDifferAt(Asked a, const std::vector<std::string>& sources, const When& when);
// truth_reviews.cc
std::string ReviewsDifferAt(Asked a, const projection::ReadModel& model, const reference::Reference& reference, const When& when);
std::string NeverDiffersAt(Asked a, const When& when);
governance::Past PastOf(const projection::ReadModel& model);

// Some question.
std::string WhyHeldDiffers(Asked a);
std::string ControlsDiffer(Asked a);
std::string ReviewsDiffer(Asked a, const projection::ReadModel& model, const reference::Reference& reference);
std::string NeverDiffers(Asked a);

}  // namespace tenure::property
