#include "authority/moment.h"

#include <algorithm>

#include "event/reference.h"

namespace tenure::authority {
namespace {

using history::IdentityStatus;
using history::kNoName;
using history::NameId;
using history::Page;
using history::PageOf;
using history::RoleState;

PagePtr NoPage() {
  static const PagePtr page = std::make_shared<const Page>();
  return page;
}

void Raise(Level& level, Level to) { level = std::max(level, to); }

SidesNow SidesOf(const std::vector<Permission>& permissions, const Asked& asked) {
  SidesNow sides;
  for (const auto& permission : permissions) {
    Level& side = permission.effect == Effect::kAllow ? sides.allow : sides.deny;
    if (side != Level::kMust && PermissionCovers(permission, asked))
      Raise(side, permission.condition.empty() ? Level::kMust : Level::kMay);
  }
  return sides;
}

}  // namespace

PagePtr Moment::Kept(Result<PagePtr> page) {
  if (page) return std::move(*page);
  Keep(page.error());
  return NoPage();
}

PagePtr Moment::PageAt(PageOf of, std::string_view ref) {
  if (fault_) return NoPage();
  work_.Spend(1);
  return Kept(moments_.PageAt(of, ref, t_));
}

PagePtr Moment::LifeAt(std::string_view ref) {
  if (fault_) return NoPage();
  work_.Spend(1);
  return Kept(moments_.LifeAt(ref, t_));
}

PagePtr Moment::GrantsAt(const Reached& reached, const std::vector<std::string>* anchors) {
  return fault_ ? NoPage() : Kept(moments_.GrantsAt(reached.page, reached.ref, t_, anchors));
}

void Moment::Consult(Topic plane, std::string_view ref) {
  if (!taints_.Empty() && taints_.Doubtful(plane, ref).Contains(t_)) exact_ = false;
}

Level Moment::ActiveOn(const Page& page, EffectiveTime t) {
  const auto at = page.IdentityIndexAt(t);
  if (!at) return Level::kMay;  // unrecorded
  const IdentityStatus status = page.identities.At(*at).status;
  if (status == IdentityStatus::kActive) return Level::kMust;
  return status == IdentityStatus::kUnrecorded ? Level::kMay : Level::kNever;
}

bool Moment::BoundaryOn(const Page& page, EffectiveTime t) {
  const auto at = page.IdentityIndexAt(t);
  return at && page.identities.At(*at).boundary;
}

Level Moment::Active(std::string_view ref) {
  if (ref == event::kEveryone) return Level::kMust;
  Consult(Topic::kIdentity, ref);
  return ActiveOn(*LifeAt(ref), t_);
}

std::vector<Reached> Moment::ClosureOf(std::string_view ref, PagePtr page) {
  std::vector<Reached> closure{{std::move(page), ref, Level::kMust, -1, history::kNoPosition}};
  closure.reserve(16);
  if (ref != event::kEveryone)
    closure.push_back({LifeAt(event::kEveryone), event::kEveryone, Level::kMust, -1, history::kNoPosition});
  IdMap<std::int32_t> places;  // 1 + where in the closure
  std::vector<std::size_t> waiting;
  for (std::size_t i = 0; i < closure.size(); ++i) {
    waiting.push_back(i);
    if (!closure[i].page->memberships.Empty())
      places[closure[i].page->memberships.At(0).member] = static_cast<std::int32_t>(i) + 1;
    Consult(Topic::kAccess, closure[i].ref);
    if (i == 0) Consult(Topic::kIdentity, ref);
  }
  for (std::size_t next = 0; next < waiting.size(); ++next) {
    const std::size_t member = waiting[next];
    const PagePtr of_member = closure[member].page;
    of_member->memberships.Each(Window(), [&](std::size_t i) {
      if (!Spend(1)) return false;
      const auto& membership = of_member->memberships.At(i);
      const std::int32_t known = places[membership.group];
      if (known == 0) {
        const std::string& group = Names().Text(membership.group);
        if (group == ref) return true;  // of everyone:*, maybe: the subject is there, as certain as can be
        closure.push_back({LifeAt(group), group, Level::kNever, static_cast<std::int32_t>(member), membership.added});
        places[membership.group] = static_cast<std::int32_t>(closure.size());
        Consult(Topic::kAccess, group);
        Consult(Topic::kIdentity, group);
      }
      const std::size_t at = known == 0 ? closure.size() - 1 : static_cast<std::size_t>(known) - 1;
      Reached& group = closure[at];
      const Level reached = std::min(closure[member].allow, ActiveOn(*group.page, t_));
      if (known != 0 && reached <= group.allow) return true;
      if (known != 0) group.from = static_cast<std::int32_t>(member), group.by = membership.added;
      group.allow = reached;
      waiting.push_back(at);
      return true;
    });
  }
  return closure;
}

Moment::RoleMemo& Moment::Memo(NameId role) {
  std::int32_t& index = role_index_[role];
  if (index == 0) {
    roles_.push_back(std::make_unique<RoleMemo>());
    index = static_cast<std::int32_t>(roles_.size());
  }
  return *roles_[static_cast<std::size_t>(index) - 1];
}

const RoleNow& Moment::Role(NameId role) {
  RoleMemo& memo = Memo(role);
  if (memo.now) return *memo.now;
  const std::string& name = Names().Text(role);
  Consult(Topic::kAccess, name);
  memo.now = RoleNow{LifeAt(name), nullptr};
  memo.now->page->roles.Each(Window(), [&](std::size_t i) { return memo.now->piece = &memo.now->page->roles.At(i), false; });
  return *memo.now;
}

const SidesNow& Moment::OfRole(NameId role, const Asked& asked) {
  const RoleNow& now = Role(role);
  RoleMemo& memo = Memo(role);
  if (memo.sides) return *memo.sides;
  memo.sides = SidesNow{};
  if (now.Undefined() && asked.action != kAssume) memo.sides = SidesNow{Level::kMay, Level::kMay};
  if (now.Defined()) memo.sides = SidesOf(*now.piece->permissions, asked);
  return *memo.sides;
}

bool Moment::Conditional(const Page& page, std::size_t grant) {
  const auto* extra = page.Extra(grant);
  return extra != nullptr && !extra->condition.empty();
}

Level Moment::Delegation(const Page& page, std::size_t grant) {
  if (!page.Delegated(grant)) return Level::kMust;
  const auto* extra = page.Extra(grant);
  return Active(extra == nullptr ? std::string_view() : std::string_view(extra->delegator));
}

SidesNow Moment::OfGrant(const Page& page, std::size_t grant, const Asked& asked) {
  if (!ScopeCovers(page.Scope(grant), asked)) return {};
  const NameId role = page.grants.At(grant).role;
  SidesNow sides;
  if (role != kNoName) sides = OfRole(role, asked);
  else if (const auto* extra = page.Extra(grant)) sides = SidesOf(extra->permissions, asked);
  if (Conditional(page, grant)) sides = {std::min(sides.allow, Level::kMay), std::min(sides.deny, Level::kMay)};
  if (sides.allow != Level::kNever) sides.allow = std::min(sides.allow, Delegation(page, grant));
  return sides;
}

bool Moment::MayAssume(const Page& page, std::size_t grant) {
  const NameId role = page.grants.At(grant).role;
  const std::vector<Permission>* permissions = nullptr;
  if (role != kNoName) {
    const RoleNow& now = Role(role);
    if (now.page->assume && now.Defined()) permissions = now.piece->permissions.get();
  } else if (const auto* extra = page.Extra(grant)) {
    permissions = &extra->permissions;
  }
  return permissions != nullptr && std::any_of(permissions->begin(), permissions->end(), NamesAssume);
}

void Moment::AddGrantEvidence(const Page& page, std::size_t grant, std::vector<Position>& evidence) {
  const auto& row = page.grants.At(grant);
  evidence.push_back(row.issued);
  if (row.role == kNoName) return;
  const RoleNow& role = Role(row.role);
  if (role.Defined() && role.piece->defined_by) evidence.push_back(*role.piece->defined_by);
}

std::vector<Position> Moment::EvidenceOf(const std::vector<Reached>& closure, std::size_t at, std::size_t grant) {
  std::vector<Position> evidence;
  for (auto i = static_cast<std::int32_t>(at); i >= 0; i = closure[static_cast<std::size_t>(i)].from)
    if (const Position& by = closure[static_cast<std::size_t>(i)].by; by.offset >= 0) evidence.push_back(by);
  std::reverse(evidence.begin(), evidence.end());
  AddGrantEvidence(*closure[at].page, grant, evidence);
  return evidence;
}

}  // namespace tenure::authority
