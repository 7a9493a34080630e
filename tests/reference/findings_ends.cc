// Rules about ends: a revoke that ended nothing, and an end that nobody told.
#include "reference/findings_words.h"
#include "reference/pattern.h"

namespace tenure::reference {
namespace {

constexpr Lens kAsFolded{false, true};

View Saying(const View& view, const std::function<bool(const Fact&)>& said) {
  std::vector<Fact> facts;
  for (const Fact& fact : view.Record().facts)
    if (said(fact)) facts.push_back(fact);
  return view.Saying(std::move(facts));
}

bool Names(const GrantRevoked& revoke, const std::string& id, const GrantIssued& terms) {
  if (!revoke.grant.empty()) return revoke.grant == id;
  return revoke.role == terms.role && (!revoke.scope || *revoke.scope == terms.scope);
}

// Holds within a duration after any of the times.
Holds Noticed(std::int64_t us, const std::vector<EffectiveTime>& times) {
  return [us, times](EffectiveTime t) {
    return std::any_of(times.begin(), times.end(), [&](EffectiveTime time) { return Words::Within(us, time, t); });
  };
}

// The grant's role, or the role itself.
Holds RoleInDoubt(const Words& w, const std::string& principal, const std::string& what) {
  return [&w, principal, what](EffectiveTime t) {
    const GrantIssued* terms = w.view.Terms(principal, what, t);
    const std::string& role = terms ? terms->role : what;
    return IsRole(role) && w.view.Tainted(Topic::kAccess, role, t);
  };
}

// --- a revoke that ended nothing

// At one time with an end of a life, of the principal or, for a revoke by id, of the role, or with a new issue of the grant, it is the revoke
// that ends the grant.
bool YieldsTo(const Fact& fact, const Fact& revoke) {
  if (fact.moment.time != revoke.moment.time) return false;
  const bool by_id = !revoke.As<GrantRevoked>()->grant.empty();
  auto* issue = fact.As<GrantIssued>();
  if (issue && Names(*revoke.As<GrantRevoked>(), issue->grant, *issue)) return true;
  return fact.As<IdentityRetired>() || (by_id && (fact.As<RoleDefined>() || fact.As<RoleRetired>()));
}

// Said after all that is before it in order of effect, it makes some grant live no longer.
bool EndsSomething(const Words& w, const Fact& revoke) {
  const std::string& principal = revoke.As<GrantRevoked>()->principal;
  const auto before_it = [&](const Fact& fact) { return fact.moment < revoke.moment && !YieldsTo(fact, revoke); };
  const View before = Saying(w.view, before_it);
  const View with = Saying(w.view, [&](const Fact& fact) { return before_it(fact) || fact.moment == revoke.moment; });
  for (const auto& grant : before.GrantsTo(principal))
    for (EffectiveTime t : w.points)
      if (t >= revoke.moment.time && before.Live(principal, grant, t, kAsFolded) != with.Live(principal, grant, t, kAsFolded))
        return true;
  return false;
}

// Something that it names begins at its time or later: by its bound or, as a revoke by id counts whatever its time, by its issue.
bool ForestallsSomething(const Words& w, const Fact& revoke) {
  const GrantRevoked& d = *revoke.As<GrantRevoked>();
  const bool by_id = !d.grant.empty();
  const Incarnation incarnation = w.view.IncarnationOf(d.principal, revoke.moment.time);
  return std::any_of(w.facts.begin(), w.facts.end(), [&](const Fact& fact) {
    auto* issue = fact.As<GrantIssued>();
    if (!issue || issue->principal != d.principal || !Names(d, issue->grant, *issue) || !incarnation.Holds(fact.moment))
      return false;
    if (revoke.moment < fact.moment) return by_id;
    const EffectiveTime begins = std::max(fact.moment.time, issue->not_before.value_or(kAlways));
    return revoke.moment.time <= begins && (!issue->expires_at || begins < *issue->expires_at);
  });
}

Rule RevokeEndedNothing(const Words& w) {
  Rule rule{"revoke_ended_nothing", {w.policy.notice_us}, {}};
  std::map<std::pair<std::string, std::string>, std::vector<EffectiveTime>> revokes;  // of whom, of what
  for (const Fact& fact : w.facts) {
    auto* d = fact.As<GrantRevoked>();
    if (d && !EndsSomething(w, fact) && !ForestallsSomething(w, fact))
      revokes[{d->principal, d->grant.empty() ? d->role : d->grant}].push_back(fact.moment.time);
  }
  for (const auto& [of, times] : revokes)
    rule.cases.push_back({of.first, of.second, Noticed(w.policy.notice_us, times), RoleInDoubt(w, of.first, of.second)});
  return rule;
}

// --- what a retirement ended that ends all

struct Gap {
  std::string subject, about;
  friend auto operator<=>(const Gap&, const Gap&) = default;
};

// Live just before the retirement and, by all that is before it in order of effect, for ever; at its time no longer.
bool Ended(EffectiveTime at, const Holds& live_before, const Holds& live) {
  return live_before({at.us - 1}) && live_before(at) && live_before({kForever.us - 1}) && !live(at);
}

bool AnyAt(const Words& w, EffectiveTime at, const std::function<bool(const Fact&)>& is) {
  return std::any_of(w.facts.begin(), w.facts.end(), [&](const Fact& fact) { return fact.moment.time == at && is(fact); });
}
bool GrantSpokenOf(const Words& w, const Moment& m, const std::string& principal, const std::string& id,
                   const GrantIssued& terms) {
  return AnyAt(w, m.time, [&](const Fact& fact) {
    auto* issue = fact.As<GrantIssued>();
    auto* revoke = fact.As<GrantRevoked>();
    return (issue && issue->principal == principal && issue->grant == id && fact.moment < m) ||
           (revoke && revoke->principal == principal && Names(*revoke, id, terms));
  });
}
bool CredentialSpokenOf(const Words& w, EffectiveTime at, const std::string& ref, const std::string& id) {
  return AnyAt(w, at, [&](const Fact& fact) {
    auto* issued = fact.As<CredentialIssued>();
    auto* revoked = fact.As<CredentialRevoked>();
    auto* rotated = fact.As<CredentialRotated>();
    return (issued && issued->identity == ref && issued->credential == id) ||
           (revoked && revoked->identity == ref && revoked->credential == id) ||
           (rotated && rotated->identity == ref && (rotated->credential == id || rotated->replaced_by == id));
  });
}
bool MembershipSpokenOf(const Words& w, EffectiveTime at, const std::string& member, const std::string& group) {
  return AnyAt(w, at, [&](const Fact& fact) {
    auto* added = fact.As<MembershipAdded>();
    auto* removed = fact.As<MembershipRemoved>();
    return (added && added->member == member && added->group == group) ||
           (removed && removed->member == member && removed->group == group);
  });
}

std::set<Gap> GapsOf(const Words& w, const Fact& retirement) {
  const std::string& ref = retirement.As<IdentityRetired>()->identity;
  const EffectiveTime at = retirement.moment.time;
  const View before = Saying(w.view, [&](const Fact& fact) { return fact.moment < retirement.moment; });
  std::set<Gap> gaps;
  for (const auto& id : before.GrantsTo(ref)) {
    const auto live_in = [&](const View& view) {
      return [&, v = &view](EffectiveTime t) { return v->Live(ref, id, t, kAsFolded).may; };
    };
    if (Ended(at, live_in(before), live_in(w.view)) && !GrantSpokenOf(w, retirement.moment, ref, id, *before.Terms(ref, id, at)))
      gaps.insert({ref, id});
  }
  for (const auto& id : CredentialsOf(before, ref)) {
    const auto live_in = [&](const View& view) {
      return [&, v = &view](EffectiveTime t) { return CredentialNow(*v, ref, id, t).live; };
    };

    if (Ended(at, live_in(before), live_in(w.view)) && !CredentialSpokenOf(w, at, ref, id)) gaps.insert({ref, id});
  }
  for (const Fact& fact : before.Record().facts) {
    auto* d = fact.As<MembershipAdded>();
    if (!d || (d->member != ref && d->group != ref)) continue;
    const auto live_in = [&](const View& view) {
      return [d, v = &view](EffectiveTime t) { return v->Member(d->member, d->group, t, kAsFolded).may; };
    };
    if (Ended(at, live_in(before), live_in(w.view)) && !MembershipSpokenOf(w, at, d->member, d->group))
      gaps.insert({d->member, d->group});
  }
  return gaps;
}

Rule EvidenceGap(const Words& w) {
  Rule rule{"evidence_gap", {w.policy.notice_us}, {}};
  std::map<Gap, std::vector<EffectiveTime>> gaps;
  for (const Fact& fact : w.facts)
    if (auto* d = fact.As<IdentityRetired>(); d && d->ends_all)
      for (const Gap& gap : GapsOf(w, fact)) gaps[gap].push_back(fact.moment.time);
  for (const auto& [gap, times] : gaps)
    rule.cases.push_back({gap.subject, gap.about, Noticed(w.policy.notice_us, times), RoleInDoubt(w, gap.subject, gap.about)});
  return rule;
}

}  // namespace

std::vector<Rule> EndRules(const Words& w) { return {RevokeEndedNothing(w), EvidenceGap(w)}; }

}  // namespace tenure::reference
