// Reviews: what they are about, what was decided, and what came of it, as the reference tells it; and what none was ever about.
#include "governance/reviews.h"

#include "property/truth_governance.h"

namespace tenure::property {
namespace {

std::string ReviewHeadDiffers(const std::string& what, const AnswerHead& head, Asked a, const When& when) {
  return HeadDiffers(what, head, Undoubted(a.judge, when, {Topic::kIdentity, Topic::kAccess, Topic::kGovernance}),
                     a.judge.BeforeRecord({Topic::kAccess}, BeginOf(when)));
}

std::string TokenOf(const PositionVector& v) {
  std::string token;
  for (const auto& [where, next] : v.next)
    token += std::string(TopicName(where.topic)) + "/" + std::to_string(where.partition) + "<" + std::to_string(next) + " ";
  return token;
}

}  // namespace

governance::Past PastOf(const projection::ReadModel& model) {
  const auto of = [&model](const PositionVector& v) -> Result<governance::KnownThen> {
    auto view = model.View(v);
    if (!view) return tl::unexpected<Error>(view.error());
    return governance::KnownThen{std::move(*view), TokenOf(v)};
  };
  return {[&model](RecordedTime k) { return model.VectorAt(k); }, of};
}

namespace {

std::string SummaryText(const ReviewSummary& r) {
  std::string text = r.review + " '" + r.reviewer + "' role '" + r.role + "' resource '" + r.resource + "' owner '" + r.owner +
                     "' of " + Text(r.identities) + " as of " + std::to_string(r.as_of.us) + " opened " +
                     std::to_string(r.opened_at.us) + " due " + Text(r.due_at) + " closed " + Text(r.closed_at) + " known " +
                     r.position + " counts";
  for (const std::int64_t count : {r.holdings, r.decided, r.kept, r.revoked, r.changed, r.overdue, r.not_carried_out})
    text += " " + std::to_string(count);
  return text;
}

ReviewSummary SummaryOf(const reference::ReviewNow& review) {
  const ReviewOpened& o = *review.opened;
  ReviewSummary s{o.review, o.reviewer,       o.scope.role, o.scope.resource, o.scope.owner,        o.scope.identities,
                  o.as_of,  review.opened_at, o.due_at,     review.closed_at, TokenOf(review.known)};
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
         "' by '" + r.reviewer + "' '" + r.reason + "' at " + Text(r.decided_at) + " " + r.state + " at " +
         Text(r.carried_out_at) + " open " + std::to_string(r.open_days);
}

std::string ReviewDiffers(Asked a, const When& when, const reference::ReviewNow& review, const governance::Past& past) {
  const std::string &name = review.opened->review, what = "review status " + name + Text(when);
  std::vector<std::string> got, want;
  ReviewAnswer answer;
  const auto each = [&](const AnswerHead& head, const HoldingRow& row, std::vector<EvidenceIndex>& pointed) {
    got.push_back(RowText(row) + Text(head, row.evidence));
    pointed.push_back(row.evidence);
  };
  const auto ask = [&](const Page& page) { return governance::Review(a.view, name, when, page, past); };
  auto differs = ByPages<ReviewAnswer, HoldingRow>(what, a.random, ask, each, answer);
  if (!differs.empty()) return differs;
  for (const auto& row : review.rows) want.push_back(RowText(row) + Text(row.evidence));
  differs = ReviewHeadDiffers(what, answer.head, a, when);
  if (!differs.empty()) return differs;
  differs = Apart(what, {SummaryText(answer.review) + Text(answer.head, answer.review.evidence)},
                  {SummaryText(SummaryOf(review)) + Text(review.evidence)});
  return differs.empty() ? OrderedApart(what, got, want) : differs;
}

}  // namespace

std::string ReviewsDiffer(Asked a, const projection::ReadModel& model, const reference::Reference& reference) {
  return ReviewsDifferAt(a, model, reference, SomeWhen(a, 2));
}

std::string ReviewsDifferAt(Asked a, const projection::ReadModel& model, const reference::Reference& reference,
                            const When& when) {
  const auto past = PastOf(model);
  const auto reviews = reference::Reviews(reference, a.view.Vector(), when);
  const std::string what = "review list" + Text(when);
  std::vector<std::string> got, want;
  ReviewsAnswer answer;
  const auto each = [&](const AnswerHead& head, const ReviewSummary& row, std::vector<EvidenceIndex>& pointed) {
    got.push_back(SummaryText(row) + Text(head, row.evidence));
    pointed.push_back(row.evidence);
  };
  const auto ask = [&](const Page& page) { return governance::Reviews(a.view, when, page, past); };
  auto differs = ByPages<ReviewsAnswer, ReviewSummary>(what, a.random, ask, each, answer);
  if (!differs.empty()) return differs;
  for (const auto& [name, review] : reviews)
    if (when.as_of || when.during->Contains(review.opened_at))
      want.push_back(SummaryText(SummaryOf(review)) + Text(review.evidence));
  differs = ReviewHeadDiffers(what, answer.head, a, when);
  if (differs.empty()) differs = OrderedApart(what, got, want);
  for (const auto& [name, review] : reviews)
    if (differs.empty()) differs = ReviewDiffers(a, when, review, past);
  return differs;
}

std::string NeverDiffers(Asked a) { return NeverDiffersAt(a, SomeWhen(a, 2)); }

std::string NeverDiffersAt(Asked a, const When& when) {
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
  differs = ReviewHeadDiffers(what, answer.head, a, when);
  return differs.empty() ? OrderedApart(what, got, want) : differs;
}

}  // namespace tenure::property
