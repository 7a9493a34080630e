#include "investigation/reach.h"

#include <algorithm>
#include <utility>

#include "authority/permissions.h"
#include "event/reference.h"

namespace tenure::investigation {
namespace {

using authority::Asked;
using authority::Goal;
using authority::Sure;
using history::GrantTerms;
using history::IntervalSet;
using history::TimeSet;

// What a row shows of terms: an extension by a new issue goes on with the same row.
bool SameTerms(const GrantTerms& a, const GrantTerms& b) {
  return a.role == b.role && a.scope == b.scope && a.kind == b.kind && a.permissions == b.permissions;
}

void Add(std::vector<Authority>& all, Authority one) {
  const auto same =
      std::find_if(all.begin(), all.end(), [&](const Authority& a) { return SameTerms(a.piece->terms, one.piece->terms); });
  if (same == all.end()) all.push_back(std::move(one));
  else same->set = same->set.Union(one.set);
}

Sure SureOf(bool certain) { return certain ? Sure::kMust : Sure::kMay; }

}  // namespace

Reach::Reach(history::FactView& view, std::string who, Interval window, const authority::TaintIndex& taints,
             authority::Work& work)
    : who_(std::move(who)), window_(window) {
  plain_ = std::make_unique<Evaluated>(view, window, authority::Unseen::kIgnored, none_, work);
  Found found = Gather(*plain_, identities_);
  if (!taints.Empty()) {
    counted_ = std::make_unique<Evaluated>(view, window, authority::Unseen::kCounted, taints, work);
    std::map<std::string, TimeSet> identities;
    const Found counted = Gather(*counted_, identities);
    Doubt(counted, identities, found);
  }
  for (auto& [key, some] : found)
    for (Authority& one : some) (one.effect == RowEffect::kDeny ? denies_ : authorities_).push_back(std::move(one));
}

Reach::Found Reach::Gather(Evaluated& evaluated, std::map<std::string, TimeSet>& identities) {
  auto& [reading, evaluation] = evaluated;
  Found found;
  for (const auto& [identity, acting] : evaluation.WhomItActsAs(who_)) {
    const TimeSet as = acting.as.Intersect(reading.Active(identity)).Clip(window_);
    if (as.may.Empty()) continue;
    identities[identity] = as;
    const IntervalSet boundary = reading.Boundary(identity);
    for (const auto& [principal, label] : evaluation.ClosureOf(identity)) {
      for (const auto& grant : reading.GrantsOf(principal)) {
        if (!reading.Spend(1)) return found;
        const authority::Effects e = evaluation.EffectsOf(grant);
        const auto add = [&, &to = identity, &of = principal](RowEffect effect, const TimeSet& set) {
          if (!set.may.Empty()) Add(found[{to, grant.grant, of, effect}], {to, &grant, effect, set});
        };
        add(RowEffect::kAllow, as.Intersect(label.allow).Intersect(e.allow).Doubt(boundary));
        add(RowEffect::kDeny, as.Intersect(label.reach).Intersect(e.deny));
        add(RowEffect::kUnknown, as.Intersect(label.reach).Intersect(e.unknown));
      }
    }
  }
  return found;
}

// What is certain is what is certain with the taints counted; what is possible stays what the fold gives without them.
void Reach::Doubt(const Found& counted, const std::map<std::string, TimeSet>& identities, Found& found) {
  for (auto& [identity, set] : identities_) {
    const auto there = identities.find(identity);
    set.must = there == identities.end() ? IntervalSet() : there->second.must.Intersect(set.may);
  }
  for (auto& [key, some] : found) {
    const auto there = counted.find(key);
    for (Authority& one : some) {
      IntervalSet must;
      if (there != counted.end())
        for (const Authority& other : there->second)
          if (SameTerms(other.piece->terms, one.piece->terms)) must = must.Union(other.set.must);
      one.set.must = must.Intersect(one.set.may);
    }
  }
}

IntervalSet Reach::DeniesOf(const std::string& as) const {
  IntervalSet denied;
  for (const Authority& deny : denies_)
    if (deny.as == as) denied = denied.Union(deny.set.may);
  return denied;
}

bool Reach::Covers(const Authority& authority, const AccessUsed& use, EffectiveTime at) {
  if (!authority.set.may.Contains(at)) return false;
  if (!use.resource.empty()) {
    const auto sides = plain_->evaluation.OfTerms(authority.piece->terms, {use.action, use.resource});
    return sides.allow.may.Contains(at);
  }
  const auto names = [&](const Permission& p) {
    const bool named = std::any_of(p.actions.begin(), p.actions.end(),
                                   [&](const std::string& pattern) { return event::CoversAction(pattern, use.action); });
    return p.effect == Effect::kAllow && named != p.not_actions;
  };
  if (authority.effect == RowEffect::kUnknown) return true;
  const GrantTerms& terms = authority.piece->terms;
  if (terms.role.empty()) return std::any_of(terms.permissions.begin(), terms.permissions.end(), names);
  for (const auto& piece : plain_->reading.Role(terms.role))
    if (piece.span.Contains(at)) return std::any_of(piece.permissions->begin(), piece.permissions->end(), names);
  return false;
}

// The way to be allowed to assume it, whose last step, the grant that allows it, becomes the assumption.
Result<std::vector<PathStep>> Reach::PathTo(const std::string& as, EffectiveTime t, bool certain,
                                            authority::EvidenceList& evidence) {
  if (as == who_) return std::vector<PathStep>{};
  Goal goal;
  goal.asked = Asked{std::string(history::kAssume), as};
  authority::WitnessSearch search(For(certain).evaluation, who_, std::move(goal), authority::Everyone::kCounts);
  const auto way = search.At(t, SureOf(certain));
  if (!way) return std::vector<PathStep>{};
  auto steps = authority::StepsOf({*way}, evidence);
  if (steps && !steps->empty()) steps->back().kind = StepKind::kAssumes, steps->back().ref = as;
  return steps;
}

Result<std::vector<PathStep>> Reach::PathTo(const Authority& authority, EffectiveTime t, bool certain,
                                            authority::EvidenceList& evidence) {
  auto steps = PathTo(authority.as, t, certain, evidence);
  if (!steps) return steps;
  Goal goal;
  goal.row = authority::RowGoal{authority.piece->principal, authority.piece->grant, authority.effect};
  goal.own = true;
  authority::WitnessSearch search(For(certain).evaluation, authority.as, std::move(goal), authority::Everyone::kCounts);
  const auto way = search.At(t, SureOf(certain));
  if (!way) return steps;
  auto own = authority::StepsOf({*way}, evidence);
  if (!own) return own;
  steps->insert(steps->end(), std::make_move_iterator(own->begin()), std::make_move_iterator(own->end()));
  return steps;
}

std::optional<Error> Reach::Fault() const {
  if (plain_->reading.Fault()) return plain_->reading.Fault();
  return counted_ ? counted_->reading.Fault() : std::nullopt;
}

}  // namespace tenure::investigation
