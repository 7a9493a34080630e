#include "governance/holdings.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "authority/permissions.h"
#include "event/reference.h"

namespace tenure::governance {
namespace {

using history::GrantPiece;

// Whether the grant allows anything at all on the resource.
Result<bool> Reaches(history::FactView& view, const GrantPiece& grant, const std::string& resource, EffectiveTime t) {
  if (!event::CoversResource(grant.terms.scope, resource, true)) return false;
  const auto allows = [&](const Permission& p) {
    if (p.effect != Effect::kAllow) return false;
    const bool named = std::any_of(p.resources.begin(), p.resources.end(), [&](const std::string& pattern) {
      return event::CoversResource(pattern, resource, p.covers == Covers::kSubtree || p.not_resources);
    });
    return named != p.not_resources;
  };
  if (grant.terms.role.empty()) return std::any_of(grant.terms.permissions.begin(), grant.terms.permissions.end(), allows);
  auto role = view.Role(grant.terms.role, {t, {t.us + 1}});
  if (!role) return tl::unexpected(role.error());
  return std::any_of(role->begin(), role->end(), [&](const history::RolePiece& piece) {
    if (!piece.span.Contains(t)) return false;
    if (piece.state == history::RoleState::kUndefined) return true;  // it may
    return piece.state == history::RoleState::kDefined &&
           std::any_of(piece.permissions->begin(), piece.permissions->end(), allows);
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
    auto life = view.Identity(ref, {t, {t.us + 1}});
    if (!life) return fault = life.error(), false;
    for (const auto& piece : *life)
      if (piece.span.Contains(t) && piece.owner == scope.owner && piece.registered_and_not_retired) owned.insert(ref);
    return true;
  });
  if (!each) return tl::unexpected(each.error());
  if (fault) return tl::unexpected(*fault);
  if (!scope.identities.empty()) std::erase_if(owned, [&](const auto& ref) { return !named.contains(ref); });
  return owned;
}

Holding HoldingOf(const GrantPiece& piece, EffectiveTime since) {
  return {piece.principal, "grant", piece.grant, piece.terms.role, piece.terms.scope, since, {piece.issued}};
}

// Of pieces ascending by what they are of and then by beginning: each one that holds at t, with the beginning of its stretch.
template <class Pieces, class Id, class Take>
void EachHeld(const Pieces& pieces, EffectiveTime t, Id id, Take take) {
  EffectiveTime since = t;
  for (auto piece = pieces.begin(), last = pieces.end(); piece != pieces.end(); ++piece) {
    const bool goes_on = last != pieces.end() && id(*last) == id(*piece) && last->live.until == piece->live.from;
    since = goes_on ? since : piece->live.from;
    last = piece;
    if (piece->live.Contains(t)) take(*piece, since);
  }
}

Status AddCredentials(history::FactView& view, const std::string& principal, EffectiveTime t, std::vector<Holding>& out) {
  auto credentials = view.Credentials(principal, {});
  if (!credentials) return tl::unexpected(credentials.error());
  std::string name;
  EffectiveTime since = t, end = kAlways;
  for (const auto& piece : *credentials) {
    if (!piece.live) continue;
    if (piece.credential != name || end < piece.span.from) since = piece.span.from;
    name = piece.credential;
    end = piece.span.until;
    if (piece.span.Contains(t)) out.push_back({principal, "credential", name, "", "", since, piece.causes});
  }
  return {};
}

}  // namespace

Result<std::vector<Holding>> HoldingsOf(history::FactView& view, const std::string& principal, EffectiveTime t) {
  std::vector<Holding> out;
  auto grants = view.GrantsOf(principal, {});
  if (!grants) return tl::unexpected(grants.error());
  EachHeld(
      *grants, t, [](const GrantPiece& p) -> const std::string& { return p.grant; },
      [&](const GrantPiece& piece, EffectiveTime since) { out.push_back(HoldingOf(piece, since)); });
  auto groups = view.GroupsOf(principal, {});
  if (!groups) return tl::unexpected(groups.error());
  EachHeld(
      *groups, t, [](const history::MembershipPiece& p) -> const std::string& { return p.group; },
      [&](const history::MembershipPiece& piece, EffectiveTime since) {
        out.push_back({principal, "group", piece.group, "", "", since, {piece.added}});
      });
  if (auto s = AddCredentials(view, principal, t, out); !s) return tl::unexpected(s.error());
  std::sort(out.begin(), out.end());
  return out;
}

Result<std::vector<Holding>> HoldingsIn(history::FactView& view, const ReviewScope& scope, EffectiveTime t) {
  auto principals = PrincipalsOf(view, scope, t);
  if (!principals) return tl::unexpected(principals.error());
  std::vector<Holding> out;
  const auto add = [&](const std::string& principal) -> Status {
    auto held = HoldingsOf(view, principal, t);
    if (!held) return tl::unexpected(held.error());
    const bool grants_alone = !scope.role.empty() || !scope.resource.empty();
    for (Holding& holding : *held) {
      if (grants_alone && holding.kind != "grant") continue;
      if (!scope.role.empty() && holding.role != scope.role) continue;
      if (!scope.resource.empty()) {
        auto pieces = view.GrantsOf(principal, {t, {t.us + 1}});
        if (!pieces) return tl::unexpected(pieces.error());
        const auto piece =
            std::find_if(pieces->begin(), pieces->end(), [&](const GrantPiece& p) { return p.grant == holding.id; });
        if (piece == pieces->end()) continue;
        auto reaches = Reaches(view, *piece, scope.resource, t);
        if (!reaches) return tl::unexpected(reaches.error());
        if (!*reaches) continue;
      }
      out.push_back(std::move(holding));
    }
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
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace tenure::governance
