// Reviews: what was held within a scope when it was opened, what was decided about it, and what came of that.
#include <algorithm>

#include "reference/findings_words.h"
#include "reference/governance.h"
#include "reference/pattern.h"

namespace tenure::reference {
namespace {

// A thing that can be held, by its name.
struct Thing {
  std::string principal, kind, id;
  friend auto operator<=>(const Thing&, const Thing&) = default;
};
Thing ThingOf(const Possession& held) { return {held.principal, held.kind, held.id}; }

bool IsHeld(const View& view, const Thing& thing, EffectiveTime t) {
  if (thing.kind == "grant") return GrantLive(view, thing.principal, thing.id, t);
  if (thing.kind == "group") return Belongs(view, thing.principal, thing.id, t);
  return CredentialNow(view, thing.principal, thing.id, t).live;
}
// In the existence of the holder (and of the group) that there was at `being`.
bool SameAt(const View& view, const Thing& thing, EffectiveTime being, const std::function<bool(const Incarnation&)>& is) {
  return is(view.IncarnationOf(thing.principal, being)) && (thing.kind != "group" || is(view.IncarnationOf(thing.id, being)));
}
bool IsHeldAsAt(const View& view, const Thing& thing, EffectiveTime being, EffectiveTime t) {
  const auto number = [&](const std::string& ref, EffectiveTime at) { return view.IncarnationOf(ref, at).number; };
  return IsHeld(view, thing, t) && number(thing.principal, t) == number(thing.principal, being) &&
         (thing.kind != "group" || number(thing.id, t) == number(thing.id, being));
}

// The thing that an event gives; its id is empty if it gives none.
Thing Gives(const Fact& fact) {
  if (auto* d = fact.As<GrantIssued>()) return {d->principal, "grant", d->grant};
  if (auto* d = fact.As<MembershipAdded>()) return {d->member, "group", d->group};
  if (auto* d = fact.As<CredentialIssued>()) return {d->identity, "credential", d->credential};
  if (auto* d = fact.As<CredentialRotated>()) return {d->identity, "credential", d->replaced_by};
  return {};
}
std::set<Thing> EverHeld(const View& view) {
  std::set<Thing> things;
  for (const Fact& fact : view.Record().facts)
    if (const Thing thing = Gives(fact); !thing.id.empty()) things.insert(thing);
  return things;
}

Possession PossessionOf(const View& view, const Thing& thing, EffectiveTime t) {
  Possession held{thing.principal, thing.kind, thing.id};
  for (const Fact& fact : view.Record().facts)  // by the last event that gave it
    if (fact.moment.time <= t && Gives(fact) == thing &&
        SameAt(view, thing, t, [&](const Incarnation& incarnation) { return incarnation.Holds(fact.moment); }))
      held.evidence = {fact.moment.order.position};
  for (const Interval& stretch : Stretches(view, [&](EffectiveTime u) { return IsHeldAsAt(view, thing, t, u); }))
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
  const auto* permissions = OnPaper(view, terms, t);
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
bool IsAbout(const ReviewDecided& d, const Thing& thing) {
  if (d.principal != thing.principal) return false;
  if (thing.kind == "grant") return d.grant == thing.id;
  return thing.kind == "group" ? d.group == thing.id : d.credential == thing.id;
}
const Fact* LastDecision(const View& view, const std::string& review, const Thing& thing, EffectiveTime until) {
  const Fact* last = nullptr;
  for (const Fact& fact : view.Record().facts)
    if (auto* d = fact.As<ReviewDecided>(); d && d->review == review && IsAbout(*d, thing) && fact.moment.time <= until)
      last = &fact;
  return last;
}

// When something came of it, and by what event, if there was any.
struct Fate {
  OptionalTime at;
  const Fact* by = nullptr;
};

// Of what is not held at `until`: when it ended, nothing if it never was.
Fate Ended(const View& view, const Thing& thing, EffectiveTime being, EffectiveTime until) {
  Fate ended;
  for (const Interval& stretch : Stretches(view, [&](EffectiveTime t) { return IsHeldAsAt(view, thing, being, t); }))
    if (stretch.until <= until) ended.at = stretch.until;
  if (!ended.at) return ended;
  const auto end = thing.kind == "grant"   ? EndOfGrant(view, thing.principal, thing.id, *ended.at)
                   : thing.kind == "group" ? EndOfMembership(view, thing.principal, thing.id, *ended.at)
                                           : EndOfCredential(view, thing.principal, thing.id, *ended.at);
  ended.by = end.by;
  return ended;
}

// The first event but that of the list that gave it, from the decision on.
Fate GivenAgain(const View& view, const Possession& held, EffectiveTime being, EffectiveTime decided, EffectiveTime until) {
  for (const Fact& fact : view.Record().facts)
    if (decided <= fact.moment.time && fact.moment.time <= until && Gives(fact) == ThingOf(held) &&
        held.evidence != std::vector{fact.moment.order.position} &&
        SameAt(view, ThingOf(held), being, [&](const Incarnation& incarnation) { return incarnation.Holds(fact.moment); }))
      return {fact.moment.time, &fact};
  return {};
}

ReviewedRow Judged(const View& view, const ReviewOpened& review, const Possession& held, EffectiveTime until) {
  ReviewedRow row{.held = held, .evidence = held.evidence};
  const Thing thing = ThingOf(held);
  // Before its moment nothing of it can have ended.
  const bool there = until < review.as_of || IsHeldAsAt(view, thing, review.as_of, until);
  Fate fate = there ? Fate{} : Ended(view, thing, review.as_of, until);
  bool done = !there;
  if (const Fact* decided = LastDecision(view, review.review, thing, until)) {
    const auto& d = *decided->As<ReviewDecided>();
    row.decision = d.decision, row.reviewer = d.reviewer, row.reason = d.reason, row.decided_at = decided->moment.time;
    row.evidence.push_back(decided->moment.order.position);
    if (d.decision == "keep") done = false, fate = {}, row.state = "kept";
    if (d.decision == "change") {
      const Fate again = GivenAgain(view, held, review.as_of, *row.decided_at, until);
      done = done || again.at;
      if (again.at && (!fate.at || *again.at <= *fate.at)) fate = again;
    }
    if (row.state.empty()) row.state = !done ? d.decision + "_not_carried_out" : d.decision == "revoke" ? "revoked" : "changed";
    if (row.state.ends_with("_not_carried_out")) row.open_days = WholeDays(*row.decided_at, until);
  } else {
    const bool overdue = there && review.due_at && *review.due_at <= until;
    row.state = !there ? "gone" : overdue ? "overdue" : "undecided";
    if (overdue) row.open_days = WholeDays(*review.due_at, until);
  }
  row.carried_out_at = fate.at;
  if (fate.by && row.evidence.front() != fate.by->moment.order.position) row.evidence.push_back(fate.by->moment.order.position);
  return row;
}

PositionVector Both(const PositionVector& a, const PositionVector& b) {
  PositionVector both;
  for (const auto& [where, next] : a.next)
    if (const std::int64_t less = std::min(next, b.Next(where)); less > 0) both.next[where] = less;
  return both;
}

}  // namespace

// Opened again under the same name, a review is what its first opening says.
std::map<std::string, ReviewNow> Reviews(const Reference& reference, const PositionVector& knowledge, const tenure::When& when) {
  const View view = reference.At(knowledge);
  const EffectiveTime until = UntilOf(when);
  std::map<std::string, ReviewNow> reviews;
  for (const Fact& fact : view.Record().facts) {
    auto* d = fact.As<ReviewOpened>();
    if (!d || fact.moment.time > until || reviews.contains(d->review)) continue;
    ReviewNow& review = reviews[d->review];
    review.opened = d, review.opened_at = fact.moment.time;
    review.evidence = {fact.moment.order.position};
    // What of this knowledge was on record by then.
    review.known = Both(knowledge, reference.KnownAt(fact.moment.order.recorded));
    const View then = reference.At(review.known);
    for (const Possession& held : InScope(then, d->scope, d->as_of)) review.rows.push_back(Judged(view, *d, held, until));
  }
  for (const Fact& fact : view.Record().facts) {
    auto* d = fact.As<ReviewClosed>();
    if (!d || fact.moment.time > until || !reviews.contains(d->review)) continue;
    ReviewNow& review = reviews[d->review];
    review.closed_at = fact.moment.time;
    review.evidence = {review.evidence.front(), fact.moment.order.position};
  }
  return reviews;
}

std::vector<Possession> NeverReviewed(const View& view, EffectiveTime t) {
  std::vector<Possession> never;
  for (const Thing& thing : EverHeld(view)) {
    if (thing.kind != "grant" || !IsHeld(view, thing, t)) continue;
    const bool decided = std::any_of(view.Record().facts.begin(), view.Record().facts.end(), [&](const Fact& fact) {
      auto* d = fact.As<ReviewDecided>();
      return d && IsAbout(*d, thing) && fact.moment.time <= t;
    });
    if (!decided) never.push_back(PossessionOf(view, thing, t));
  }
  return never;
}

}  // namespace tenure::reference
