#include "history/role_revokes.h"

#include <algorithm>

namespace tenure::history {
namespace {

void AddFirstAfter(const Moment& at, const std::deque<Moment>& revokes, const GrantRevoked& revoke, EffectiveTime since,
                   std::vector<Assertion>& out) {
  auto it = std::upper_bound(revokes.begin(), revokes.end(), at);
  if (it != revokes.end() && it->time < since)
    it = std::partition_point(it, revokes.end(), [&](const Moment& m) { return m.time < since; });
  if (it != revokes.end()) out.push_back({*it, revoke});
}

GrantRevoked RevokeOf(const GrantIssued& terms, std::optional<std::string> scope) {
  GrantRevoked revoke;
  revoke.principal = terms.principal;
  revoke.role = terms.role;
  revoke.scope = std::move(scope);
  return revoke;
}

}  // namespace

Status RoleRevokes::ReadBack(const FactKey& revokes, EffectiveTime from, const Load& load, OfRole& known) {
  if (known.from <= from) return {};
  if (whole_at_second_ && known.from != kForever) from = kAlways;
  auto read = load(revokes, from, known.from);
  if (!read) return tl::unexpected(read.error());
  for (auto it = read->rbegin(); it != read->rend(); ++it) {
    const auto& scope = std::get<GrantRevoked>(it->payload).scope;
    (scope ? known.of_a_scope[*scope] : known.of_any_scope).push_front(it->at);
  }
  known.from = from;
  return {};
}

Result<std::vector<Assertion>> RoleRevokes::Of(const std::string& principal, const std::vector<Assertion>& events,
                                               EffectiveTime since, const Load& load) {
  if (principal != principal_) {
    principal_ = principal;
    roles_.clear();
  }
  std::vector<Assertion> out;
  for (const Assertion& event : events) {
    const auto* terms = std::get_if<GrantIssued>(&event.payload);
    if (terms == nullptr || terms->role.empty()) continue;
    OfRole& known = roles_[terms->role];
    const FactKey revokes{principal, FactKind::kRoleRevoke, terms->role};
    if (auto s = ReadBack(revokes, std::max(event.at.time, since), load, known); !s) return tl::unexpected(s.error());
    AddFirstAfter(event.at, known.of_any_scope, RevokeOf(*terms, {}), since, out);
    if (const auto scope = known.of_a_scope.find(terms->scope); scope != known.of_a_scope.end())
      AddFirstAfter(event.at, scope->second, RevokeOf(*terms, terms->scope), since, out);
  }
  const auto before = [](const Assertion& a, const Assertion& b) { return a.at < b.at; };
  std::sort(out.begin(), out.end(), before);
  out.erase(std::unique(out.begin(), out.end(), [](const Assertion& a, const Assertion& b) { return a.at == b.at; }), out.end());
  return out;
}

}  // namespace tenure::history
