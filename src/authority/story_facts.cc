#include "authority/story_facts.h"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "authority/gather.h"
#include "event/reference.h"

namespace tenure::authority {
namespace {

using history::GrantPiece;
using history::IntervalSet;
using history::MembershipPiece;
using history::TimeSet;

std::vector<Interval> Shown(const IntervalSet& set, const StoryWindow& shown) {
  if (shown.clipped) return set.Clip(shown.window).Parts();
  std::vector<Interval> begun = set.Parts();
  std::erase_if(begun, [&](const Interval& part) { return part.from >= shown.window.until; });
  return begun;
}

EffectiveTime BeginOf(const FactRow& row) {
  EffectiveTime begin = kForever;
  if (!row.held.empty()) begin = row.held.front().from;
  if (!row.possibly.empty()) begin = std::min(begin, row.possibly.front().from);
  return begin;
}

class Facts {
 public:
  Facts(Reading& reading, std::string_view ref, const StoryWindow& shown) : reading_(reading), ref_(ref), shown_(shown) {}

  std::vector<FactRow> All() {
    const bool role = event::TypeOf(ref_) == "role";
    if (role) {
      AddDefinition();
      AddGrants(reading_.GrantsOfRole(ref_));
      return std::move(rows_);
    }
    if (ref_ != event::kEveryone) {
      AddKind({{RowFor(FactKind::kExistence, ref_), reading_.Active(ref_)}});
      AddCredentials();
    }
    std::vector<MembershipPiece> memberships = reading_.GroupsOf(ref_);
    if (event::IsGroup(ref_)) {
      const auto& members = reading_.MembersOf(ref_);
      memberships.insert(memberships.end(), members.begin(), members.end());
    }
    AddMemberships(memberships);
    AddGrants(reading_.GrantsOf(ref_));
    return std::move(rows_);
  }

 private:
  using Told = std::vector<std::pair<FactRow, TimeSet>>;

  static FactRow RowFor(FactKind fact, std::string ref, std::string name = {}) {
    FactRow row;
    row.fact = fact;
    row.ref = std::move(ref);
    row.name = std::move(name);
    return row;
  }

  // Behind what is there already.
  void AddKind(Told told) {
    std::vector<FactRow> rows;
    for (auto& [row, life] : told) {
      row.held = Shown(life.must, shown_);
      row.possibly = Shown(life.Possibly(), shown_);
      if (!row.held.empty() || !row.possibly.empty()) rows.push_back(std::move(row));
    }
    std::sort(rows.begin(), rows.end(), [](const FactRow& a, const FactRow& b) {
      return std::forward_as_tuple(BeginOf(a), a.ref, a.name) < std::forward_as_tuple(BeginOf(b), b.ref, b.name);
    });
    std::move(rows.begin(), rows.end(), std::back_inserter(rows_));
  }

  // In doubt, what the record says may be wrong either way.
  static TimeSet DoubtedBothWays(const IntervalSet& set, const IntervalSet& doubt) {
    return {set.Minus(doubt), set.Union(doubt)};
  }

  void AddDefinition() {
    std::vector<Interval> defined;
    for (const auto& piece : reading_.Role(ref_))
      if (piece.state == history::RoleState::kDefined) defined.push_back(piece.span);
    AddKind({{RowFor(FactKind::kDefinition, ref_),
              DoubtedBothWays(UnionOf(std::move(defined)), reading_.Doubtful(Topic::kAccess, ref_))}});
  }

  void AddCredentials() {
    auto pieces = reading_.View().Credentials(ref_, reading_.Window());
    if (!pieces) return reading_.Keep(pieces.error());
    reading_.Spend(static_cast<std::int64_t>(pieces->size()));
    struct Life {
      std::vector<Interval> live;
      std::string kind;
    };
    std::map<std::string, Life> lives;
    for (const auto& piece : *pieces) {
      Life& life = lives[piece.credential];
      if (piece.live) life.live.push_back(piece.span);
      if (Begun(piece.span)) life.kind = piece.kind;
    }
    const IntervalSet& doubt = reading_.Doubtful(Topic::kIdentity, ref_);
    Told told;
    for (auto& [credential, life] : lives) {
      told.emplace_back(RowFor(FactKind::kCredential, ref_, credential), DoubtedBothWays(UnionOf(std::move(life.live)), doubt));
      told.back().first.kind = std::move(life.kind);
    }
    AddKind(std::move(told));
  }

  void AddMemberships(const std::vector<MembershipPiece>& pieces) {
    std::map<std::pair<std::string, std::string>, std::vector<Interval>> lives;
    for (const auto& piece : pieces) lives[{piece.member, piece.group}].push_back(piece.live);
    Told told;
    for (auto& [who, live] : lives)
      told.emplace_back(RowFor(FactKind::kMembership, who.first, who.second),
                        TimeSet::Certain(UnionOf(std::move(live))).Doubt(reading_.Doubtful(Topic::kAccess, who.first)));
    AddKind(std::move(told));
  }

  // With the terms of the last stretch that has begun. A condition is never evaluated.
  void AddGrants(const std::vector<GrantPiece>& pieces) {
    struct Life {
      Gather live;
      const GrantPiece* last = nullptr;
    };
    std::map<std::pair<std::string, std::string>, Life> lives;
    for (const auto& piece : pieces) {
      Life& life = lives[{piece.principal, piece.grant}];
      if (piece.terms.condition.empty()) life.live.Certain(piece.live);
      else life.live.Uncertain(piece.live);
      if (life.last == nullptr || Begun(piece.live)) life.last = &piece;
    }
    Told told;
    for (const auto& [who, life] : lives) {
      FactRow row = RowFor(FactKind::kGrant, who.first, who.second);
      row.role = life.last->terms.role;
      row.scope = life.last->terms.scope;
      row.kind = life.last->terms.kind;
      told.emplace_back(std::move(row), life.live.Done().Doubt(reading_.Doubtful(Topic::kAccess, who.first)));
    }
    AddKind(std::move(told));
  }

  bool Begun(const Interval& span) const { return span.from < shown_.window.until; }

  Reading& reading_;
  const std::string ref_;
  const StoryWindow& shown_;
  std::vector<FactRow> rows_;
};

}  // namespace

std::vector<FactRow> FactsOf(Reading& reading, std::string_view ref, const StoryWindow& shown) {
  return Facts(reading, ref, shown).All();
}

}  // namespace tenure::authority
