#include "authority/holders.h"

#include <algorithm>
#include <deque>
#include <set>

#include "event/reference.h"

namespace tenure::authority {
namespace {

using history::GrantPiece;
using history::IntervalSet;
using history::TimeSet;

const TimeSet& Of(const HolderSets& sets, std::string_view principal) {
  static const TimeSet kNone;
  const auto it = sets.find(principal);
  return it == sets.end() ? kNone : it->second;
}

bool Add(HolderSets& sets, const std::string& principal, const TimeSet& more) {
  TimeSet& set = sets[principal];
  TimeSet wider = set.Union(more);
  if (wider == set) return false;
  set = std::move(wider);
  return true;
}

}  // namespace

const std::vector<std::string>& Holders::Roles() {
  if (!roles_read_) {
    reading_.EachRole([&](const std::string& role) {
      roles_.push_back(role);
      return true;
    });
    roles_read_ = true;
  }
  return roles_;
}

// An undefined role lets nobody assume anybody, so what is defined tells all, doubts aside.
std::vector<std::size_t> Holders::RolesAboutAssuming(std::string_view identity) {
  if (!roles_by_anchor_) {
    roles_by_anchor_.emplace();
    for (std::size_t i = 0; i < Roles().size(); ++i) {
      std::set<std::string> anchors;
      if (!reading_.Doubtful(Topic::kAccess, roles_[i]).Empty()) anchors.insert("");
      for (const auto& piece : reading_.Role(roles_[i]))
        for (const auto& permission : *piece.permissions) {
          if (permission.not_resources) anchors.insert("");
          for (const auto& pattern : permission.resources) anchors.insert(history::AnchorOf(permission, pattern));
        }
      for (const auto& anchor : anchors) (*roles_by_anchor_)[anchor].push_back(i);
    }
  }
  std::set<std::size_t> about;
  for (const auto& anchor : history::AnchorsFor(identity))
    if (const auto roles = roles_by_anchor_->find(anchor); roles != roles_by_anchor_->end())
      about.insert(roles->second.begin(), roles->second.end());
  return {about.begin(), about.end()};
}

// Mostly nobody may, and few grants tell so.
bool Holders::MayAnyoneAssume(const std::string& holder) {
  const Asked assume{std::string(kAssume), holder};
  for (const std::size_t i : RolesAboutAssuming(holder))
    if (evaluation_.MayNameAssume(roles_[i]) && reading_.Meets(evaluation_.OfRole(roles_[i], assume).allow.may)) return true;
  for (const auto& anchor : history::AnchorsFor(holder))
    for (const auto& grant : reading_.GrantsAtAnchor(anchor))
      if (std::any_of(grant.terms.permissions.begin(), grant.terms.permissions.end(), NamesAssume)) return true;
  return false;
}

void Holders::SeedFrom(const std::vector<GrantPiece>& grants, const Asked& asked, Seeds& seeds) {
  for (const auto& grant : grants) {
    if (!reading_.Spend(1)) return;
    const Sides sides = evaluation_.OfGrant(grant, asked);
    if (reading_.Meets(sides.allow.may)) Add(seeds.allow, grant.principal, sides.allow);
    if (reading_.Meets(sides.deny.may)) Add(seeds.deny, grant.principal, sides.deny);
  }
}

// Patterns that cover the question "*" are made of '*' and so filed under the anchor "" alone, which AnchorsFor names for every
// resource; a grant that is filed under several anchors is united with itself.
Holders::Seeds Holders::SeedsOf(const Asked& asked) {
  Seeds seeds;
  const auto seed = [&](const std::string& role) {
    const Sides& sides = evaluation_.OfRole(role, asked);
    if (reading_.Meets(sides.allow.may) || reading_.Meets(sides.deny.may)) SeedFrom(reading_.GrantsOfRole(role), asked, seeds);
  };
  if (asked.action == kAssume) {
    for (const std::size_t i : RolesAboutAssuming(asked.resource)) seed(roles_[i]);
  } else {
    for (const auto& role : Roles()) seed(role);
  }
  for (const auto& anchor : history::AnchorsFor(asked.resource)) SeedFrom(reading_.GrantsAtAnchor(anchor), asked, seeds);
  return seeds;
}

HolderSets Holders::Descend(HolderSets labels, bool through_active_groups) {
  std::deque<std::string> waiting;
  for (const auto& [principal, label] : labels) waiting.push_back(principal);
  while (!waiting.empty()) {
    const std::string group = std::move(waiting.front());
    waiting.pop_front();
    if (!event::IsGroup(group)) continue;
    TimeSet label = labels[group];
    if (through_active_groups) label = label.Intersect(reading_.Active(group));
    for (const auto& membership : reading_.MembersOf(group)) {
      if (!reading_.Spend(1)) return labels;
      const TimeSet reached = label.Intersect(reading_.Live(membership));
      if (reading_.Meets(reached.may) && Add(labels, membership.member, reached)) waiting.push_back(membership.member);
    }
  }
  return labels;
}

HolderSets Holders::WithBoundary(HolderSets allow) {
  for (auto& [principal, set] : allow) set = set.Doubt(reading_.Boundary(principal));
  return allow;
}

HolderSets Holders::Grantees(const Asked& asked) { return SeedsOf(asked).allow; }

HolderSets Holders::Own(const Asked& asked) {
  Seeds seeds = SeedsOf(asked);
  if (seeds.allow.empty()) return {};
  IntervalSet anybody_denied;  // behind a taint anything may have been denied
  if (reading_.CountsUnseen()) {
    anybody_denied = reading_.Taints().Whole(Topic::kAccess);
    for (const auto& [key, doubt] : reading_.Taints().Keyed(Topic::kAccess)) Add(seeds.deny, key, TimeSet::Uncertain(doubt));
  }
  const HolderSets allow = WithBoundary(Descend(std::move(seeds.allow), true));
  const HolderSets deny = Descend(std::move(seeds.deny), false);
  HolderSets own;
  for (const auto& [principal, allowed] : allow) {
    if (event::IsGroup(principal)) continue;
    const TimeSet left = allowed.Minus(Of(deny, principal).Union(Of(deny, event::kEveryone))).Doubt(anybody_denied);
    if (reading_.Meets(left.may)) own.emplace(principal, left);
  }
  return own;
}

// Whoever may assume a holder holds it too. Each identity's assumers are found once; the labels go round until nothing is new.
HolderSets Holders::WithAssumption(const HolderSets& own) {
  HolderSets held;
  std::deque<std::string> waiting;
  const auto add = [&](const std::string& principal, const TimeSet& set) {
    const TimeSet active = set.Intersect(reading_.Active(principal));
    if (reading_.Meets(active.may) && Add(held, principal, active) && principal != event::kEveryone) waiting.push_back(principal);
  };
  for (const auto& [principal, set] : own) add(principal, set);
  std::map<std::string, HolderSets> assumers;
  while (!waiting.empty()) {
    const std::string holder = std::move(waiting.front());
    waiting.pop_front();
    auto known = assumers.find(holder);
    if (known == assumers.end())
      known = assumers.emplace(holder, MayAnyoneAssume(holder) ? Own({std::string(kAssume), holder}) : HolderSets{}).first;
    for (const auto& [principal, assume] : known->second) {
      if (!reading_.Spend(1)) return held;
      if (principal != holder) add(principal, assume.Intersect(held[holder]));
    }
  }
  return held;
}

HolderSets Holders::OfAuthority(const Asked& asked) { return WithAssumption(Own(asked)); }

HolderSets Holders::OfRole(const std::string& role) {
  HolderSets seeds;
  const TimeSet role_held = evaluation_.RoleHeld(role);
  for (const auto& grant : reading_.GrantsOfRole(role)) {
    if (!reading_.Spend(1)) break;
    TimeSet held = reading_.Live(grant).Intersect(role_held).Intersect(evaluation_.Delegation(grant));
    if (!grant.terms.condition.empty()) held.must = {};
    if (reading_.Meets(held.may)) Add(seeds, grant.principal, held);
  }
  HolderSets own = WithBoundary(Descend(std::move(seeds), true));
  std::erase_if(own, [](const auto& one) { return event::IsGroup(one.first); });
  return WithAssumption(own);
}

HolderSets Holders::OfMembership(const std::string& group) {
  HolderSets members = Descend({{group, TimeSet::All()}}, true);
  HolderSets held;
  for (const auto& [principal, set] : members) {
    if (event::IsGroup(principal)) continue;
    const TimeSet active = set.Intersect(reading_.Active(principal));
    if (reading_.Meets(active.may)) held.emplace(principal, active);
  }
  return held;
}

}  // namespace tenure::authority
