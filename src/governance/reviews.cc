#include "governance/reviews.h"

#include <algorithm>
#include <set>

#include "authority/cursor.h"
#include "authority/evidence.h"
#include "authority/frame.h"
#include "authority/head.h"
#include "event/reference.h"
#include "governance/judging.h"
#include "governance/policy.h"

namespace tenure::governance {
namespace {

using authority::EvidenceList;
using authority::Frame;
using history::FactView;
using history::OwnEvent;

const std::vector<Topic> kPlanes{Topic::kIdentity, Topic::kAccess, Topic::kGovernance};

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

void Count(const HoldingRow& row, ReviewSummary& summary) {
  ++summary.holdings;
  summary.decided += row.decision.empty() ? 0 : 1;
  summary.kept += row.decision == "keep" ? 1 : 0;
  summary.revoked += row.decision == "revoke" ? 1 : 0;
  summary.changed += row.decision == "change" ? 1 : 0;
  summary.overdue += row.state == "overdue" ? 1 : 0;
  summary.not_carried_out += row.state.ends_with("not_carried_out") ? 1 : 0;
}

std::string PageKey(const Judged& judged) { return judged.row.principal + '\0' + judged.row.kind + '\0' + judged.row.holding; }

// The rows of the page, each with its evidence.
Result<std::vector<HoldingRow>> Shown(std::vector<Judged> page, EvidenceList& evidence) {
  std::vector<HoldingRow> rows;
  for (Judged& judged : page) {
    auto index = evidence.Add(judged.evidence);
    if (!index) return tl::unexpected(index.error());
    judged.row.evidence = std::move(*index);
    rows.push_back(std::move(judged.row));
  }
  return rows;
}

Status FinishHead(FactView& view, const Frame& frame, EvidenceList& evidence, AnswerHead& head) {
  authority::NoteTaints(view.Taints(), kPlanes, frame.Window(), head);
  auto before = authority::BeforeRecord(view, {Topic::kAccess}, frame.Begin());
  if (!before) return tl::unexpected(before.error());
  head.before_record = *before;
  head.evidence = evidence.Take();
  return {};
}

PositionVector Common(const PositionVector& a, const PositionVector& b) {
  PositionVector common;
  for (const auto& [where, next] : a.next)
    if (const std::int64_t least = std::min(next, b.Next(where)); least > 0) common.next[where] = least;
  return common;
}

// Reviews whose first opening is one to list.
Result<std::vector<std::string>> NamesIn(FactView& view, const Frame& frame) {
  auto openings = view.EventsOfType(EventType::kReviewOpened);
  if (!openings) return tl::unexpected(openings.error());
  std::map<std::string, EffectiveTime> first;
  for (const OwnEvent& event : *openings) {
    auto [known, fresh] = first.try_emplace(std::get<ReviewOpened>(event.payload).review, event.time);
    if (!fresh) known->second = std::min(known->second, event.time);
  }
  std::vector<std::string> names;
  for (const auto& [name, opened] : first)
    if (frame.AtMoment() ? opened <= frame.Begin() : frame.Window().Contains(opened)) names.push_back(name);
  return names;
}

// Goes through everybody in byte order, everyone:* among them, from `from` on, until `each` returns false.
Status EachPrincipal(FactView& view, const std::string& from, const std::function<bool(const std::string&)>& each) {
  const std::string everyone(event::kEveryone);
  bool told = everyone < from, go_on = true;
  const auto tell_everyone_before = [&](const std::string* ref) {
    if (told || (ref != nullptr && *ref < everyone)) return;
    told = true, go_on = each(everyone);
  };
  const auto next = [&](const std::string& ref) {
    if (ref < from) return true;
    tell_everyone_before(&ref);
    return go_on && (go_on = each(ref));
  };
  if (auto s = view.EachIdentity("", next); !s) return s;
  if (go_on) tell_everyone_before(nullptr);
  return {};
}

}  // namespace

Result<ReviewsAnswer> Reviews(FactView& view, const When& when, const Page& page, const Past& past) {
  const authority::QuestionKey key{"reviews"};
  auto place = authority::PlaceOf(key, when, page);
  if (!place) return tl::unexpected(place.error());
  auto frame = Frame::Of(place->when);
  if (!frame) return tl::unexpected(frame.error());
  ReviewsAnswer answer{authority::HeadOf("reviews", "", *frame), {}};
  auto names = NamesIn(view, *frame);
  if (!names) return tl::unexpected(names.error());
  const auto shown = authority::PageOf(
      std::move(*names), [](const std::string& name) { return name; }, key, *place, page.limit, answer.head.next);
  EvidenceList evidence(view);
  for (const std::string& name : shown) {
    // Each with its counts, as `status` tells them.
    auto one = Review(view, name, place->when, {1, ""}, past);
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

Result<ReviewAnswer> Review(FactView& view, const std::string& review, const When& when, const Page& page, const Past& past) {
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
  auto by = past.by(campaign.opened->recorded);
  if (!by) return tl::unexpected(by.error());
  auto then = past.of(Common(*by, view.Vector()));
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
  Judging judging(view, campaign, frame->Last());
  std::vector<Judged> all;
  for (const Holding& holding : *holdings) {
    auto judged = judging.Of(holding);
    if (!judged) return tl::unexpected(judged.error());
    Count(judged->row, answer.review);
    all.push_back(std::move(*judged));
  }
  auto rows = Shown(authority::PageOf(std::move(all), PageKey, key, *place, page.limit, answer.head.next), evidence);
  if (!rows) return tl::unexpected(rows.error());
  answer.rows = std::move(*rows);
  if (auto s = FinishHead(view, *frame, evidence, answer.head); !s) return tl::unexpected(s.error());
  return answer;
}

namespace {

// Of one principal.
Status AddUnreviewed(FactView& view, const std::string& principal, EffectiveTime t, std::vector<Judged>& rows) {
  auto held = Holder(view, principal).GrantsAt(t);
  if (!held) return tl::unexpected(held.error());
  if (held->empty()) return {};
  auto events = view.EventsAbout(principal);
  if (!events) return tl::unexpected(events.error());
  std::set<std::string> reviewed;
  for (const OwnEvent& event : *events)
    if (const auto* decided = std::get_if<ReviewDecided>(&event.payload);
        decided != nullptr && decided->principal == principal && event.time <= t)
      reviewed.insert(decided->grant);
  for (const Holding& holding : *held) {
    if (reviewed.contains(holding.of.id)) continue;
    Judged judged{RowOf(holding), {holding.given_by}};
    judged.row.open_days = (t.us - holding.since.us) / kDay;
    rows.push_back(std::move(judged));
  }
  return {};
}

}  // namespace

Result<UnreviewedAnswer> Unreviewed(FactView& view, const When& when, const Page& page) {
  const authority::QuestionKey key{"unreviewed"};
  auto place = authority::PlaceOf(key, when, page);
  if (!place) return tl::unexpected(place.error());
  auto frame = Frame::Of(place->when);
  if (!frame) return tl::unexpected(frame.error());
  UnreviewedAnswer answer{authority::HeadOf("unreviewed", "", *frame), {}};
  std::vector<Judged> all;
  Status bad;
  const auto add = [&](const std::string& principal) {
    const auto before = static_cast<std::ptrdiff_t>(all.size());
    bad = AddUnreviewed(view, principal, frame->Last(), all);
    // Those of pages before this one are nothing to remember.
    all.erase(std::remove_if(all.begin() + before, all.end(), [&](const Judged& row) { return PageKey(row) <= place->last; }),
              all.end());
    return bad.has_value() && static_cast<std::int64_t>(all.size()) <= page.limit;
  };
  if (auto s = EachPrincipal(view, place->last.substr(0, place->last.find('\0')), add); !s) return tl::unexpected(s.error());
  if (!bad) return tl::unexpected(bad.error());
  EvidenceList evidence(view);
  auto rows = Shown(authority::PageOf(std::move(all), PageKey, key, *place, page.limit, answer.head.next), evidence);
  if (!rows) return tl::unexpected(rows.error());
  answer.rows = std::move(*rows);
  if (auto s = FinishHead(view, *frame, evidence, answer.head); !s) return tl::unexpected(s.error());
  return answer;
}

}  // namespace tenure::governance
