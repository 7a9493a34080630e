// Rules about who said yes, and who looked at it since.
#include <algorithm>

#include "authority/gather.h"
#include "governance/found.h"

namespace tenure::governance {
namespace {

using history::GrantPiece;
using history::OwnEvent;

struct Approvals {
  OptionalTime any, own, other;  // the first of each
  std::vector<Position> positions;
};

void Earlier(OptionalTime& into, EffectiveTime t) {
  if (!into || t < *into) into = t;
}

Approvals ApprovalsOf(const Subject& subject, const std::string& grant, const std::string& request) {
  Approvals out;
  const auto add = [&](const auto& named, const std::string& name) {
    const auto it = named.find(name);
    if (it == named.end()) return;
    for (const OwnEvent* event : it->second) {
      const auto& approved = std::get<GrantApproved>(event->payload);
      Earlier(out.any, event->time);
      Earlier(approved.approver == subject.ref ? out.own : out.other, event->time);
      out.positions.push_back(event->position);
    }
  };
  add(subject.approvals_of_grant, grant);
  if (!request.empty()) add(subject.approvals_of_request, request);
  return out;
}

Found::EvidenceIn With(Found::EvidenceIn first, std::vector<Position> more) {
  return [first = std::move(first), more = std::move(more)](const Interval& span) {
    auto out = first(span);
    out.insert(out.end(), more.begin(), more.end());
    return out;
  };
}

void AddApproval(Surroundings& around, const Subject& subject, const Grant& grant, Found& found) {
  const auto& required = around.Rules().approval_required;
  const bool privileged = Names(required, "privileged"), requested = Names(required, "requested");
  std::vector<Interval> unapproved, own;
  std::vector<Position> approvals;
  for (const Segment& segment : grant.segments) {
    if (!segment.Gives()) continue;
    const GrantIssued* issue = subject.IssueOf(*segment.piece);
    const std::string request = issue == nullptr ? "" : issue->request;
    const Approvals approved = ApprovalsOf(subject, grant.id, request);
    approvals.insert(approvals.end(), approved.positions.begin(), approved.positions.end());
    if (approved.own)
      own.push_back(
          {std::max(segment.span.from, *approved.own), std::min(segment.span.until, approved.other.value_or(kForever))});
    const std::string& kind = segment.piece->terms.kind;
    const bool needs = (privileged && IsPrivileged(around.Rules(), segment)) || (requested && !request.empty());
    if (needs && kind != "break_glass" && kind != "delegated")
      unapproved.push_back({segment.span.from, std::min(segment.span.until, approved.any.value_or(kForever))});
  }
  const IntervalSet doubt = DoubtOf(around, subject, grant.id);
  found.Add(Rule::kUnapprovedGrant, subject, grant.id, authority::UnionOf(std::move(unapproved)), doubt, EvidenceOf(grant),
            NameOf(grant));
  found.Add(Rule::kSelfApproval, subject, grant.id, authority::UnionOf(std::move(own)), doubt, With(EvidenceOf(grant), approvals),
            NameOf(grant));
}

Status AddSelfGrant(Surroundings& around, const Subject& subject, const Grant& grant, Found& found) {
  std::vector<Interval> parts;
  const GrantPiece* known = nullptr;
  bool by_itself = false;
  for (const Segment& segment : grant.segments) {
    if (!segment.Gives() || segment.piece->terms.kind == "break_glass") continue;
    if (known != segment.piece) {
      auto actor = around.ActorAt(segment.piece->issued);
      if (!actor) return tl::unexpected(actor.error());
      known = segment.piece;
      by_itself = *actor == subject.ref;
    }
    if (by_itself) parts.push_back(segment.span);
  }
  found.Add(Rule::kSelfGrant, subject, grant.id, authority::UnionOf(std::move(parts)), DoubtOf(around, subject, grant.id),
            EvidenceOf(grant), NameOf(grant));
  return {};
}

Status AddSelfMembership(Surroundings& around, const Subject& subject, Found& found) {
  std::map<std::string, std::pair<std::vector<Interval>, std::vector<Position>>> groups;
  for (const auto& piece : subject.memberships) {
    auto actor = around.ActorAt(piece.added);
    if (!actor) return tl::unexpected(actor.error());
    if (*actor != subject.ref) continue;
    groups[piece.group].first.push_back(piece.live);
    groups[piece.group].second.push_back(piece.added);
  }
  for (auto& [group, own] : groups)
    found.Add(
        Rule::kSelfGrant, subject, group, authority::UnionOf(std::move(own.first)), subject.doubtful,
        [&, &added = own.second](const Interval&) { return added; }, "membership in " + group);
  return {};
}

// The decisions of reviews about one grant.
const std::vector<const OwnEvent*>& ReviewsOf(const Subject& subject, const std::string& grant) {
  static const std::vector<const OwnEvent*> kNone;
  const auto it = subject.reviews_of_grant.find(grant);
  return it == subject.reviews_of_grant.end() ? kNone : it->second;
}

void AddUnreviewed(Surroundings& around, const Subject& subject, const Grant& grant, Found& found) {
  const Policy& policy = around.Rules();
  std::vector<Interval> privileged;
  for (const Segment& segment : grant.segments)
    if (segment.Gives() && IsPrivileged(policy, segment)) privileged.push_back(segment.span);
  if (privileged.empty()) return;
  std::vector<EffectiveTime> reviews;
  for (const OwnEvent* review : ReviewsOf(subject, grant.id)) reviews.push_back(review->time);
  const IntervalSet long_held =
      ForAtLeast(authority::UnionOf(std::move(privileged)).Intersect(subject.here), policy.review_every);
  found.Add(Rule::kUnreviewedPrivilege, subject, grant.id, long_held.Minus(Within(reviews, policy.review_every)),
            DoubtOf(around, subject, grant.id), EvidenceOf(grant), NameOf(grant));
}

void AddBreakGlass(Surroundings& around, const Subject& subject, const Grant& grant, Found& found) {
  OptionalTime first;
  for (const GrantPiece* piece : grant.pieces)
    if (piece->terms.kind == "break_glass") Earlier(first, piece->live.from);
  if (!first) return;
  EffectiveTime reviewed = kForever;
  for (const OwnEvent* review : ReviewsOf(subject, grant.id))
    if (*first < review->time) reviewed = std::min(reviewed, review->time);
  const IntervalSet set = IntervalSet::Between(Plus(*first, around.Rules().break_glass_review), reviewed);
  found.Add(Rule::kBreakGlassUnreviewed, subject, grant.id, set, DoubtOf(around, subject, grant.id), EvidenceOf(grant),
            NameOf(grant));
}

}  // namespace

Status JudgeApprovals(Surroundings& around, const Subject& subject, Found& found) {
  if (found.Wants(Rule::kSelfGrant) && !subject.everyone)
    if (auto s = AddSelfMembership(around, subject, found); !s) return s;
  for (const Grant& grant : subject.grants) {
    if (found.WantsAny(Rule::kUnapprovedGrant, Rule::kSelfApproval)) AddApproval(around, subject, grant, found);
    if (found.Wants(Rule::kSelfGrant))
      if (auto s = AddSelfGrant(around, subject, grant, found); !s) return s;
    if (found.Wants(Rule::kUnreviewedPrivilege)) AddUnreviewed(around, subject, grant, found);
    if (found.Wants(Rule::kBreakGlassUnreviewed)) AddBreakGlass(around, subject, grant, found);
  }
  return {};
}

}  // namespace tenure::governance
