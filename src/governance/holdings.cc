#include "governance/holdings.h"

#include <algorithm>
#include <set>

#include "authority/permissions.h"
#include "event/reference.h"

namespace tenure::governance {
namespace {

using history::GrantPiece;

// Whether the grant allows anything on the resource; on paper, so what its role was last defined to, and all that nobody ever defined.
Result<bool> Reaches(history::FactView& view, const GrantPiece& grant, const std::string& resource, EffectiveTime t) {
  if (!authority::ScopeCovers(grant.terms.scope, {"", resource})) return false;
  const auto allows = [&](const Permission& p) { return p.effect == Effect::kAllow && authority::ResourceCovers(p, resource); };
  if (grant.terms.role.empty()) return std::any_of(grant.terms.permissions.begin(), grant.terms.permissions.end(), allows);
  auto role = view.Role(grant.terms.role, {t, {t.us + 1}});
  if (!role) return tl::unexpected(role.error());
  return std::any_of(role->begin(), role->end(), [&](const history::RolePiece& piece) {
    if (!piece.span.Contains(t)) return false;
    const bool unknown = piece.state == history::RoleState::kUndefined || !piece.ever_defined;
    return unknown || std::any_of(piece.permissions->begin(), piece.permissions->end(), allows);
  });
}

// Whom the scope names, if it names anybody.
Result<std::optional<std::set<std::string>>> PrincipalsOf(history::FactView& view, const ReviewScope& scope, EffectiveTime t) {
  if (scope.owner.empty() && scope.identities.empty()) return std::nullopt;
  std::set<std::string> named(scope.identities.begin(), scope.identities.end());
  if (scope.owner.empty()) return named;
  std::set<std::string> owned;
  std::optional<Error> fault;
  const auto each = view.EachIdentity("", [&](const std::string& ref) {
    if (!named.empty() && !named.contains(ref)) return true;
    auto life = view.Identity(ref, {t, {t.us + 1}});
    if (!life) return fault = life.error(), false;
    for (const auto& piece : *life)
      if (piece.span.Contains(t) && piece.owner == scope.owner) owned.insert(ref);
    return true;
  });
  if (!each) return tl::unexpected(each.error());
  if (fault) return tl::unexpected(*fault);
  return owned;
}

// The grants of one principal that the scope's role and resource leave.
Status KeepGrants(history::FactView& view, const ReviewScope& scope, EffectiveTime t, const std::string& principal,
                  std::vector<Holding>& held) {
  if (!scope.role.empty()) std::erase_if(held, [&](const Holding& holding) { return holding.role != scope.role; });
  if (scope.resource.empty() || held.empty()) return {};
  auto pieces = view.GrantsOf(principal, {t, {t.us + 1}});
  if (!pieces) return tl::unexpected(pieces.error());
  std::set<std::string> reaching;
  for (const GrantPiece& piece : *pieces) {
    if (!piece.live.Contains(t)) continue;
    auto reaches = Reaches(view, piece, scope.resource, t);
    if (!reaches) return tl::unexpected(reaches.error());
    if (*reaches) reaching.insert(piece.grant);
  }
  std::erase_if(held, [&](const Holding& holding) { return !reaching.contains(holding.of.id); });
  return {};
}

}  // namespace

Result<std::vector<Holding>> HoldingsIn(history::FactView& view, const ReviewScope& scope, EffectiveTime t) {
  auto principals = PrincipalsOf(view, scope, t);
  if (!principals) return tl::unexpected(principals.error());
  const bool grants_alone = !scope.role.empty() || !scope.resource.empty();
  std::vector<Holding> out;
  const auto add = [&](const std::string& principal) -> Status {
    Holder holder(view, principal);
    auto held = grants_alone ? holder.GrantsAt(t) : holder.At(t);
    if (!held) return tl::unexpected(held.error());
    if (auto s = KeepGrants(view, scope, t, principal, *held); !s) return s;
    out.insert(out.end(), std::make_move_iterator(held->begin()), std::make_move_iterator(held->end()));
    return {};
  };
  if (!*principals && !scope.role.empty()) {
    // The role's grants tell who it can be.
    auto grants = view.GrantsOfRole(scope.role, {t, {t.us + 1}});
    if (!grants) return tl::unexpected(grants.error());
    principals->emplace();
    for (const auto& piece : *grants) (*principals)->insert(piece.principal);
  }
  if (*principals) {
    for (const auto& principal : **principals)
      if (auto s = add(principal); !s) return tl::unexpected(s.error());
  } else {
    Status bad = add(std::string(event::kEveryone));
    if (bad) {
      auto each = view.EachIdentity("", [&](const std::string& ref) { return (bad = add(ref)).has_value(); });
      if (!each) return tl::unexpected(each.error());
    }
    if (!bad) return tl::unexpected(bad.error());
  }
  std::sort(out.begin(), out.end(), [](const Holding& a, const Holding& b) { return a.of < b.of; });
  return out;
}

}  // namespace tenure::governance
