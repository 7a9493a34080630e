// Reviews: what was held within a scope when it was opened, what was decided about it, and what came of that.
#include <algorithm>

#include "reference/findings_words.h"
#include "reference/governance.h"
#include "reference/pattern.h"

namespace tenure::reference {
namespace {

constexpr Lens kAsFolded{false, true};

// A thing that can be held, by its name; whether it is held at t is asked in the existence of its holder at `being`.
struct Thing {
  std::string principal, kind, id;
  friend auto operator<=>(const Thing&, const Thing&) = default;
};

bool IsHeld(const View& view, const Thing& thing, EffectiveTime t) {
  if (thing.kind == "grant") return GrantLive(view, thing.principal, thing.id, t);
  if (thing.kind == "group") return view.Member(thing.principal, thing.id, t, kAsFolded).may;
  return CredentialNow(view, thing.principal, thing.id, t).live;
}
// In the same existence of the holder (and of the group) as at another time.
bool HeldAsAt(const View& view, const Thing& thing, EffectiveTime being, EffectiveTime t) {
  const auto same = [&](const std::string& ref) {
    return view.IncarnationOf(ref, t).number == view.IncarnationOf(ref, being).number;
  };
  return IsHeld(view, thing, t) && same(thing.principal) && (thing.kind != "group" || same(thing.id));
}

std::set<Thing> EverHeld(const View& view) {
  std::set<Thing> things;
  for (const Fact& fact : view.Record().facts) {
    if (auto* d = fact.As<GrantIssued>()) things.insert({d->principal, "grant", d->grant});
    if (auto* d = fact.As<MembershipAdded>()) things.insert({d->member, "group", d->group});
    if (auto* d = fact.As<CredentialIssued>()) things.insert({d->identity, "credential", d->credential});
    if (auto* d = fact.As<CredentialRotated>()) things.insert({d->identity, "credential", d->replaced_by});
  }
  return things;
}

// The event by which it is held as it is at t.
std::vector<Position> GivenBy(const View& view, const Thing& thing, EffectiveTime t) {
  std::vector<Position> last;
  const Incarnation incarnation = view.IncarnationOf(thing.principal, t);
  for (const Fact& fact : view.Record().facts) {
    if (fact.moment.time > t || !incarnation.Holds(fact.moment)) continue;
    auto* issue = fact.As<GrantIssued>();
    auto* added = fact.As<MembershipAdded>();
    auto* issued = fact.As<CredentialIssued>();
    auto* rotated = fact.As<CredentialRotated>();
    if ((thing.kind == "grant" && issue && issue->principal == thing.principal && issue->grant == thing.id) ||
        (thing.kind == "group" && added && added->member == thing.principal && added->group == thing.id) ||
        (thing.kind == "credential" && issued && issued->identity == thing.principal && issued->credential == thing.id) ||
        (thing.kind == "credential" && rotated && rotated->identity == thing.principal && rotated->replaced_by == thing.id))
      last = {fact.moment.order.position};
  }
  return last;
}

Possession PossessionOf(const View& view, const Thing& thing, EffectiveTime t) {
  Possession held{thing.principal, thing.kind, thing.id, "", "", {}, GivenBy(view, thing, t)};
  for (const Interval& stretch : Stretches(view, [&](EffectiveTime u) { return HeldAsAt(view, thing, t, u); }))
    if (stretch.Contains(t)) held.since = stretch.from;
  if (thing.kind == "grant") {
    const GrantIssued& terms = *view.Terms(thing.principal, thing.id, t);
    held.role = terms.role, held.scope = terms.scope;
  }
  return held;
}

// Some allow of the terms reaches the resource, whatever the action.
bool Reaches(const View& view, const GrantIssued& terms, const std::string& resource, EffectiveTime t) {
  if (!ScopeCovers(terms.scope, resource)) return false;
  const std::vector<Permission>* permissions = terms.role.empty() ? &terms.permissions : view.RoleAt(terms.role, t).permissions;
  return permissions == nullptr || std::any_of(permissions->begin(), permissions->end(), [&](const Permission& p) {
           return p.effect == Effect::kAllow && ResourcesCover(p, resource);
         });
}

bool IsInScope(const View& view, const ReviewScope& scope, const Thing& thing, EffectiveTime t) {
  if (!scope.owner.empty() && view.RegistersOf(thing.principal, t).owner != scope.owner) return false;
  if (!scope.identities.empty() &&
      std::find(scope.identities.begin(), scope.identities.end(), thing.principal) == scope.identities.end())
    return false;
  if (scope.role.empty() && scope.resource.empty()) return true;
  if (thing.kind != "grant") return false;
  const GrantIssued& terms = *view.Terms(thing.principal, thing.id, t);
  if (!scope.role.empty() && terms.role != scope.role) return false;
  return scope.resource.empty() || Reaches(view, terms, scope.resource, t);
}

std::vector<Possession> InScope(const View& view, const ReviewScope& scope, EffectiveTime t) {
  std::vector<Possession> all;
  for (const Thing& thing : EverHeld(view))
    if (IsHeld(view, thing, t) && IsInScope(view, scope, thing, t)) all.push_back(PossessionOf(view, thing, t));
  return all;
}

// --- what was decided, and what came of it
const Fact* LastDecision(const View& view, const std::string& review, const Thing& thing, EffectiveTime until) {
  const Fact* last = nullptr;
  for (const Fact& fact : view.Record().facts) {
    auto* d = fact.As<ReviewDecided>();
    if (!d || d->review != review || d->principal != thing.principal || fact.moment.time > until) continue;
    const std::string& about = thing.kind == "grant" ? d->grant : thing.kind == "group" ? d->group : d->credential;
    if (about == thing.id) last = &fact;
  }
  return last;
}

// The first moment of [from, until] at which it isn't held any more.
OptionalTime EndedFrom(const View& view, const Thing& thing, EffectiveTime being, EffectiveTime from, EffectiveTime until) {
  for (const Interval& gap : Stretches(view, [&](EffectiveTime t) { return !HeldAsAt(view, thing, being, t); }))
    if (gap.until > from && gap.from <= until) return std::max(gap.from, from);
  return std::nullopt;
}

// A further issue of the grant after the decision.
OptionalTime NewTermsAfter(const View& view, const Thing& thing, const Moment& decided, EffectiveTime until) {
  for (const Fact& fact : view.Record().facts) {
    auto* issue = fact.As<GrantIssued>();
    if (thing.kind == "grant" && issue && issue->principal == thing.principal && issue->grant == thing.id && decided < fact.moment &&
        fact.moment.time <= until)
      return fact.moment.time;
  }
  return std::nullopt;
}

OptionalTime Earlier(OptionalTime a, OptionalTime b) { return !a ? b : !b ? a : std::min(*a, *b); }

ReviewedRow Judged(const View& view, const ReviewOpened& review, const Possession& held, EffectiveTime until) {
  ReviewedRow row{.held = held, .evidence = held.evidence};
  const Thing thing{held.principal, held.kind, held.id};
  const Fact* decided = LastDecision(view, review.review, thing, until);
  if (!decided) {
    const bool overdue = review.due_at && *review.due_at <= until;
    if (!HeldAsAt(view, thing, review.as_of, until)) row.state = "gone";
    else row.state = overdue ? "overdue" : "undecided";
    if (row.state == "overdue") row.open_days = WholeDays(*review.due_at, until);
    return row;
  }
  const auto& d = *decided->As<ReviewDecided>();
  row.decision = d.decision, row.reviewer = d.reviewer, row.reason = d.reason, row.decided_at = decided->moment.time;
  row.evidence.push_back(decided->moment.order.position);
  if (d.decision == "keep") {
    row.state = "kept";
    return row;
  }
  const std::string done = d.decision == "revoke" ? "revoked" : "changed";
  row.carried_out_at = EndedFrom(view, thing, review.as_of, *row.decided_at, until);
  if (d.decision == "change") row.carried_out_at = Earlier(row.carried_out_at, NewTermsAfter(view, thing, decided->moment, until));
  row.state = row.carried_out_at ? done : d.decision + "_not_carried_out";
  if (!row.carried_out_at) row.open_days = WholeDays(*row.decided_at, until);
  return row;
}

// The records of one knowledge that were on record by then.
PositionVector Within(const PositionVector& a, const PositionVector& b) {
  PositionVector both;
  for (const auto& [where, next] : a.next)
    if (const std::int64_t less = std::min(next, b.Next(where)); less > 0) both.next[where] = less;
  return both;
}

}  // namespace

std::map<std::string, ReviewNow> Reviews(const Reference& reference, const PositionVector& knowledge, const tenure::When& when) {
  const View view = reference.At(knowledge);
  const EffectiveTime until = UntilOf(when);
  std::map<std::string, ReviewNow> reviews;
  std::map<std::string, const Fact*> openings;
  for (const Fact& fact : view.Record().facts)
    if (auto* d = fact.As<ReviewOpened>(); d && fact.moment.time <= until) openings[d->review] = &fact;
  for (const auto& [name, opening] : openings) {
    ReviewNow& review = reviews[name];
    review.opened = opening->As<ReviewOpened>(), review.opened_at = opening->moment.time;
    review.evidence = {opening->moment.order.position};
    for (const Fact& fact : view.Record().facts)
      if (auto* d = fact.As<ReviewClosed>(); d && d->review == name && fact.moment.time <= until) review.closed_at = fact.moment.time;
    review.known = Within(knowledge, reference.KnownAt(opening->moment.order.recorded));
    const View then = reference.At(review.known);
    for (const Possession& held : InScope(then, review.opened->scope, review.opened->as_of))
      review.rows.push_back(Judged(view, *review.opened, held, until));
  }
  return reviews;
}

std::vector<Possession> NeverReviewed(const View& view, EffectiveTime t) {
  std::vector<Possession> never;
  for (const Thing& thing : EverHeld(view)) {
    if (thing.kind != "grant" || !IsHeld(view, thing, t)) continue;
    const bool decided = std::any_of(view.Record().facts.begin(), view.Record().facts.end(), [&](const Fact& fact) {
      auto* d = fact.As<ReviewDecided>();
      return d && d->principal == thing.principal && d->grant == thing.id && fact.moment.time <= t;
    });
    if (!decided) never.push_back(PossessionOf(view, thing, t));
  }
  return never;
}

}  // namespace tenure::reference
