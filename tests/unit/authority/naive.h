#pragma once
// The meaning of authority at one moment, stated again without sets of time: booleans, reachability, a fixpoint by iteration. Slow
// and plain on purpose; shares nothing with src/authority but the matching of patterns.
#include <map>
#include <set>
#include <string>

#include "tenure/answer.h"
#include "unit/authority/fake_view.h"

namespace tenure::authority::test {

// must: it is so; may: it can't be excluded.
struct Truth {
  bool must = false, may = false;
  Truth operator&(Truth o) const { return {must && o.must, may && o.may}; }
  Truth operator|(Truth o) const { return {must || o.must, may || o.may}; }
  Truth Without(Truth o) const { return {must && !o.may, may && !o.must}; }
};
constexpr Truth kSurely{true, true}, kPerhaps{false, true};

class Naive {
 public:
  // everyone: whether allows by way of everyone:* count; unseen: whether facts hidden by a taint do.
  Naive(FakeView& view, EffectiveTime t, bool everyone, bool unseen)
      : view_(view), now_{t, {t.us + 1}}, everyone_(everyone), unseen_(unseen) {
    (void)view_.EachIdentity("", [&](const std::string& ref) {
      identities_.insert(ref);
      return true;
    });
  }

  Truth Holds(const std::string& ref, const std::string& action, const std::string& resource) {
    std::map<std::string, Truth> eff;
    std::set<std::string> all = identities_;
    all.insert(ref);
    for (bool again = true; again;) {
      again = false;
      for (const auto& x : all) {
        Truth held = Own(x, action, resource);
        for (const auto& y : identities_)
          if (!event::IsGroup(y) && y != x) held = held | (Own(x, "assume", y) & eff[y]);
        held = held & Active(x);
        again = again || held.must != eff[x].must || held.may != eff[x].may;
        eff[x] = held;
      }
    }
    return eff[ref];
  }

 private:
  bool Tainted(Topic plane, const std::string& key) {
    for (const auto& taint : view_.Taints())
      if (taint.topic == plane && (taint.key.empty() || taint.key == key) && taint.range.Contains(now_.from)) return true;
    return false;
  }
  Truth Doubt(Truth truth, bool doubtful) { return {truth.must && !doubtful, truth.may}; }

  Truth Active(const std::string& ref) {
    if (ref == event::kEveryone) return kSurely;
    if (Tainted(Topic::kIdentity, ref)) return kPerhaps;
    const auto status = view_.Identity(ref, now_)->front().status;
    if (status == history::IdentityStatus::kActive) return kSurely;
    return status == history::IdentityStatus::kUnrecorded ? kPerhaps : Truth{};
  }

  // Principals whose grants reach ref, and how surely: for allows through active groups, for denies by membership alone.
  std::map<std::string, Truth> Reached(const std::string& ref, bool allows) {
    std::map<std::string, Truth> reached{{ref, kSurely}};
    if (!allows || everyone_) reached[std::string(event::kEveryone)] = kSurely;
    for (bool again = true; again;) {
      again = false;
      for (const auto& [member, truth] : std::map(reached)) {
        const auto memberships = view_.GroupsOf(member, now_);
        for (const auto& m : *memberships) {
          Truth to = truth & Doubt(kSurely, Tainted(Topic::kAccess, member));
          if (allows) to = to & Active(m.group);
          const Truth wider = reached[m.group] | to;
          again = again || wider.must != reached[m.group].must || wider.may != reached[m.group].may;
          reached[m.group] = wider;
        }
      }
    }
    return reached;
  }

  static bool Covers(const Permission& p, const std::string& action, const std::string& resource) {
    bool a = false, r = false;
    for (const auto& pattern : p.actions)
      a = a || (action == "assume" && p.effect == Effect::kAllow ? pattern == "assume" && !p.not_actions
                                                                 : event::CoversAction(pattern, action));
    for (const auto& pattern : p.resources)
      r = r || event::CoversResource(pattern, resource, p.covers == tenure::Covers::kSubtree);
    return a && r;  // the random organisations have no `not_` lists
  }

  Truth Permits(const history::GrantPiece& grant, Effect effect, const std::string& action, const std::string& resource) {
    if (!event::CoversResource(grant.terms.scope, resource, true)) return {};
    Truth given;
    const auto add = [&](const std::vector<Permission>& permissions) {
      for (const auto& p : permissions)
        if (p.effect == effect && Covers(p, action, resource)) given = given | (p.condition.empty() ? kSurely : kPerhaps);
    };
    if (grant.terms.role.empty()) {
      add(grant.terms.permissions);
    } else {
      const auto pieces = *view_.Role(grant.terms.role, now_);
      if (pieces.empty() || pieces[0].state == history::RoleState::kUndefined) given = action == "assume" ? Truth{} : kPerhaps;
      else if (pieces[0].state == history::RoleState::kDefined) add(*pieces[0].permissions);
      if (Tainted(Topic::kAccess, grant.terms.role)) given = Doubt(given, true) | (unseen_ ? kPerhaps : Truth{});
    }
    if (!grant.terms.condition.empty()) given = Doubt(given, true);
    if (effect == Effect::kAllow && grant.terms.kind == "delegated") given = given & Active(grant.terms.delegator);
    return Doubt(given, Tainted(Topic::kAccess, grant.principal));
  }

  Truth Given(const std::string& ref, Effect effect, const std::string& action, const std::string& resource) {
    Truth given;
    for (const auto& [principal, reached] : Reached(ref, effect == Effect::kAllow)) {
      const auto grants = view_.GrantsOf(principal, now_);
      for (const auto& grant : *grants) given = given | (reached & Permits(grant, effect, action, resource));
      if (unseen_ && Tainted(Topic::kAccess, principal)) given = given | (reached & kPerhaps);
    }
    return given;
  }

  Truth Own(const std::string& ref, const std::string& action, const std::string& resource) {
    const bool bounded = ref != event::kEveryone && view_.Identity(ref, now_)->front().boundary;
    return Doubt(Given(ref, Effect::kAllow, action, resource), bounded).Without(Given(ref, Effect::kDeny, action, resource));
  }

  FakeView& view_;
  Interval now_;
  bool everyone_, unseen_;
  std::set<std::string> identities_;
};

}  // namespace tenure::authority::test
