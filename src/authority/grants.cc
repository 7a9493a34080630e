// What one grant gives: its own life, its condition, the permissions of its role over time, its delegator.
#include <algorithm>

#include "authority/evaluation.h"
#include "authority/gather.h"

namespace tenure::authority {
namespace {

using history::GrantPiece;
using history::GrantTerms;
using history::IntervalSet;
using history::RolePiece;
using history::RoleState;
using history::TimeSet;

// Permissions of one stretch, added to the side of their effect.
struct Gathering {
  Gather allow, deny;
  std::vector<Interval> paper;

  void Add(const Permission& permission, Interval span) {
    if (permission.effect == Effect::kAllow) paper.push_back(span);
    Gather& side = permission.effect == Effect::kAllow ? allow : deny;
    permission.condition.empty() ? side.Certain(span) : side.Uncertain(span);
  }
  void AddUnknown(Interval span) {
    allow.Uncertain(span), deny.Uncertain(span);
    paper.push_back(span);
  }
  Sides Done() { return {allow.Done(), deny.Done(), UnionOf(paper)}; }
};

Sides SidesOf(const std::vector<RolePiece>& pieces, const Asked& asked) {
  Gathering sides;
  for (const auto& piece : pieces) {
    if (piece.state == RoleState::kUndefined) {
      if (asked.action != kAssume) sides.AddUnknown(piece.span);
      continue;
    }
    for (const auto& permission : *piece.permissions) {
      if (!PermissionCovers(permission, asked)) continue;
      if (piece.state == RoleState::kDefined) sides.Add(permission, piece.span);
      else if (permission.effect == Effect::kAllow) sides.paper.push_back(piece.span);
    }
  }
  return sides.Done();
}

TimeSet Conditioned(const TimeSet& live, const std::string& condition) {
  return condition.empty() ? live : TimeSet{{}, live.may};
}

// Which effects a stretch of a role's life has.
struct EffectGathering {
  Gather allow, deny, unknown;
  std::vector<Interval> paper_allow, paper_deny, paper_unknown;

  void Add(const std::vector<Permission>& permissions, Interval span, bool in_force) {
    for (const auto& permission : permissions) {
      const bool allows = permission.effect == Effect::kAllow;
      (allows ? paper_allow : paper_deny).push_back(span);
      if (!in_force) continue;
      Gather& side = allows ? allow : deny;
      permission.condition.empty() ? side.Certain(span) : side.Uncertain(span);
    }
  }
  void Add(const RolePiece& piece) {
    if (piece.state == RoleState::kUndefined) unknown.Uncertain(piece.span);
    if (piece.state == RoleState::kUndefined || !piece.ever_defined) paper_unknown.push_back(piece.span);
    else Add(*piece.permissions, piece.span, piece.state == RoleState::kDefined);
  }
};

}  // namespace

const Sides& Evaluation::OfRole(std::string_view role, const Asked& asked) {
  auto known = roles_.find(role);
  if (known == roles_.end()) known = roles_.emplace(std::string(role), std::map<Asked, Sides>{}).first;
  if (const auto it = known->second.find(asked); it != known->second.end()) return it->second;
  Sides sides = SidesOf(reading_.Role(role), asked);
  if (const IntervalSet& doubt = reading_.Doubtful(Topic::kAccess, role); !doubt.Empty()) {
    sides.allow = sides.allow.Doubt(doubt);
    sides.deny = sides.deny.Doubt(doubt);
    if (reading_.CountsUnseen()) {
      sides.allow.may = sides.allow.may.Union(doubt);
      sides.deny.may = sides.deny.may.Union(doubt);
    }
  }
  return known->second.emplace(asked, std::move(sides)).first->second;
}

TimeSet Evaluation::RoleHeld(std::string_view role) {
  Gather held;
  for (const auto& piece : reading_.Role(role)) {
    if (piece.state == RoleState::kDefined) held.Certain(piece.span);
    if (piece.state == RoleState::kUndefined) held.Uncertain(piece.span);
  }
  return held.Done().Doubt(reading_.Doubtful(Topic::kAccess, role));
}

TimeSet Evaluation::Delegation(const GrantPiece& grant) {
  return grant.terms.kind == "delegated" ? reading_.Active(grant.terms.delegator) : TimeSet::All();
}

Sides Evaluation::OfTerms(const GrantTerms& terms, const Asked& asked) {
  if (!ScopeCovers(terms.scope, asked)) return {};
  if (!terms.role.empty()) return OfRole(terms.role, asked);
  Gathering sides;
  for (const auto& permission : terms.permissions)
    if (PermissionCovers(permission, asked)) sides.Add(permission, Interval{});
  return sides.Done();
}

Sides Evaluation::OfGrant(const GrantPiece& grant, const Asked& asked) {
  Sides sides = OfTerms(grant.terms, asked);
  const TimeSet live = Conditioned(reading_.Live(grant), grant.terms.condition);
  if (!sides.allow.may.Empty()) sides.allow = sides.allow.Intersect(live).Intersect(Delegation(grant));
  sides.deny = sides.deny.Intersect(live);
  sides.paper = sides.paper.Intersect(live.may);
  return sides;
}

bool Evaluation::MayNameAssume(std::string_view role) {
  if (const auto it = name_assume_.find(role); it != name_assume_.end()) return it->second;
  bool names = !reading_.Doubtful(Topic::kAccess, role).Empty();
  for (const auto& piece : reading_.Role(role))
    names = names || std::any_of(piece.permissions->begin(), piece.permissions->end(), NamesAssume);
  return name_assume_.emplace(std::string(role), names).first->second;
}

Effects Evaluation::EffectsOfTerms(const GrantTerms& terms) {
  if (const auto it = role_effects_.find(terms.role); !terms.role.empty() && it != role_effects_.end()) return it->second;
  EffectGathering gathered;
  IntervalSet doubt;
  if (terms.role.empty()) {
    gathered.Add(terms.permissions, Interval{}, true);
  } else {
    for (const auto& piece : reading_.Role(terms.role)) gathered.Add(piece);
    doubt = reading_.Doubtful(Topic::kAccess, terms.role);
  }
  Effects effects{gathered.allow.Done().Doubt(doubt), gathered.deny.Done().Doubt(doubt), gathered.unknown.Done(),
                  UnionOf(gathered.paper_allow),      UnionOf(gathered.paper_deny),      UnionOf(gathered.paper_unknown)};
  if (!terms.role.empty()) role_effects_.emplace(terms.role, effects);
  return effects;
}

Effects Evaluation::EffectsOf(const GrantPiece& grant) {
  Effects effects = EffectsOfTerms(grant.terms);
  const TimeSet live = Conditioned(reading_.Live(grant), grant.terms.condition);
  effects.allow = effects.allow.Intersect(live).Intersect(Delegation(grant));
  effects.deny = effects.deny.Intersect(live);
  effects.unknown = effects.unknown.Intersect(live);
  effects.paper_allow = effects.paper_allow.Intersect(live.may);
  effects.paper_deny = effects.paper_deny.Intersect(live.may);
  effects.paper_unknown = effects.paper_unknown.Intersect(live.may);
  return effects;
}

}  // namespace tenure::authority
