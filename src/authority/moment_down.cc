// Downwards from what is granted to those who hold it, at one moment: holders.cc at the moment.
#include <algorithm>

#include "authority/moment_questions.h"
#include "event/reference.h"

namespace tenure::authority {
namespace {

using history::kNoName;
using history::NameId;
using history::Page;
using history::PageOf;

// Somebody to whom it comes down.
struct Holder {
  NameId id = kNoName;
  bool group = false;
  Level allow = Level::kNever, deny = Level::kNever;
  // The way of `allow`: through a group by a membership, or by a grant.
  std::int32_t from = -1;
  Position by = history::kNoPosition;
  PagePtr grants;
  std::size_t grant = 0;
};

class Downwards {
 public:
  Downwards(Moment& moment, const history::Directory& identities) : moment_(moment), identities_(identities) {}

  void SeedAuthority(const Asked& asked, const history::RoleList& roles) {
    const auto anchors = history::AnchorsFor(asked.resource);
    const auto seed = [&](const PagePtr& page, std::size_t grant) {
      if (!page->grants.Span(grant).Contains(moment_.Time()) || !moment_.Spend(1)) return;
      const SidesNow sides = moment_.OfGrant(*page, grant, asked);
      if (sides.allow != Level::kNever) Allow(page, grant, sides.allow);
      if (sides.deny != Level::kNever) Deny(page->grants.At(grant).principal, sides.deny);
    };
    for (const NameId role : roles.roles) {
      const SidesNow& sides = moment_.OfRole(role, asked);
      if (sides.allow == Level::kNever && sides.deny == Level::kNever) continue;
      const PagePtr page = moment_.PageAt(PageOf::kRoleGrants, moment_.Names().Text(role));
      if (page->KnowsScopes()) {
        for (const auto& anchor : anchors)
          page->EachScopedAt(anchor, moment_.Time(), [&](std::size_t grant) { seed(page, grant); });
      } else {
        page->grants.Each(moment_.Window(), [&](std::size_t grant) { return seed(page, grant), true; });
      }
    }
    if (!roles.any_inline) return;
    for (const auto& anchor : anchors) {
      const PagePtr page = moment_.PageAt(PageOf::kAnchorGrants, anchor);
      page->grants.Each(moment_.Window(), [&](std::size_t grant) { return seed(page, grant), true; });
    }
  }
  void SeedRole(const std::string& role) {
    const PagePtr page = moment_.PageAt(PageOf::kRoleGrants, role);
    if (page->grants.Empty()) return;
    const RoleNow& now = moment_.Role(page->grants.At(0).role);
    const Level held = now.Defined() ? Level::kMust : now.Undefined() ? Level::kMay : Level::kNever;
    page->grants.Each(moment_.Window(), [&](std::size_t grant) {
      if (!moment_.Spend(1)) return false;
      const Level level =
          std::min(Moment::Conditional(*page, grant) ? std::min(held, Level::kMay) : held, moment_.Delegation(*page, grant));
      if (level != Level::kNever) Allow(page, grant, level);
      return true;
    });
  }
  void SeedMembership(const std::string& group) {
    const PagePtr page = moment_.PageAt(PageOf::kMembers, group);
    if (!page->memberships.Empty()) holders_[At(page->memberships.At(0).group)].allow = Level::kMust;
  }

  void Descend() {
    std::vector<std::size_t> waiting;
    for (std::size_t i = 0; i < holders_.size(); ++i)
      if (holders_[i].group && holders_[i].allow != Level::kNever) waiting.push_back(i);
    Flow(std::move(waiting), true);
    waiting.clear();
    for (std::size_t i = 0; i < holders_.size(); ++i)
      if (holders_[i].group && holders_[i].deny != Level::kNever) waiting.push_back(i);
    Flow(std::move(waiting), false);
  }

  // allow \ deny of each identity and everyone:*, while active. In byte order.
  std::vector<BriefHolder> Held(bool boundary) {
    Level everybody = Level::kNever;  // denied to everyone:*
    for (const Holder& holder : holders_)
      if (holder.deny != Level::kNever && NameOf(holder) == event::kEveryone) everybody = holder.deny;
    struct Found {
      Place place;
      std::size_t holder;
      Level level;
    };
    std::vector<Found> found;
    for (std::size_t i = 0; i < holders_.size(); ++i) {
      const Holder& holder = holders_[i];
      if (holder.group || holder.allow == Level::kNever) continue;
      const Level level = LevelOf(holder, std::max(holder.deny, everybody), boundary);
      if (level != Level::kNever) found.push_back({identities_.PlaceOf(holder.id), i, level});
    }
    std::sort(found.begin(), found.end(), [&](const Found& a, const Found& b) {
      if (a.place != history::Directory::kNowhere && b.place != history::Directory::kNowhere) return a.place < b.place;
      return NameOf(holders_[a.holder]) < NameOf(holders_[b.holder]);
    });
    std::vector<BriefHolder> held;
    held.reserve(found.size());
    for (const Found& one : found)
      held.push_back({NameOf(holders_[one.holder]), one.level == Level::kMust ? RowStatus::kEffective : RowStatus::kPossible,
                      EvidenceOf(one.holder)});
    return held;
  }

 private:
  using Place = history::Directory::Place;
  struct StandingNow {
    Level active;
    bool boundary;
  };

  const std::string& NameOf(const Holder& holder) const { return moment_.Names().Text(holder.id); }

  std::size_t At(NameId id) {
    std::int32_t& place = places_[id];
    if (place == 0) {
      holders_.push_back({});
      holders_.back().id = id;
      holders_.back().group = event::IsGroup(moment_.Names().Text(id));
      place = static_cast<std::int32_t>(holders_.size());
    }
    return static_cast<std::size_t>(place) - 1;
  }
  void Allow(const PagePtr& page, std::size_t grant, Level level) {
    Holder& holder = holders_[At(page->grants.At(grant).principal)];
    if (level <= holder.allow) return;
    holder.allow = level;
    holder.grants = page;
    holder.grant = grant;
  }
  void Deny(NameId principal, Level level) {
    Level& deny = holders_[At(principal)].deny;
    deny = std::max(deny, level);
  }

  // Through members, until nothing is new. A group's own status stops what is allowed, never what is denied.
  void Flow(std::vector<std::size_t> waiting, bool allow) {
    for (std::size_t next = 0; next < waiting.size(); ++next) {
      const std::size_t group = waiting[next];
      const std::string& name = NameOf(holders_[group]);
      Level level = allow ? holders_[group].allow : holders_[group].deny;
      if (allow) level = std::min(level, StandingOf(holders_[group].id).active);
      if (level == Level::kNever) continue;
      const PagePtr page = moment_.PageAt(PageOf::kMembers, name);
      page->memberships.Each(moment_.Window(), [&](std::size_t i) {
        if (!moment_.Spend(1)) return false;
        const std::size_t at = At(page->memberships.At(i).member);
        Holder& member = holders_[at];
        Level& has = allow ? member.allow : member.deny;
        if (level <= has) return true;
        has = level;
        if (allow)
          member.from = static_cast<std::int32_t>(group), member.by = page->memberships.At(i).added, member.grants = nullptr;
        if (member.group) waiting.push_back(at);
        return true;
      });
    }
  }

  StandingNow StandingOf(NameId id) const {
    const Place place = identities_.PlaceOf(id);
    if (place == history::Directory::kNowhere) return {Level::kMay, false};  // unrecorded
    const history::Standing& standing = identities_.At(place, moment_.Time());
    if (standing.status == history::IdentityStatus::kActive) return {Level::kMust, standing.boundary};
    return {standing.status == history::IdentityStatus::kUnrecorded ? Level::kMay : Level::kNever, standing.boundary};
  }

  Level LevelOf(const Holder& holder, Level deny, bool boundary) const {
    if (deny == Level::kMust) return Level::kNever;
    const StandingNow standing = NameOf(holder) == event::kEveryone ? StandingNow{Level::kMust, false} : StandingOf(holder.id);
    const bool doubted = deny == Level::kMay || (boundary && standing.boundary);
    return std::min({holder.allow, standing.active, doubted ? Level::kMay : Level::kMust});
  }

  std::vector<Position> EvidenceOf(std::size_t at) {
    std::vector<Position> evidence;
    const Holder* holder = &holders_[at];
    for (; holder->from >= 0 && !holder->grants; holder = &holders_[static_cast<std::size_t>(holder->from)])
      evidence.push_back(holder->by);
    if (holder->grants) moment_.AddGrantEvidence(*holder->grants, holder->grant, evidence);
    return evidence;
  }

  Moment& moment_;
  const history::Directory& identities_;
  IdMap<std::int32_t> places_;  // 1 + where in holders_
  std::vector<Holder> holders_;
};

// Whether anybody may act as one of the holders.
bool AnyAssumes(Moment& moment, const history::RoleList& roles, const std::vector<BriefHolder>& held) {
  const auto live = [&](const Page& page) {
    bool any = false;
    page.grants.Each(moment.Window(), [&](std::size_t grant) { return any = moment.MayAssume(page, grant), !any; });
    return any;
  };
  for (const NameId role : roles.assume)
    if (live(*moment.PageAt(PageOf::kRoleGrants, moment.Names().Text(role)))) return true;
  if (!roles.any_inline) return false;
  for (const BriefHolder& holder : held)
    for (const auto& anchor : history::AnchorsFor(holder.principal))
      if (live(*moment.PageAt(PageOf::kAnchorGrants, anchor))) return true;
  return false;
}

bool AnyDoubt(Moment& moment, const TaintIndex& taints) {
  for (const Topic plane : {Topic::kIdentity, Topic::kAccess}) {
    if (taints.Whole(plane).Contains(moment.Time())) return true;
    for (const auto& [key, doubt] : taints.Keyed(plane))
      if (doubt.Contains(moment.Time())) return true;
  }
  return false;
}

}  // namespace

std::vector<BriefHolder> WhoNow(Moment& moment, const WhoQuestion& question) {
  auto roles = moment.Source().Roles();
  if (!roles) moment.Keep(roles.error());
  if (!roles || *roles == nullptr || AnyDoubt(moment, moment.Taints())) {
    moment.Inexact();
    return {};
  }
  auto identities = moment.Source().Identities();
  if (!identities) moment.Keep(identities.error());
  if (!identities || *identities == nullptr) {
    moment.Inexact();
    return {};
  }
  Downwards down(moment, **identities);
  if (!question.role.empty()) down.SeedRole(question.role);
  else if (!question.member_of.empty()) down.SeedMembership(question.member_of);
  else down.SeedAuthority({question.action, question.resource}, **roles);
  down.Descend();
  const bool members = !question.member_of.empty();
  auto held = down.Held(!members);
  if (!members && !held.empty() && AnyAssumes(moment, **roles, held)) moment.Inexact();
  return held;
}

}  // namespace tenure::authority
