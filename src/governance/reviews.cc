#include "governance/reviews.h"

#include <algorithm>
#include <map>
#include <set>

#include "authority/cursor.h"
#include "authority/evidence.h"
#include "authority/frame.h"
#include "authority/head.h"
#include "event/reference.h"
#include "governance/holdings.h"
#include "governance/policy.h"

namespace tenure::governance {
namespace {

using authority::EvidenceList;
using authority::Frame;
using history::FactView;
using history::OwnEvent;

const std::vector<Topic> kPlanes{Topic::kIdentity, Topic::kAccess, Topic::kGovernance};

// What was said of one review by t.
struct Campaign {
  const OwnEvent* opened = nullptr;  // the first opening; the review is what that says
  const OwnEvent* closed = nullptr;
  std::vector<const OwnEvent*> decisions;  // in order of time
  const ReviewOpened& Terms() const { return std::get<ReviewOpened>(opened->payload); }
};

Campaign CampaignIn(const std::vector<OwnEvent>& events, const std::string& review, EffectiveTime t) {
  Campaign out;
  for (const OwnEvent& event : events) {
    if (t < event.time) continue;
    const auto* opened = std::get_if<ReviewOpened>(&event.payload);
    if (opened != nullptr && opened->review == review && out.opened == nullptr) out.opened = &event;
    if (const auto* closed = std::get_if<ReviewClosed>(&event.payload); closed != nullptr && closed->review == review)
      out.closed = &event;
    if (const auto* decided = std::get_if<ReviewDecided>(&event.payload); decided != nullptr && decided->review == review)
      out.decisions.push_back(&event);
  }
  return out;
}

ReviewSummary SummaryOf(const std::string& review, const Campaign& campaign) {
  const ReviewOpened& terms = campaign.Terms();
  ReviewSummary out;
  out.review = review;
  out.reviewer = terms.reviewer;
  out.role = terms.scope.role;
  out.resource = terms.scope.resource;
  out.owner = terms.scope.owner;
  out.identities = terms.scope.identities;
  out.as_of = terms.as_of;
  out.opened_at = campaign.opened->time;
  out.due_at = terms.due_at;
  if (campaign.closed != nullptr) out.closed_at = campaign.closed->time;
  return out;
}

// (principal, kind, id) of what a decision is about.
using HoldingId = std::tuple<std::string, std::string, std::string>;
HoldingId IdOf(const ReviewDecided& decided) {
  if (!decided.grant.empty()) return {decided.principal, "grant", decided.grant};
  if (!decided.group.empty()) return {decided.principal, "group", decided.group};
  return {decided.principal, "credential", decided.credential};
}

class Judging {
 public:
  Judging(FactView& view, const Campaign& campaign, EffectiveTime t, EvidenceList& evidence)
      : view_(view), campaign_(campaign), t_(t), evidence_(evidence) {
    for (const OwnEvent* event : campaign.decisions) decisions_[IdOf(std::get<ReviewDecided>(event->payload))] = event;
  }

  Result<HoldingRow> Row(const Holding& holding) {
    HoldingRow row;
    row.principal = holding.principal;
    row.kind = holding.kind;
    row.holding = holding.id;
    row.role = holding.role;
    row.scope = holding.scope;
    row.since = holding.since;
    std::vector<Position> evidence;
    auto ended = EndOf(holding, evidence);
    if (!ended) return tl::unexpected(ended.error());
    const auto decision = decisions_.find({holding.principal, holding.kind, holding.id});
    if (decision != decisions_.end()) {
      const auto& decided = std::get<ReviewDecided>(decision->second->payload);
      row.decision = decided.decision;
      row.reviewer = decided.reviewer;
      row.reason = decided.reason;
      row.decided_at = decision->second->time;
      evidence.push_back(decision->second->position);
    }
    SetState(row, *ended);
    auto index = evidence_.Add(evidence);
    if (!index) return tl::unexpected(index.error());
    row.evidence = std::move(*index);
    return row;
  }

 private:
  // When what was held at the review's moment ended, by t; and when its terms changed first after a decision.
  struct Fate {
    OptionalTime ended;
    std::vector<EffectiveTime> changes;
  };
  Result<Fate> EndOf(const Holding& holding, std::vector<Position>& evidence) {
    Fate fate;
    const EffectiveTime from = campaign_.Terms().as_of;
    const auto note = [&](const Interval& live, const Position& began, const std::optional<Position>& ended_by) {
      if (live.until <= from) return;
      if (live.from <= from) evidence.push_back(began);
      else if (live.from <= t_) fate.changes.push_back(live.from);
      if (live.until <= t_ && ended_by) evidence.push_back(*ended_by);
      fate.ended = live.until <= t_ ? OptionalTime(live.until) : std::nullopt;
    };
    if (holding.kind == "grant") {
      auto pieces = view_.GrantsOf(holding.principal, {});
      if (!pieces) return tl::unexpected(pieces.error());
      for (const auto& piece : *pieces)
        if (piece.grant == holding.id) note(piece.live, piece.issued, piece.ended_by);
    } else if (holding.kind == "group") {
      auto pieces = view_.GroupsOf(holding.principal, {});
      if (!pieces) return tl::unexpected(pieces.error());
      for (const auto& piece : *pieces)
        if (piece.group == holding.id) note(piece.live, piece.added, piece.ended_by);
    } else {
      auto pieces = view_.Credentials(holding.principal, {});
      if (!pieces) return tl::unexpected(pieces.error());
      for (const auto& piece : *pieces)
        if (piece.credential == holding.id && piece.live && !piece.causes.empty()) note(piece.span, piece.causes.front(), {});
    }
    return fate;
  }

  void SetState(HoldingRow& row, const Fate& fate) const {
    const auto days_since = [&](EffectiveTime since) { return (t_.us - since.us) / kDay; };
    const OptionalTime due = campaign_.Terms().due_at;
    if (row.decision.empty()) {
      const bool overdue = due && *due <= t_ && !fate.ended;
      row.state = fate.ended ? "gone" : overdue ? "overdue" : "undecided";
      if (overdue) row.open_days = days_since(*due);
      row.carried_out_at = fate.ended;
    } else if (row.decision == "keep") {
      row.state = "kept";
    } else if (row.decision == "revoke") {
      row.carried_out_at = fate.ended;
      row.state = fate.ended ? "revoked" : "revoke_not_carried_out";
    } else {
      for (const EffectiveTime change : fate.changes)
        if (*row.decided_at <= change && !row.carried_out_at) row.carried_out_at = change;
      if (!row.carried_out_at) row.carried_out_at = fate.ended;
      row.state = row.carried_out_at ? "changed" : "change_not_carried_out";
    }
    if (row.state.ends_with("not_carried_out")) row.open_days = days_since(*row.decided_at);
  }

  FactView& view_;
  const Campaign& campaign_;
  const EffectiveTime t_;
  EvidenceList& evidence_;
  std::map<HoldingId, const OwnEvent*> decisions_;  // the last of each
};

void Count(const HoldingRow& row, ReviewSummary& summary) {
  ++summary.holdings;
  summary.decided += row.decision.empty() ? 0 : 1;
  summary.kept += row.decision == "keep" ? 1 : 0;
  summary.revoked += row.decision == "revoke" ? 1 : 0;
  summary.changed += row.decision == "change" ? 1 : 0;
  summary.overdue += row.state == "overdue" ? 1 : 0;
  summary.not_carried_out += row.state.ends_with("not_carried_out") ? 1 : 0;
}

std::string PageKey(const HoldingRow& row) { return row.principal + '\0' + row.kind + '\0' + row.holding; }

Status FinishHead(FactView& view, const Frame& frame, EvidenceList& evidence, AnswerHead& head) {
  authority::NoteTaints(view.Taints(), kPlanes, frame.Window(), head);
  auto before = authority::BeforeRecord(view, {Topic::kAccess}, frame.Begin());
  if (!before) return tl::unexpected(before.error());
  head.before_record = *before;
  head.evidence = evidence.Take();
  return {};
}

}  // namespace

Result<ReviewsAnswer> Reviews(FactView& view, const When& when, const Page& page, const KnowledgeAt& known_at) {
  const authority::QuestionKey key{"reviews"};
  auto place = authority::PlaceOf(key, when, page);
  if (!place) return tl::unexpected(place.error());
  auto frame = Frame::Of(place->when);
  if (!frame) return tl::unexpected(frame.error());
  ReviewsAnswer answer{authority::HeadOf("reviews", "", *frame), {}};
  auto openings = view.EventsOfType(EventType::kReviewOpened);
  if (!openings) return tl::unexpected(openings.error());
  std::set<std::string> names;
  for (const OwnEvent& event : *openings) {
    const bool in_time = frame->AtMoment() ? event.time <= frame->Begin() : frame->Window().Contains(event.time);
    if (in_time) names.insert(std::get<ReviewOpened>(event.payload).review);
  }
  std::vector<std::string> shown(names.begin(), names.end());
  shown = authority::PageOf(
      std::move(shown), [](const std::string& name) { return name; }, key, *place, page.limit, answer.head.next);
  EvidenceList evidence(view);
  for (const std::string& name : shown) {
    // Each with its counts, as `status` tells them.
    auto one = Review(view, name, place->when, {1, ""}, known_at);
    if (!one) return tl::unexpected(one.error());
    std::vector<Position> positions;
    for (const auto index : one->review.evidence)
      positions.push_back(one->head.evidence[static_cast<std::size_t>(index)].position);
    auto index = evidence.Add(positions);
    if (!index) return tl::unexpected(index.error());
    one->review.evidence = std::move(*index);
    answer.rows.push_back(std::move(one->review));
  }
  if (auto s = FinishHead(view, *frame, evidence, answer.head); !s) return tl::unexpected(s.error());
  return answer;
}

Result<ReviewAnswer> Review(FactView& view, const std::string& review, const When& when, const Page& page,
                            const KnowledgeAt& known_at) {
  const authority::QuestionKey key{"review", review};
  auto place = authority::PlaceOf(key, when, page);
  if (!place) return tl::unexpected(place.error());
  auto frame = Frame::Of(place->when);
  if (!frame) return tl::unexpected(frame.error());
  auto events = view.EventsAbout(review);
  if (!events) return tl::unexpected(events.error());
  const Campaign campaign = CampaignIn(*events, review, frame->Last());
  if (campaign.opened == nullptr)
    return Fail("review_unknown", "no review \"" + review + "\" was opened by then", "tenure review list names them",
                Blame::kCaller);
  ReviewAnswer answer{authority::HeadOf("review", review, *frame), SummaryOf(review, campaign), {}};
  auto then = known_at(campaign.opened->recorded);
  if (!then) return tl::unexpected(then.error());
  answer.review.position = then->token;
  auto holdings = HoldingsIn(*then->view, campaign.Terms().scope, campaign.Terms().as_of);
  if (!holdings) return tl::unexpected(holdings.error());

  EvidenceList evidence(view);
  std::vector<Position> told{campaign.opened->position};
  if (campaign.closed != nullptr) told.push_back(campaign.closed->position);
  auto index = evidence.Add(told);
  if (!index) return tl::unexpected(index.error());
  answer.review.evidence = std::move(*index);
  Judging judging(view, campaign, frame->Last(), evidence);
  for (const Holding& holding : *holdings) {
    auto row = judging.Row(holding);
    if (!row) return tl::unexpected(row.error());
    Count(*row, answer.review);
    answer.rows.push_back(std::move(*row));
  }
  answer.rows = authority::PageOf(std::move(answer.rows), PageKey, key, *place, page.limit, answer.head.next);
  if (auto s = FinishHead(view, *frame, evidence, answer.head); !s) return tl::unexpected(s.error());
  return answer;
}

Result<UnreviewedAnswer> Unreviewed(FactView& view, const When& when, const Page& page) {
  const authority::QuestionKey key{"unreviewed"};
  auto place = authority::PlaceOf(key, when, page);
  if (!place) return tl::unexpected(place.error());
  auto frame = Frame::Of(place->when);
  if (!frame) return tl::unexpected(frame.error());
  UnreviewedAnswer answer{authority::HeadOf("unreviewed", "", *frame), {}};
  EvidenceList evidence(view);
  const EffectiveTime t = frame->Last();
  const std::string from = place->last.substr(0, place->last.find('\0'));
  std::vector<HoldingRow> rows;
  const auto add = [&](const std::string& principal) -> Status {
    if (principal < from) return {};
    auto held = HoldingsOf(view, principal, t);
    if (!held) return tl::unexpected(held.error());
    if (std::none_of(held->begin(), held->end(), [](const Holding& h) { return h.kind == "grant"; })) return {};
    auto events = view.EventsAbout(principal);
    if (!events) return tl::unexpected(events.error());
    std::set<std::string> reviewed;
    for (const OwnEvent& event : *events)
      if (const auto* decided = std::get_if<ReviewDecided>(&event.payload);
          decided != nullptr && decided->principal == principal && event.time <= t)
        reviewed.insert(decided->grant);
    for (const Holding& holding : *held) {
      if (holding.kind != "grant" || reviewed.contains(holding.id)) continue;
      HoldingRow row;
      row.principal = principal;
      row.kind = holding.kind;
      row.holding = holding.id;
      row.role = holding.role;
      row.scope = holding.scope;
      row.since = holding.since;
      row.open_days = (t.us - holding.since.us) / kDay;
      auto index = evidence.Add(holding.evidence);
      if (!index) return tl::unexpected(index.error());
      row.evidence = std::move(*index);
      rows.push_back(std::move(row));
    }
    return {};
  };
  Status bad;
  const auto next = [&](const std::string& ref) {
    return static_cast<std::int64_t>(rows.size()) <= page.limit + 1 && (bad = add(ref)).has_value();
  };
  if (auto s = view.EachIdentity("", next); !s) return tl::unexpected(s.error());
  if (!bad) return tl::unexpected(bad.error());
  answer.rows = authority::PageOf(std::move(rows), PageKey, key, *place, page.limit, answer.head.next);
  if (auto s = FinishHead(view, *frame, evidence, answer.head); !s) return tl::unexpected(s.error());
  return answer;
}

}  // namespace tenure::governance
