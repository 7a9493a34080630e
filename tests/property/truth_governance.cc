// Governance: the life of an authority, who owned the controls, what reviews decided and what came of it, as the reference tells them.
#include <gtest/gtest.h>

#include <algorithm>

#include "governance/chain.h"
#include "governance/controls.h"
#include "governance/reviews.h"
#include "property/truth_questions.h"
#include "reference/governance.h"

namespace tenure::property {
namespace {

using property::Text;
std::string Text(const OptionalTime& t) { return t ? std::to_string(t->us) : "-"; }
std::string Text(const std::vector<std::string>& list) {
  std::string text;
  for (const auto& one : list) text += one + ",";
  return text;
}
std::string Text(const std::vector<Position>& positions) {
  std::string text;
  for (const Position& p : positions)
    text += " " + std::string(TopicName(p.topic)) + "/" + std::to_string(p.partition) + "/" + std::to_string(p.offset);
  return text;
}
std::string Text(const AnswerHead& head, const EvidenceIndex& index) {
  std::vector<Position> positions;
  for (const auto i : index) positions.push_back(head.evidence.at(static_cast<std::size_t>(i)).position);
  return Text(positions);
}
std::string Text(const When& when) {
  return when.as_of ? " at " + std::to_string(when.as_of->us) : " during " + Text(std::vector{*when.during});
}

When SomeWhen(Asked a, unsigned windows_of_eight) {
  if (a.random() % 8 >= windows_of_eight) return {SomeTime(a.history, a.random), std::nullopt};
  return {std::nullopt, SomeWindow(a.history, a.random)};
}

// What governance reads lies on all planes: any doubt on any counts.
bool IsComplete(const reference::View& judge, const When& when) {
  return std::none_of(judge.Record().taints.begin(), judge.Record().taints.end(), [&](const reference::Taint& taint) {
    return taint.open && (when.as_of ? taint.range.Contains(*when.as_of) : !reference::Clip({taint.range}, *when.during).empty());
  });
}

std::string HeadDiffers(const std::string& what, const AnswerHead& head, const reference::View& judge, const When& when) {
  if (head.complete != IsComplete(judge, when)) return what + ": complete";
  const EffectiveTime begin = when.as_of ? *when.as_of : when.during->from;
  if (head.before_record != judge.BeforeRecord({Topic::kIdentity, Topic::kAccess}, begin)) return what + ": before_record";
  return {};
}

// Every event that is listed is pointed at by a row of the page.
std::string EvidenceDiffers(const std::string& what, const AnswerHead& head, std::vector<EvidenceIndex> pointed) {
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

// --- why-held

constexpr const char* kPartNames[] = {"request", "decision", "issue", "change", "use", "review", "exception", "end"};

std::string KeyText(const std::string& granted_to, const std::string& grant, int effect) {
  return granted_to + " " + grant + " " + std::to_string(effect) + ": ";
}
std::string StepText(EffectiveTime at, const std::string& part, const std::string& what, const std::string& by,
                     const std::string& text, std::int64_t count, const OptionalTime& until) {
  return std::to_string(at.us) + " " + part + " " + what + " by '" + by + "' '" + text + "' x" + std::to_string(count) + " until " +
         Text(until);
}

// The row is that of `what --on-paper`.
std::string RowDiffers(Asked a, const ChainRow& row, const WhyHeldQuestion& question, const When& when) {
  const auto what = authority::What(a.view, question.ref, true, when, {1000, ""});
  if (!what) return what.error().ToString();
  for (const AuthorityRow& other : what->rows) {
    if (other.grant != row.authority.grant || other.granted_to != row.authority.granted_to || other.effect != row.authority.effect)
      continue;
    const auto all = [](const AuthorityRow& r) {
      return std::tie(r.principal, r.role, r.scope, r.permissions, r.kind, r.status, r.because, r.held, r.possibly, r.granted,
                      r.more_paths);
    };
    return all(other) == all(row.authority) ? "" : "not the row of what";
  }
  return "no row of what";
}

std::string WhyHeldDiffers(Asked a) {
  const Question q = SomeQuestion(a.history, a.random);
  WhyHeldQuestion question{q.ref, OneOf(TheUniverse().roles, a.random), "", ""};
  if (a.random() % 2 == 0) question = {q.ref, "", q.action, q.resource};
  When when{q.time, std::nullopt};
  if (a.random() % 8 == 0) when = {std::nullopt, SomeWindow(a.history, a.random)};
  const std::string what =
      "why-held " + q.ref + " " + question.role + question.action + " " + question.resource + Text(when);
  std::vector<std::string> got, want, order, wanted_order;
  std::string differs;
  WhyHeldAnswer answer;
  const auto each = [&](const AnswerHead& head, const ChainRow& row, std::vector<EvidenceIndex>& pointed) {
    const auto key = KeyText(row.authority.granted_to, row.authority.grant, static_cast<int>(row.authority.effect));
    got.push_back(key), order.push_back(key);
    for (const PathStep& step : row.authority.path) pointed.push_back(step.evidence);
    for (const ChainStep& step : row.steps) {
      got.push_back(key + StepText(step.at.value_or(kAlways), kPartNames[static_cast<int>(step.part)], step.what, step.by, step.text, step.count, step.until) +
                    Text(head, step.evidence));
      pointed.push_back(step.evidence);
    }
    if (!std::is_sorted(row.steps.begin(), row.steps.end(), [](const auto& x, const auto& y) { return x.at < y.at; }))
      differs = what + ": not in order of time";
    for (const ChainGap& gap : row.gaps) {
      got.push_back(key + "gap " + gap.gap + Text(head, gap.evidence));
      pointed.push_back(gap.evidence);
    }
    if (differs.empty()) differs = RowDiffers(a, row, question, when);
  };
  const auto ask = [&](const Page& page) { return governance::WhyHeld(a.view, question, when, page); };
  const auto pages = ByPages<WhyHeldAnswer, ChainRow>(what, a.random, ask, each, answer);
  if (!pages.empty()) return pages;
  if (!differs.empty()) return what + ": " + differs;
  for (const auto& chain : reference::WhyHeld(a.judge, {question.ref, question.role, question.action, question.resource}, when)) {
    const auto key = KeyText(chain.key.granted_to, chain.key.grant, static_cast<int>(chain.key.effect));
    want.push_back(key), wanted_order.push_back(key);
    for (const auto& step : chain.steps)
      want.push_back(key + StepText(step.at, step.part, step.what, step.by, step.text, step.count, step.until) + Text(step.evidence));
    for (const auto& gap : chain.gaps) want.push_back(key + "gap " + gap.gap + Text(gap.evidence));
  }
  if (order != wanted_order) return what + ": rows " + Text(order) + " reference " + Text(wanted_order);
  differs = HeadDiffers(what, answer.head, a.judge, when);
  return differs.empty() ? Apart(what, std::move(got), std::move(want)) : differs;
}

// --- controls

std::string ControlsDiffer(Asked a) {
  static const std::vector<std::vector<std::string>> sources{{}, {"iam"}, {"h?", "aud*"}};
  governance::Policy policy;
  policy.configured_sources = sources[a.random() % sources.size()];
  const When when = SomeWhen(a, 4);
  const std::string what = "controls" + Text(when);
  const auto line = [](const auto& r, const std::string& owner, const std::string& writer, const std::string& evidence) {
    std::string text = r.plane + " " + r.source + " '" + owner + "' '" + writer + "' '" + r.actor + "'";
    for (const std::int64_t count : {r.events, r.identities, r.credentials, r.roles, r.grants, r.memberships, r.ended})
      text += " " + std::to_string(count);
    return text + " " + Text(OptionalTime(r.first)) + " " + Text(OptionalTime(r.last)) + " " + Text(r.marks) + " " + Text(r.bundled) + " " +
           std::to_string(r.bundled_count) + evidence;
  };
  std::vector<std::string> got, want;
  ControlsAnswer answer;
  const auto each = [&](const AnswerHead& head, const ControlRow& row, std::vector<EvidenceIndex>& pointed) {
    got.push_back(line(row, row.control_owner, row.verified_writer, Text(head, row.evidence)));
    pointed.push_back(row.evidence);
  };
  const auto ask = [&](const Page& page) { return governance::Controls(a.view, policy, when, page); };
  auto differs = ByPages<ControlsAnswer, ControlRow>(what, a.random, ask, each, answer);
  if (!differs.empty()) return differs;
  for (const auto& control : reference::Controls(a.judge, policy.configured_sources, when))
    want.push_back(line(control, control.owner, control.writer, Text(control.evidence)));
  differs = HeadDiffers(what, answer.head, a.judge, when);
  if (!differs.empty() || got == want) return differs;
  differs = Apart(what, got, want);
  return differs.empty() ? what + ": out of order" : differs;
}

// --- reviews

std::string TokenOf(const PositionVector& v) {
  std::string token;
  for (const auto& [where, next] : v.next)
    token += std::string(TopicName(where.topic)) + "/" + std::to_string(where.partition) + "<" + std::to_string(next) + " ";
  return token;
}

// What of one knowledge was on record by then.
governance::KnowledgeAt KnownBy(const projection::ReadModel& model, const PositionVector& v) {
  return [&model, v](RecordedTime k) -> Result<governance::KnownThen> {
    const auto all = model.VectorAt(k);
    if (!all) return tl::unexpected<Error>(all.error());
    PositionVector then;
    for (const auto& [where, next] : all->next)
      if (const std::int64_t known = std::min(next, v.Next(where)); known > 0) then.next[where] = known;
    auto view = model.View(then);
    if (!view) return tl::unexpected<Error>(view.error());
    return governance::KnownThen{std::move(*view), TokenOf(then)};
  };
}

std::string SummaryText(const ReviewSummary& r) {
  std::string text = r.review + " '" + r.reviewer + "' role '" + r.role + "' resource '" + r.resource + "' owner '" + r.owner + "' of " +
                     Text(r.identities) + " as of " + std::to_string(r.as_of.us) + " opened " + std::to_string(r.opened_at.us) + " due " +
                     Text(r.due_at) + " closed " + Text(r.closed_at) + " known " + r.position + " counts";
  for (const std::int64_t count : {r.holdings, r.decided, r.kept, r.revoked, r.changed, r.overdue, r.not_carried_out})
    text += " " + std::to_string(count);
  return text;
}

ReviewSummary SummaryOf(const reference::ReviewNow& review) {
  const ReviewOpened& o = *review.opened;
  ReviewSummary s{o.review, o.reviewer, o.scope.role, o.scope.resource, o.scope.owner, o.scope.identities, o.as_of, review.opened_at, o.due_at,
                  review.closed_at, TokenOf(review.known)};
  for (const auto& row : review.rows) {
    ++s.holdings;
    s.decided += !row.decision.empty();
    s.kept += row.decision == "keep", s.revoked += row.decision == "revoke", s.changed += row.decision == "change";
    s.overdue += row.state == "overdue", s.not_carried_out += row.state.ends_with("_not_carried_out");
  }
  return s;
}

std::string HeldText(const std::string& principal, const std::string& kind, const std::string& id, const std::string& role,
                     const std::string& scope, const OptionalTime& since) {
  return principal + " " + kind + " " + id + " '" + role + "' '" + scope + "' since " + Text(since);
}
std::string RowText(const HoldingRow& r) {
  return HeldText(r.principal, r.kind, r.holding, r.role, r.scope, r.since) + " decided '" + r.decision + "' by '" + r.reviewer +
         "' '" + r.reason + "' at " + Text(r.decided_at) + " " + r.state + " at " + Text(r.carried_out_at) + " open " +
         std::to_string(r.open_days);
}
std::string RowText(const reference::ReviewedRow& r) {
  return HeldText(r.held.principal, r.held.kind, r.held.id, r.held.role, r.held.scope, r.held.since) + " decided '" + r.decision +
         "' by '" + r.reviewer + "' '" + r.reason + "' at " + Text(r.decided_at) + " " + r.state + " at " + Text(r.carried_out_at) +
         " open " + std::to_string(r.open_days);
}

std::string ReviewDiffers(Asked a, const When& when, const reference::ReviewNow& review, const governance::KnowledgeAt& known_at) {
  const std::string& name = review.opened->review, what = "review status " + name + Text(when);
  std::vector<std::string> got, want;
  ReviewAnswer answer;
  const auto each = [&](const AnswerHead& head, const HoldingRow& row, std::vector<EvidenceIndex>& pointed) {
    got.push_back(RowText(row) + Text(head, row.evidence));
    pointed.push_back(row.evidence);
  };
  const auto ask = [&](const Page& page) { return governance::Review(a.view, name, when, page, known_at); };
  auto differs = ByPages<ReviewAnswer, HoldingRow>(what, a.random, ask, each, answer);
  if (!differs.empty()) return differs;
  for (const auto& row : review.rows) want.push_back(RowText(row) + Text(row.evidence));
  differs = HeadDiffers(what, answer.head, a.judge, when);
  if (!differs.empty()) return differs;
  differs = Apart(what, {SummaryText(answer.review) + Text(answer.head, answer.review.evidence)},
                  {SummaryText(SummaryOf(review)) + Text(review.evidence)});
  if (!differs.empty() || got == want) return differs;
  differs = Apart(what, got, want);
  return differs.empty() ? what + ": out of order" : differs;
}

std::string ReviewsDiffer(Asked a, const projection::ReadModel& model, const reference::Reference& reference) {
  const When when = SomeWhen(a, 2);
  const auto known_at = KnownBy(model, a.view.Vector());
  const auto reviews = reference::Reviews(reference, a.view.Vector(), when);
  const std::string what = "review list" + Text(when);
  std::vector<std::string> got, want;
  ReviewsAnswer answer;
  const auto each = [&](const AnswerHead& head, const ReviewSummary& row, std::vector<EvidenceIndex>& pointed) {
    got.push_back(SummaryText(row) + Text(head, row.evidence));
    pointed.push_back(row.evidence);
  };
  const auto ask = [&](const Page& page) { return governance::Reviews(a.view, when, page, known_at); };
  auto differs = ByPages<ReviewsAnswer, ReviewSummary>(what, a.random, ask, each, answer);
  if (!differs.empty()) return differs;
  for (const auto& [name, review] : reviews)
    if (when.as_of || when.during->Contains(review.opened_at))
      want.push_back(SummaryText(SummaryOf(review)) + Text(review.evidence));
  differs = HeadDiffers(what, answer.head, a.judge, when);
  if (differs.empty()) differs = Apart(what, got, want);
  for (const auto& [name, review] : reviews)
    if (differs.empty()) differs = ReviewDiffers(a, when, review, known_at);
  return differs;
}

std::string NeverDiffers(Asked a) {
  const When when = SomeWhen(a, 2);
  const EffectiveTime t = reference::UntilOf(when);
  const std::string what = "review never" + Text(when);
  std::vector<std::string> got, want;
  UnreviewedAnswer answer;
  const auto each = [&](const AnswerHead& head, const HoldingRow& row, std::vector<EvidenceIndex>& pointed) {
    got.push_back(RowText(row) + Text(head, row.evidence));
    pointed.push_back(row.evidence);
  };
  const auto ask = [&](const Page& page) { return governance::Unreviewed(a.view, when, page); };
  auto differs = ByPages<UnreviewedAnswer, HoldingRow>(what, a.random, ask, each, answer);
  if (!differs.empty()) return differs;
  for (const auto& held : reference::NeverReviewed(a.judge, t)) {
    reference::ReviewedRow row{.held = held};
    row.open_days = reference::WholeDays(held.since, t);
    want.push_back(RowText(row) + Text(held.evidence));
  }
  differs = HeadDiffers(what, answer.head, a.judge, when);
  if (!differs.empty() || got == want) return differs;
  differs = Apart(what, got, want);
  return differs.empty() ? what + ": out of order" : differs;
}

std::string Differs(const History& history, std::uint64_t seed) {
  Engine engine(history, "governance");
  const reference::Reference reference(EntriesOf(history), history.configuration);
  Random random(seed ^ 0x60b);
  if (seed % 3 == 0) engine.Load(LogRecords(history));
  else engine.Apply(LogRecords(history));
  for (const bool now : {true, false}) {
    const PositionVector v = now ? engine.Model().Projected() : SomeKnowledge(history, random);
    auto view = engine.Model().View(v);
    if (!view) return view.error().ToString();
    const auto judge = reference.At(v);
    const Asked asked{**view, judge, history, random};
    std::string differs;
    for (auto* question : {WhyHeldDiffers, WhyHeldDiffers, WhyHeldDiffers, ControlsDiffer, NeverDiffers})
      if (differs.empty()) differs = question(asked);
    for (int n = 0; n < 2; ++n)
      if (differs.empty()) differs = ReviewsDiffer(asked, engine.Model(), reference);
    if (!differs.empty()) return (now ? "now: " : "in the past: ") + differs;
  }
  return {};
}

class GovernanceTruth : public ::testing::TestWithParam<int> {};

TEST_P(GovernanceTruth, EveryRowEqualsTheReference) { HistoriesAgree(GetParam(), 2000, Differs); }

INSTANTIATE_TEST_SUITE_P(Part, GovernanceTruth, ::testing::Range(0, kParts));

}  // namespace
}  // namespace tenure::property
