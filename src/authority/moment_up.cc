// Upwards from a subject at one moment: check and what.
#include <algorithm>
#include <tuple>

#include "authority/moment_questions.h"
#include "event/reference.h"

namespace tenure::authority {
namespace {

using history::kNoName;
using history::Page;
using history::PageOf;

// What makes the moment inexact: somebody the subject may act as, and what only doubt would look at.
class Surroundings {
 public:
  explicit Surroundings(Moment& moment) : moment_(moment) {
    auto roles = moment.Source().RolesThatAssume();
    if (!roles) moment.Keep(roles.error());
    else roles_ = std::move(*roles);
  }
  // Whether each grant of the subject must be seen.
  bool AreSeen(const Page& page) const { return moment_.Tainted() || page.any_inline || !roles_ || !roles_->empty(); }
  void See(const Page& page, std::size_t grant) {
    const auto role = page.grants.At(grant).role;
    if (role == kNoName || NamesAssume(role)) assumes_ = assumes_ || moment_.MayAssume(page, grant);
    if (!moment_.Tainted()) return;
    if (role != kNoName) moment_.Role(role);
    moment_.Delegation(page, grant);
  }
  bool Assumes() const { return assumes_; }

 private:
  // Where there is no list each role is looked at.
  bool NamesAssume(history::NameId role) {
    if (roles_) return std::binary_search(roles_->begin(), roles_->end(), role);
    const RoleNow& now = moment_.Role(role);
    return now.page != nullptr && now.page->assume;
  }

  Moment& moment_;
  std::shared_ptr<const std::vector<history::NameId>> roles_;
  bool assumes_ = false;
};

Level Cap(Level level, bool doubted) { return doubted ? std::min(level, Level::kMay) : level; }

Level Minus(Level allow, Level deny) {
  if (allow == Level::kMust && deny == Level::kNever) return Level::kMust;
  return allow != Level::kNever && deny != Level::kMust ? Level::kMay : Level::kNever;
}

// When a grant has an effect at all, whatever the action.
struct EffectsNow {
  Level allow = Level::kNever, deny = Level::kNever, unknown = Level::kNever;
};

EffectsNow EffectsOf(Moment& moment, const Page& page, std::size_t grant) {
  EffectsNow effects;
  const auto add = [&](const std::vector<Permission>& permissions) {
    for (const auto& permission : permissions) {
      Level& side = permission.effect == Effect::kAllow ? effects.allow : effects.deny;
      side = std::max(side, permission.condition.empty() ? Level::kMust : Level::kMay);
    }
  };
  const auto role = page.grants.At(grant).role;
  if (role == kNoName) {
    if (const auto* extra = page.Extra(grant)) add(extra->permissions);
  } else if (const RoleNow& now = moment.Role(role); now.Undefined()) {
    effects.unknown = Level::kMay;
  } else if (now.Defined()) {
    add(*now.piece->permissions);
  }
  const bool conditional = Moment::Conditional(page, grant);
  effects.deny = Cap(effects.deny, conditional);
  effects.allow = Cap(effects.allow, conditional);
  if (effects.allow != Level::kNever) effects.allow = std::min(effects.allow, moment.Delegation(page, grant));
  return effects;
}

}  // namespace

LevelNow CheckNow(Moment& moment, std::string_view ref, const Asked& asked) {
  const PagePtr page = moment.LifeAt(ref);
  const bool everyone = ref == event::kEveryone;
  const Level active = everyone ? Level::kMust : Moment::ActiveOn(*page, moment.Time());
  auto closure = moment.ClosureOf(ref, page);
  Surroundings around(moment);
  SidesNow given;
  std::size_t at = 0, by = 0;
  std::vector<std::string> anchors;
  for (std::size_t i = 0; i < closure.size() && moment.Exact(); ++i) {
    const bool all = around.AreSeen(*closure[i].page);
    if (!all && anchors.empty()) anchors = history::AnchorsFor(asked.resource);
    closure[i].page = moment.GrantsAt(closure[i], all ? nullptr : &anchors);
    const Page& grants = *closure[i].page;
    const auto take = [&](std::size_t grant) {
      if (!moment.Spend(1)) return false;
      const SidesNow sides = moment.OfGrant(grants, grant, asked);
      if (const Level allow = std::min(sides.allow, closure[i].allow); given.allow < allow)
        given.allow = allow, at = i, by = grant;
      given.deny = std::max(given.deny, sides.deny);
      return true;
    };
    if (all) {
      grants.grants.Each(moment.Window(), [&](std::size_t grant) { return around.See(grants, grant), take(grant); });
    } else if (!grants.KnowsScopes()) {
      grants.grants.Each(moment.Window(), take);
    } else {
      for (const auto& anchor : anchors) grants.EachScopedAt(anchor, moment.Time(), take);
    }
  }
  given.allow = Cap(given.allow, !everyone && Moment::BoundaryOn(*page, moment.Time()));
  LevelNow held{std::min(active, Minus(given.allow, given.deny)), {}};
  // Who acts as another may hold more, and was looked at with it.
  if (around.Assumes() && active != Level::kNever && (held.level != Level::kMust || moment.Tainted())) moment.Inexact();
  if (held.level != Level::kNever && moment.Exact()) held.evidence = moment.EvidenceOf(closure, at, by);
  return held;
}

std::vector<BriefAuthorityRow> WhatNow(Moment& moment, std::string_view ref) {
  std::vector<BriefAuthorityRow> rows;
  const PagePtr page = moment.PageAt(PageOf::kSubject, ref);
  const bool everyone = ref == event::kEveryone;
  const Level active = everyone ? Level::kMust : Moment::ActiveOn(*page, moment.Time());
  const bool boundary = !everyone && Moment::BoundaryOn(*page, moment.Time());
  auto closure = moment.ClosureOf(ref, page);
  Surroundings around(moment);
  for (std::size_t i = 0; i < closure.size() && moment.Exact(); ++i) {
    closure[i].page = moment.PageAt(PageOf::kSubject, closure[i].ref);
    const Page& grants = *closure[i].page;
    grants.grants.Each(moment.Window(), [&](std::size_t grant) {
      if (!moment.Spend(1)) return false;
      around.See(grants, grant);
      const EffectsNow effects = EffectsOf(moment, grants, grant);
      const auto tell = [&](RowEffect effect, Level level) {
        level = std::min(level, active);
        if (level == Level::kNever) return;
        const auto role = grants.grants.At(grant).role;
        rows.push_back({std::string(grants.GrantId(grant)), std::string(closure[i].ref),
                        role == kNoName ? std::string() : moment.Names().Text(role), std::string(grants.Scope(grant)), effect,
                        level == Level::kMust ? RowStatus::kEffective : RowStatus::kPossible, grants.grants.Span(grant),
                        moment.EvidenceOf(closure, i, grant)});
      };
      tell(RowEffect::kAllow, Cap(std::min(effects.allow, closure[i].allow), boundary));
      tell(RowEffect::kDeny, effects.deny);
      tell(RowEffect::kUnknown, effects.unknown);
      return true;
    });
  }
  if (around.Assumes() && active != Level::kNever) moment.Inexact();
  std::sort(rows.begin(), rows.end(), [](const BriefAuthorityRow& a, const BriefAuthorityRow& b) {
    return std::tie(a.grant, a.effect, a.granted_to) < std::tie(b.grant, b.effect, b.granted_to);
  });
  return rows;
}

}  // namespace tenure::authority
