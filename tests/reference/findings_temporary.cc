// Rules about beginnings: grants for a while, break-glass, and the first trust of an outsider.
#include "reference/findings_words.h"
#include "reference/pattern.h"

namespace tenure::reference {
namespace {

bool IsTemporary(const Words& w, const GrantIssued& terms) {
  const auto& kinds = w.policy.temporary_kinds;
  return std::find(kinds.begin(), kinds.end(), terms.kind) != kinds.end();
}

// The first point of the incarnation of t, at or before t, at which the grant is so.
using OfGrant = std::function<bool(const GrantAt&)>;
OptionalTime First(const Words& w, const Grant& grant, EffectiveTime t, const OfGrant& is) {
  for (EffectiveTime point : w.points) {
    const GrantAt& then = grant.over.At(point);
    if (point <= t && then.incarnation == grant.over.At(t).incarnation && is(then)) return point;
  }
  return std::nullopt;
}

Rule Unreviewed(const Words& w) {
  const std::int64_t us = w.policy.break_glass_review_us;
  const OfGrant is = [](const GrantAt& then) { return then.live && then.terms->kind == "break_glass"; };
  Rule rule{"break_glass_unreviewed", {us}, {}};
  for (const Grant& grant : w.grants)
    rule.cases.push_back({grant.principal, grant.id,
                          [&w, &grant, is, us](EffectiveTime t) {
                            const OptionalTime first = First(w, grant, t, is);
                            return first && *first <= Words::Ago(us, t) && !w.Reviewed(grant, *first, t);
                          },
                          GrantInDoubt(w, grant)});
  return rule;
}

Rule Overrun(const Words& w) {
  const std::int64_t us = w.policy.temporary_us_max;
  Rule rule{"temporary_overrun", {us}, {}};
  for (const Grant& grant : w.grants)
    rule.cases.push_back({grant.principal, grant.id,
                          [&w, &grant, us](EffectiveTime t) {
                            const GrantAt& now = grant.over.At(t);
                            return now.given && IsTemporary(w, *now.terms) && *w.Since(grant, t) <= Words::Ago(us, t);
                          },
                          GrantInDoubt(w, grant)});
  return rule;
}

struct Lent {
  std::string principal, role, scope;
  friend auto operator<=>(const Lent&, const Lent&) = default;
};
bool Lends(const Words& w, const Grant& grant, EffectiveTime t, const Lent& lent) {
  const GrantIssued* terms = grant.over.At(t).terms;
  return terms && grant.principal == lent.principal && terms->role == lent.role && terms->scope == lent.scope &&
         IsTemporary(w, *terms);
}

Rule Renewed(const Words& w) {
  std::set<Lent> all;
  for (const Fact& fact : w.facts)
    if (auto* d = fact.As<GrantIssued>(); d && !d->role.empty()) all.insert({d->principal, d->role, d->scope});
  std::map<const Grant*, std::vector<EffectiveTime>> beginnings;
  for (const Grant& grant : w.grants) beginnings[&grant] = w.Beginnings(grant);

  Rule rule{"temporary_renewed", {w.policy.renewal_window_us}, {}};
  for (const Lent& lent : all) {
    const Holds holds = [&w, lent, beginnings](EffectiveTime t) {
      bool given = false;
      std::int64_t began = 0;
      for (const Grant& grant : w.grants) {
        given |= grant.over.At(t).given && Lends(w, grant, t, lent);
        for (EffectiveTime beginning : beginnings.at(&grant))
          began += Words::Within(w.policy.renewal_window_us, beginning, t) && Lends(w, grant, beginning, lent) &&
                   grant.over.At(beginning).incarnation == grant.over.At(t).incarnation;
      }
      return given && began > w.policy.renewals_max;
    };
    rule.cases.push_back({lent.principal, lent.role + " " + lent.scope, holds,
                          [&w, lent](EffectiveTime t) { return w.view.Tainted(Topic::kAccess, lent.role, t); }});
  }
  return rule;
}

Rule NewTrust(const Words& w) {
  const OfGrant is = [](const GrantAt& then) { return then.given; };
  Rule rule{"new_external_trust", {w.policy.notice_us}, {}};
  for (const Grant& grant : w.grants) {
    if (!w.Outsider(grant.principal)) continue;
    rule.cases.push_back({grant.principal, grant.id,
                          [&w, &grant, is](EffectiveTime t) {
                            const OptionalTime began = First(w, grant, t, is);
                            if (!began || !Words::Within(w.policy.notice_us, *began, t)) return false;
                            return std::all_of(w.grants.begin(), w.grants.end(), [&](const Grant& other) {
                              if (other.principal != grant.principal) return true;
                              const OptionalTime first = First(w, other, t, is);
                              return !first || *began < *first || (*began == *first && grant.id <= other.id);
                            });
                          },
                          GrantInDoubt(w, grant)});
  }
  return rule;
}

}  // namespace

std::vector<Rule> TemporaryRules(const Words& w) { return {Unreviewed(w), Overrun(w), Renewed(w), NewTrust(w)}; }

}  // namespace tenure::reference
