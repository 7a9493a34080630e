#include "authority/cause.h"

#include <algorithm>

#include <fmt/format.h>

#include "authority/reasons.h"
#include "event/reference.h"

namespace tenure::authority {
namespace {

using history::GrantPiece;
using history::IntervalSet;
using history::MembershipPiece;
using history::RoleState;

const IntervalSet& SetOf(const Factor& factor, Sure sure) { return sure == Sure::kMust ? factor.set.must : factor.set.may; }

std::vector<Position> Some(const std::optional<Position>& position) {
  return position ? std::vector<Position>{*position} : std::vector<Position>{};
}

// A dead letter begins or ends what no event did.
Cause Doubted(const std::string& ref) { return {fmt::format("what is known of {} is in doubt (dead letter)", ref), {}, ref}; }

Cause EndOfGrant(const GrantPiece& grant) {
  const std::string name = NameOf(grant);
  const std::string& how = grant.ended_how;
  if (how == "expired") return {name + " expired", {grant.issued}, grant.principal};
  if (how == "retired")
    return {fmt::format("{} ended by the retirement of {}", name, grant.principal), Some(grant.ended_by), grant.principal};
  if (how == "reincarnated")
    return {fmt::format("{} ended: {} began anew", name, grant.principal), Some(grant.ended_by), grant.principal};
  if (how == "role_reincarnated")
    return {fmt::format("{} ended: {} began anew", name, grant.terms.role), Some(grant.ended_by), grant.principal};
  if (how == "reissued") return {name + " issued again with other terms", Some(grant.ended_by), grant.principal};
  return {name + " revoked", Some(grant.ended_by), grant.principal};
}

Cause EndOfMembership(const MembershipPiece& m) {
  const std::string name = fmt::format("membership of {} in {}", m.member, m.group);
  const std::string& how = m.ended_how;
  if (how == "expired") return {name + " expired", {m.added}, m.member};
  if (how == "retired") return {name + " ended by a retirement", Some(m.ended_by), m.member};
  if (how == "reincarnated") return {name + " ended by a new incarnation", Some(m.ended_by), m.member};
  if (how == "readded") return {name + " added again with other terms", Some(m.ended_by), m.member};
  return {name + " removed", Some(m.ended_by), m.member};
}

// Of the events that made a status what it is, the one at whose time it began; an expiry is told by the event that set it.
std::vector<Position> EventAt(Reading& reading, const std::vector<Position>& causes, EffectiveTime at) {
  for (const auto& position : causes)
    if (const auto meta = reading.View().Meta(position); meta && meta->time == at) return {position};
  return causes.empty() ? std::vector<Position>{} : std::vector<Position>{causes.back()};
}

}  // namespace

Cause StatusFrom(Reading& reading, const std::string& ref, EffectiveTime at) {
  for (const auto& piece : reading.Identity(ref)) {
    if (!piece.span.Contains(at)) continue;
    auto evidence = piece.span.from == at ? EventAt(reading, piece.causes, at) : std::vector<Position>{};
    return {fmt::format("{} {}", ref, StatusWord(piece.status)), std::move(evidence), ref};
  }
  return {ref + " unrecorded", {}, ref};
}

namespace {

Cause RoleFrom(Reading& reading, const std::string& role, EffectiveTime at) {
  for (const auto& piece : reading.Role(role)) {
    if (piece.span.from != at) continue;
    if (piece.state == RoleState::kRetired) return {role + " retired", Some(piece.retired_by), role};
    if (piece.state == RoleState::kDefined) return {role + " defined", Some(piece.defined_by), role};
  }
  return Doubted(role);
}

// Whether one of a set's stretches begins (ends) at `at`.
bool HasBound(const IntervalSet& set, EffectiveTime at, bool begins) {
  return std::any_of(set.Parts().begin(), set.Parts().end(),
                     [&](const Interval& part) { return (begins ? part.from : part.until) == at; });
}

Cause BeginOfGrant(const GrantPiece& grant, EffectiveTime begin) {
  return {NameOf(grant) + (grant.terms.not_before == begin ? " began (not_before)" : " issued"), {grant.issued}, grant.principal};
}

// Why a deny by one grant, live before and after `at`, begins (ends) to reach an identity: its role, or a membership on the way.
std::optional<Cause> BoundOfDeny(Evaluation& evaluation, const Factor& factor, const GrantPiece& grant, EffectiveTime at,
                                 bool begins, Sure denied) {
  const Sides terms = evaluation.OfTerms(grant.terms, *factor.asked);
  if (HasBound(denied == Sure::kMust ? terms.deny.must : terms.deny.may, at, begins))
    return RoleFrom(evaluation.Read(), grant.terms.role, at);
  for (const RowEffect effect : {RowEffect::kDeny, RowEffect::kUnknown}) {
    Goal goal{std::nullopt, RowGoal{grant.principal, grant.grant, effect}, {}, {}};
    goal.own = true;
    WitnessSearch search(evaluation, factor.ref, goal, Everyone::kCounts);
    const auto way = search.At({begins ? at.us : at.us - 1}, denied);
    if (!way) continue;
    auto cause = begins ? CauseOfBegin(evaluation, *way, at, denied) : CauseOfEnd(evaluation, *way, at, denied);
    if (cause) return cause;
  }
  return std::nullopt;
}

// What makes an identity denied from `at` on (no longer denied).
Cause DenyAt(Evaluation& evaluation, const Factor& factor, EffectiveTime at, bool begins, Sure sure) {
  const Sure denied = sure == Sure::kMust ? Sure::kMay : Sure::kMust;  // what is not denied for certain may be allowed
  const auto side = [&](const history::TimeSet& set) -> const IntervalSet& { return denied == Sure::kMust ? set.must : set.may; };
  for (const auto& [principal, label] : evaluation.ClosureOf(factor.ref)) {
    for (const auto& grant : evaluation.Read().GrantsOf(principal)) {
      const auto reaches = evaluation.OfGrant(grant, *factor.asked).deny.Intersect(label.deny);
      if (!HasBound(side(reaches), at, begins)) continue;
      if (begins && grant.live.from == at) return {NameOf(grant) + " denies it", {grant.issued}, grant.principal};
      if (!begins && grant.live.until == at) {
        Cause end = EndOfGrant(grant);
        end.change = "deny lifted: " + end.change;
        return end;
      }
      auto cause = BoundOfDeny(evaluation, factor, grant, at, begins, denied);
      if (!cause) continue;
      cause->change = (begins ? NameOf(grant) + " denies it: " : "deny by " + NameOf(grant) + " lifted: ") + cause->change;
      return *cause;
    }
  }
  return Doubted(factor.ref);
}

Cause Ended(Evaluation& evaluation, const Factor& factor, EffectiveTime end, Sure sure) {
  Reading& reading = evaluation.Read();
  switch (factor.kind) {
    case FactorKind::kGrant:
      return factor.grant->live.until == end ? EndOfGrant(*factor.grant) : Doubted(factor.grant->principal);
    case FactorKind::kMembership:
      return factor.membership->live.until == end ? EndOfMembership(*factor.membership) : Doubted(factor.membership->member);
    case FactorKind::kPermission:
      return RoleFrom(reading, factor.ref, end);
    case FactorKind::kNotDenied:
      return DenyAt(evaluation, factor, end, true, sure);
    case FactorKind::kBoundary:
      return {"permissions boundary set on " + factor.ref, StatusFrom(reading, factor.ref, end).evidence, factor.ref};
    default:
      return StatusFrom(reading, factor.ref, end);
  }
}

Cause Begun(Evaluation& evaluation, const Factor& factor, EffectiveTime begin, Sure sure) {
  Reading& reading = evaluation.Read();
  switch (factor.kind) {
    case FactorKind::kGrant:
      return BeginOfGrant(*factor.grant, begin);
    case FactorKind::kMembership: {
      const MembershipPiece& m = *factor.membership;
      return {fmt::format("membership of {} in {} began", m.member, m.group), {m.added}, m.member};
    }
    case FactorKind::kPermission:
      return RoleFrom(reading, factor.ref, begin);
    case FactorKind::kNotDenied:
      return DenyAt(evaluation, factor, begin, false, sure);
    case FactorKind::kBoundary:
      return {"permissions boundary lifted from " + factor.ref, StatusFrom(reading, factor.ref, begin).evidence, factor.ref};
    default:
      return StatusFrom(reading, factor.ref, begin);
  }
}

// Of several causes at one moment the one that was first on record; one that no event tells comes last.
bool ComesBefore(Reading& reading, const Cause& a, const Cause& b) {
  if (a.evidence.empty() || b.evidence.empty()) return !a.evidence.empty() && b.evidence.empty();
  const auto of_a = reading.View().Meta(a.evidence.back()), of_b = reading.View().Meta(b.evidence.back());
  return of_a && of_b && std::pair(of_a->recorded, of_a->position) < std::pair(of_b->recorded, of_b->position);
}

}  // namespace

std::string NameOf(const GrantPiece& grant) {
  if (grant.terms.role.empty()) return fmt::format("inline grant {} on {}", grant.grant, grant.terms.scope);
  return fmt::format("grant {} of {} on {}", grant.grant, grant.terms.role, grant.terms.scope);
}

std::optional<Cause> CauseOfEnd(Evaluation& evaluation, const Witness& way, EffectiveTime end, Sure sure) {
  std::optional<Cause> first;
  for (const Factor* factor : way.Factors()) {
    const auto around = SetOf(*factor, sure).At({end.us - 1});
    if (!around || around->until != end) continue;
    Cause cause = Ended(evaluation, *factor, end, sure);
    if (!first || ComesBefore(evaluation.Read(), cause, *first)) first = std::move(cause);
  }
  return first;
}

std::optional<Cause> CauseOfBegin(Evaluation& evaluation, const Witness& way, EffectiveTime begin, Sure sure) {
  for (const Factor* factor : way.Factors()) {
    const auto around = SetOf(*factor, sure).At(begin);
    if (around && around->from == begin) return Begun(evaluation, *factor, begin, sure);
  }
  return std::nullopt;
}

Result<std::string> ByWhom(history::FactView& view, const std::vector<Position>& evidence) {
  if (evidence.empty()) return std::string{};
  auto meta = view.Meta(evidence.back());
  if (!meta) return tl::unexpected<Error>(meta.error());
  const std::string event = fmt::format("in event {}/{}", meta->name.source, meta->name.id);
  return meta->claimed_actor.empty() ? event : fmt::format("by {} {}", meta->claimed_actor, event);
}

}  // namespace tenure::authority
