// What an identity was given: one row for each grant and effect, its own, inherited and assumed.
#include <algorithm>

#include "reference/pattern.h"
#include "reference/reference.h"

namespace tenure::reference {
namespace {

// Effects of a list of permissions; certain with at least one permission of the effect that has no condition.
std::map<RowEffect, Truth> EffectsOfList(const std::vector<Permission>& permissions) {
  std::map<RowEffect, Truth> effects;
  for (const Permission& permission : permissions) {
    Truth& effect = effects[permission.effect == Effect::kAllow ? RowEffect::kAllow : RowEffect::kDeny];
    effect = effect || (permission.condition.empty() ? kYes : kMaybe);
  }
  return effects;
}

}  // namespace

// An undefined role has an effect that nobody knows; a retired one gives nothing.
std::map<RowEffect, Truth> View::EffectsOf(const GrantIssued& terms, EffectiveTime t, Lens lens) const {
  if (terms.role.empty()) return EffectsOfList(terms.permissions);
  RoleRegister role = RoleAt(terms.role, t);
  if (role.state == RoleRegister::State::kRetired) return {};
  if (role.state == RoleRegister::State::kUndefined) return {{RowEffect::kUnknown, kMaybe}};
  auto effects = EffectsOfList(*role.permissions);
  if (lens.taints && Tainted(Topic::kAccess, terms.role, t))
    for (auto& [effect, truth] : effects) truth = Doubted(truth);
  return effects;
}

// On paper a retired role has the effects of its last definition, unknown if it was never defined.
std::set<RowEffect> View::EffectsOnPaper(const GrantIssued& terms, EffectiveTime t) const {
  auto effects = EffectsOf(terms, t, {false, true});
  if (!terms.role.empty() && RoleAt(terms.role, t).state == RoleRegister::State::kRetired) {
    auto* last = RoleAt(terms.role, t).permissions;
    effects = last ? EffectsOfList(*last) : std::map<RowEffect, Truth>{{RowEffect::kUnknown, kMaybe}};
  }
  std::set<RowEffect> all;
  for (const auto& [effect, truth] : effects) all.insert(effect);
  return all;
}

// Allows come through active groups and count under the delegator's and the boundary's terms. Denies come through any group; so do
// the grants of undefined roles, which may deny.
std::set<AuthorityKey> View::RowsOn(Side side, const std::string& ref, EffectiveTime t, Lens lens, bool assumed) const {
  std::set<std::string> acts = ActsAs(side, ref, t, lens);
  if (!assumed) std::erase_if(acts, [&](const std::string& as) { return as != ref; });
  std::set<AuthorityKey> rows;
  for (const auto& as : acts) {
    auto allow_reach = AllowReach(side, as, t, lens);
    bool boundary = RegistersOf(as, t).Boundary();
    for (const auto& principal : lens.everyone ? DenyReach(side, as, t, lens) : Reach(side, {as}, true, t, lens))
      for (const auto& grant : GrantsTo(principal)) {
        const GrantIssued* terms = Terms(principal, grant, t);
        if (!terms) continue;
        for (RowEffect effect : EffectsOnPaper(*terms, t)) {
          bool allow = effect == RowEffect::kAllow;
          if (allow && (!allow_reach.contains(principal) || (boundary && side == Side::kMust))) continue;
          Truth holds = allow && side != Side::kPaper ? Allows(principal, grant, t, lens) : Live(principal, grant, t, lens);
          if (side != Side::kPaper) {
            auto effects = EffectsOf(*terms, t, lens);
            holds = holds && (effects.contains(effect) ? effects[effect] : kNo);
          }
          if (On(side, holds)) rows.insert({principal, grant, effect});
        }
      }
  }
  return rows;
}

// Effective if it certainly holds, possible if it may, on paper if the grant is live but an identity, a group, the role or the delegator is
// not.
std::vector<AuthorityRow> View::What(const std::string& ref, EffectiveTime t) const {
  constexpr Lens kTainted{true, true}, kAsFolded{false, true};
  auto must = RowsOn(Side::kMust, ref, t, kTainted, true);
  auto may = RowsOn(Side::kMay, ref, t, kAsFolded, true);
  auto direct = RowsOn(Side::kPaper, ref, t, kAsFolded, false);
  std::vector<AuthorityRow> rows;
  for (const AuthorityKey& key : RowsOn(Side::kPaper, ref, t, kAsFolded, true)) {
    const GrantIssued& terms = *Terms(key.granted_to, key.grant, t);
    Truth holds{must.contains(key), may.contains(key)};
    RowStatus status = holds.must ? RowStatus::kEffective : holds.may ? RowStatus::kPossible : RowStatus::kOnPaper;
    rows.push_back({key, terms.role, terms.scope, terms.kind, status, holds, !direct.contains(key)});
  }
  return rows;
}

}  // namespace tenure::reference
