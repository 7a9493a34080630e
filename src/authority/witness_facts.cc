// Factors: the facts that a hop stands on.
#include <algorithm>

#include "authority/witness.h"
#include "event/reference.h"

namespace tenure::authority {
namespace {

using history::GrantPiece;
using history::IntervalSet;
using history::RoleState;
using history::TimeSet;

void AddEvidence(std::vector<Position>& evidence, const std::optional<Position>& position) {
  if (position && std::find(evidence.begin(), evidence.end(), *position) == evidence.end()) evidence.push_back(*position);
}

// The definitions (and retirement) of the grant's role while the grant was live.
std::vector<Position> RoleEvidence(Reading& reading, const GrantPiece& grant) {
  std::vector<Position> evidence;
  for (const auto& piece : reading.Role(grant.terms.role)) {
    if (piece.span.until <= grant.live.from || grant.live.until <= piece.span.from) continue;
    if (piece.state == RoleState::kUndefined) continue;
    AddEvidence(evidence, piece.defined_by);
    AddEvidence(evidence, piece.retired_by);
  }
  return evidence;
}

Factor LiveFactor(Reading& reading, const GrantPiece& grant) {
  Factor live{FactorKind::kGrant, grant.principal, reading.Live(grant), {}, {}, {grant.issued}, &grant, nullptr};
  live.paper = live.set.may;
  AddEvidence(live.evidence, grant.ended_by);
  return live;
}

Factor Unrestricted(FactorKind kind, const std::string& ref, TimeSet set, const GrantPiece* grant) {
  return {kind, ref, std::move(set), IntervalSet::All(), {}, {}, grant, nullptr};
}

Factor PermissionFactor(Reading& reading, const GrantPiece& grant, TimeSet set, IntervalSet paper) {
  Factor permission{FactorKind::kPermission, grant.terms.role, std::move(set), std::move(paper), {}, {}, &grant, nullptr};
  if (!grant.terms.role.empty()) permission.evidence = RoleEvidence(reading, grant);
  return permission;
}

void AddConditions(Evaluation& evaluation, const GrantPiece& grant, bool allows, std::vector<Factor>& factors) {
  if (!grant.terms.condition.empty())
    factors.push_back(Unrestricted(FactorKind::kCondition, grant.grant, TimeSet::Uncertain(IntervalSet::All()), &grant));
  if (allows && grant.terms.kind == "delegated")
    factors.push_back(Unrestricted(FactorKind::kDelegator, grant.terms.delegator, evaluation.Delegation(grant), &grant));
}

}  // namespace

const GrantPiece* Hop::Grant() const {
  for (const auto& factor : factors)
    if (factor.kind == FactorKind::kGrant) return factor.grant;
  return nullptr;
}

std::vector<const Factor*> Witness::Factors() const {
  std::vector<const Factor*> all{&subject};
  for (const auto& hop : hops)
    for (const auto& factor : hop.factors) all.push_back(&factor);
  return all;
}

std::vector<Factor> GrantFactors(Evaluation& evaluation, const GrantPiece& grant, const Asked& asked) {
  Sides sides = evaluation.OfTerms(grant.terms, asked);
  std::vector<Factor> factors{LiveFactor(evaluation.Read(), grant)};
  factors.push_back(PermissionFactor(evaluation.Read(), grant, std::move(sides.allow), std::move(sides.paper)));
  factors.back().asked = asked;
  AddConditions(evaluation, grant, true, factors);
  return factors;
}

std::vector<Factor> EffectFactors(Evaluation& evaluation, const GrantPiece& grant, RowEffect effect) {
  Effects effects = evaluation.EffectsOfTerms(grant.terms);
  std::vector<Factor> factors{LiveFactor(evaluation.Read(), grant)};
  if (effect == RowEffect::kAllow)
    factors.push_back(PermissionFactor(evaluation.Read(), grant, std::move(effects.allow), std::move(effects.paper_allow)));
  else if (effect == RowEffect::kDeny)
    factors.push_back(PermissionFactor(evaluation.Read(), grant, std::move(effects.deny), std::move(effects.paper_deny)));
  else
    factors.push_back(PermissionFactor(evaluation.Read(), grant, std::move(effects.unknown), std::move(effects.paper_unknown)));
  AddConditions(evaluation, grant, effect == RowEffect::kAllow, factors);
  return factors;
}

std::vector<Factor> RoleFactors(Evaluation& evaluation, const GrantPiece& grant) {
  const TimeSet held = evaluation.RoleHeld(grant.terms.role);
  std::vector<Factor> factors{LiveFactor(evaluation.Read(), grant)};
  factors.push_back(PermissionFactor(evaluation.Read(), grant, held, IntervalSet::All()));
  AddConditions(evaluation, grant, true, factors);
  return factors;
}

Factor MembershipFactor(Reading& reading, const history::MembershipPiece& membership) {
  Factor factor{
      FactorKind::kMembership, membership.group, reading.Live(membership), {}, {}, {membership.added}, nullptr, &membership};
  factor.paper = factor.set.may;
  AddEvidence(factor.evidence, membership.ended_by);
  return factor;
}

Result<std::vector<PathStep>> StepsOf(const std::vector<Witness>& witnesses, EvidenceList& evidence) {
  std::vector<PathStep> steps;
  for (const auto& witness : witnesses) {
    for (const auto& hop : witness.hops) {
      std::vector<Position> positions;
      for (const auto& factor : hop.factors) positions.insert(positions.end(), factor.evidence.begin(), factor.evidence.end());
      auto index = evidence.Add(positions);
      if (!index) return tl::unexpected<Error>(index.error());
      steps.push_back({hop.kind, hop.ref, std::move(*index)});
    }
  }
  return steps;
}

}  // namespace tenure::authority
