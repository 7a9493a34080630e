#include <map>
#include <tuple>

#include "history/fold.h"
#include "history/spans.h"

namespace tenure::history {
namespace {

enum class EndKind : std::uint8_t { kTerms, kRevoke, kOther };  // of several at one moment the first kind counts

struct End {
  EffectiveTime at = kForever;
  EndKind kind = EndKind::kOther;
  std::optional<Order> by;  // none: by its own terms
  const char* how = "";
};

// The earlier end wins; at one time by kind (what had an end of its own is no evidence gap), then the first in order of record.
void Lower(End& end, const End& other) {
  if (std::tie(other.at, other.kind, other.by) < std::tie(end.at, end.kind, end.by)) end = other;
}
void Lower(End& end, const Moment& at, EndKind kind, const char* how) { Lower(end, End{at.time, kind, at.order, how}); }

struct IncarnationOfGrant {
  const Span& span;
  std::vector<const Assertion*> issues;        // ascending
  const Assertion* first_revoke = nullptr;     // by id
  std::vector<const Assertion*> role_revokes;  // ascending
  const std::vector<Moment>& ends_all;         // of the principal
};

const GrantIssued& Terms(const Assertion& a) { return std::get<GrantIssued>(a.payload); }

bool Matches(const GrantRevoked& revoke, const GrantIssued& terms, EffectiveTime t) {
  return !terms.role.empty() && terms.role == revoke.role && (!revoke.scope || *revoke.scope == terms.scope) &&
         (!terms.expires_at || t < *terms.expires_at);
}

// The first revoke by role, or retirement that ends all, that ended the grant inside `role_span`.
End EndWithin(const IncarnationOfGrant& g, const Span& role_span) {
  std::vector<const Assertion*> issues;
  for (const auto* i : g.issues)
    if (role_span.Holds(i->at)) issues.push_back(i);
  End end;
  if (issues.empty()) return end;
  std::size_t before = 0;  // issues before the revoke at hand
  for (const auto* revoke : g.role_revokes) {
    if (!role_span.Holds(revoke->at)) continue;
    while (before < issues.size() && issues[before]->at < revoke->at) ++before;
    if (before == 0) continue;
    if (Matches(std::get<GrantRevoked>(revoke->payload), Terms(*issues[before - 1]), revoke->at.time)) {
      Lower(end, revoke->at, EndKind::kRevoke, "revoked");
      break;
    }
  }
  const auto retirement = std::upper_bound(g.ends_all.begin(), g.ends_all.end(), issues.front()->at);
  if (retirement != g.ends_all.end() && g.span.Holds(*retirement)) Lower(end, *retirement, EndKind::kOther, "retired");
  return end;
}

GrantTerms TermsOf(const GrantIssued& e) {
  return {e.role, e.permissions, e.scope, e.kind, e.condition, e.delegator, e.not_before, e.expires_at};
}

// The stretch of one issue's terms, until whatever ends it first.
GrantPiece Stretch(const IncarnationOfGrant& g, std::size_t index, const Span& role_span, const End& within) {
  const Assertion& issue = *g.issues[index];
  const GrantIssued& terms = Terms(issue);
  End end = within;
  if (g.first_revoke != nullptr) Lower(end, g.first_revoke->at, EndKind::kRevoke, "revoked");
  if (g.span.end) Lower(end, *g.span.end, EndKind::kOther, "reincarnated");
  if (role_span.end) Lower(end, *role_span.end, EndKind::kOther, "role_reincarnated");
  if (index + 1 < g.issues.size()) Lower(end, g.issues[index + 1]->at, EndKind::kOther, "reissued");
  if (terms.expires_at) Lower(end, End{*terms.expires_at, EndKind::kTerms, std::nullopt, "expired"});
  GrantPiece p;
  p.live = {std::max(issue.at.time, terms.not_before.value_or(issue.at.time)), end.at};
  p.terms = TermsOf(terms);
  p.issued = issue.at.order.position;
  if (end.by) p.ended_by = end.by->position;
  p.ended_how = end.how;
  return p;
}

void FoldIncarnation(const IncarnationOfGrant& g, const RoleIncarnations& of_role, std::vector<GrantPiece>& out) {
  std::map<std::pair<std::string, Moment>, End> ends;  // by role and beginning of its incarnation
  for (std::size_t i = 0; i < g.issues.size(); ++i) {
    const GrantIssued& terms = Terms(*g.issues[i]);
    const Span role_span = terms.role.empty() ? Span{} : SpanAt(of_role(terms.role).begins, g.issues[i]->at);
    auto [it, fresh] = ends.try_emplace({terms.role, role_span.begin});
    if (fresh) it->second = EndWithin(g, role_span);
    GrantPiece piece = Stretch(g, i, role_span, it->second);
    if (piece.live.from < piece.live.until) out.push_back(std::move(piece));
  }
}

}  // namespace

std::set<std::string> RolesOf(const std::vector<Assertion>& events) {
  std::set<std::string> roles;
  for (const auto& a : events)
    if (const auto* issue = std::get_if<GrantIssued>(&a.payload); issue && !issue->role.empty()) roles.insert(issue->role);
  return roles;
}

std::vector<GrantPiece> FoldGrant(const std::string& principal, const std::string& grant, const std::vector<Assertion>& events,
                                  const std::vector<Assertion>& role_revokes, const Incarnations& of_principal,
                                  const RoleIncarnations& of_role) {
  std::vector<GrantPiece> out;
  for (const auto& [span, inside] : CutBySpans(events, of_principal.begins)) {
    IncarnationOfGrant g{span, {}, nullptr, {}, of_principal.ends_all};
    for (const auto* a : inside) {
      if (std::holds_alternative<GrantIssued>(a->payload)) g.issues.push_back(a);
      else if (g.first_revoke == nullptr) g.first_revoke = a;
    }
    for (const auto& revoke : role_revokes)
      if (span.Holds(revoke.at)) g.role_revokes.push_back(&revoke);
    FoldIncarnation(g, of_role, out);
  }
  for (auto& piece : out) piece.principal = principal, piece.grant = grant;
  return out;
}

}  // namespace tenure::history
