#include "governance/judging.h"

#include "governance/policy.h"

namespace tenure::governance {
namespace {

using history::OwnEvent;

HoldingId IdOf(const ReviewDecided& decided) {
  if (!decided.grant.empty()) return {decided.principal, "grant", decided.grant};
  if (!decided.group.empty()) return {decided.principal, "group", decided.group};
  return {decided.principal, "credential", decided.credential};
}

std::int64_t DaysBetween(EffectiveTime since, EffectiveTime t) { return (t.us - since.us) / kDay; }

}  // namespace

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

HoldingRow RowOf(const Holding& holding) {
  HoldingRow row;
  row.principal = holding.of.principal;
  row.kind = holding.of.kind;
  row.holding = holding.of.id;
  row.role = holding.role;
  row.scope = holding.scope;
  row.since = holding.since;
  return row;
}

Judging::Judging(history::FactView& view, const Campaign& campaign, EffectiveTime t) : view_(view), campaign_(campaign), t_(t) {
  for (const OwnEvent* event : campaign.decisions) decisions_[IdOf(std::get<ReviewDecided>(event->payload))] = event;
}

Holder& Judging::HolderOf(const std::string& principal) {
  if (!holder_ || holder_->Principal() != principal) holder_ = std::make_unique<Holder>(view_, principal);
  return *holder_;
}

Result<Judged> Judging::Of(const Holding& holding) {
  Judged judged{RowOf(holding), {holding.given_by}};
  HoldingRow& row = judged.row;
  auto there = HolderOf(holding.of.principal).Holds(holding.of, campaign_.Terms().as_of, t_);
  if (!there) return tl::unexpected(there.error());
  const auto decision = decisions_.find(holding.of);
  if (decision != decisions_.end()) {
    const auto& decided = std::get<ReviewDecided>(decision->second->payload);
    row.decision = decided.decision;
    row.reviewer = decided.reviewer;
    row.reason = decided.reason;
    row.decided_at = decision->second->time;
    judged.evidence.push_back(decision->second->position);
  }
  // Before the review's moment nothing of what it is about can have ended.
  bool done = !*there && campaign_.Terms().as_of <= t_;
  std::optional<Sequel> sequel;
  if (done && row.decision != "keep") {
    auto ended = HolderOf(holding.of.principal).EndBy(holding.of, campaign_.Terms().as_of, t_);
    if (!ended) return tl::unexpected(ended.error());
    sequel = *ended;
  }
  if (row.decision == "change") {
    auto given = HolderOf(holding.of.principal).GivenWithin(holding, campaign_.Terms().as_of, *row.decided_at, t_);
    if (!given) return tl::unexpected(given.error());
    done = done || given->has_value();
    if (*given && (!sequel || (*given)->at <= sequel->at)) sequel = *given;
  }
  if (sequel) row.carried_out_at = sequel->at;
  if (sequel && sequel->by) judged.evidence.push_back(*sequel->by);
  SetState(row, done);
  return judged;
}

void Judging::SetState(HoldingRow& row, bool done) const {
  if (row.decision == "keep") {
    row.state = "kept";
  } else if (!row.decision.empty()) {
    row.state = !done ? row.decision + "_not_carried_out" : row.decision == "revoke" ? "revoked" : "changed";
    if (!done) row.open_days = DaysBetween(*row.decided_at, t_);
  } else {
    const OptionalTime due = campaign_.Terms().due_at;
    const bool overdue = !done && due && *due <= t_;
    row.state = done ? "gone" : overdue ? "overdue" : "undecided";
    if (overdue) row.open_days = DaysBetween(*due, t_);
  }
}

}  // namespace tenure::governance
