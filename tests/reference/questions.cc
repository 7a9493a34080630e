// The questions at one instant: check, and who.
#include <algorithm>

#include "reference/pattern.h"
#include "reference/reference.h"

namespace tenure::reference {

// Before the record a no is not known.
Tri View::Check(const std::string& ref, const std::string& action, const std::string& resource, EffectiveTime t) const {
  Tri decision = ToTri(Effective(ref, action, resource, t));
  bool before = BeforeRecord(PlanesOf(QuestionKind::kCheck), t);
  return decision == Tri::kNo && before ? Tri::kMaybe : decision;
}

// During a window: yes if it certainly held at some moment of it, unknown if it may have.
Tri View::Check(const std::string& ref, const std::string& action, const std::string& resource, const Interval& during) const {
  Held held = CheckHeld(ref, action, resource);
  if (!Clip(held.must, during).empty()) return Tri::kYes;
  if (!Clip(held.may, during).empty()) return Tri::kMaybe;
  return BeforeRecord(PlanesOf(QuestionKind::kCheck), during.from) ? Tri::kMaybe : Tri::kNo;
}

// One row for each identity, never a group. Identities are listed for what they hold by a path without everyone:*, which has a row
// of its own. Certain is what no taint touches, possible what the fold gives without the taints.
std::vector<HolderRow> View::Rows(const std::function<Truth(const std::string&, Lens)>& holds) const {
  std::set<std::string> candidates = Named();
  candidates.insert(kEveryone);
  std::vector<HolderRow> rows;
  for (const auto& ref : candidates) {
    if (IsGroup(ref)) continue;
    bool everyone = ref == kEveryone;
    Truth truth{holds(ref, {true, everyone}).must, holds(ref, {false, everyone}).may};
    if (truth.may) rows.push_back({ref, truth});
  }
  return rows;
}

std::vector<HolderRow> View::Who(const std::string& action, const std::string& resource, EffectiveTime t) const {
  return Rows([&](const std::string& ref, Lens lens) { return Effective(ref, action, resource, t, lens); });
}

// Who holds a live grant of the role, itself or through groups, everyone:* or assumption, while active. An undefined role may be
// anything, a retired one is not held. Denies don't subtract.
std::vector<HolderRow> View::WhoRole(const std::string& role, EffectiveTime t) const {
  RoleRegister::State state = RoleAt(role, t).state;
  if (state == RoleRegister::State::kRetired) return {};
  auto holds_on = [&](Side side, const std::string& ref, Lens lens) {
    for (const auto& as : ActsAs(side, ref, t, lens)) {
      if (side == Side::kMust && RegistersOf(as, t).Boundary()) continue;  // what it holds is only possible
      for (const auto& principal : AllowReach(side, as, t, lens))
        for (const auto& grant : GrantsTo(principal))
          if (const GrantIssued* terms = Terms(principal, grant, t); terms && terms->role == role)
            if (On(side, Allows(principal, grant, t, lens))) return true;
    }
    return false;
  };
  return Rows([&](const std::string& ref, Lens lens) {
    Truth truth{holds_on(Side::kMust, ref, lens), holds_on(Side::kMay, ref, lens)};
    bool certain = state == RoleRegister::State::kDefined && !(lens.taints && Tainted(Topic::kAccess, role, t));
    return certain ? truth : Doubted(truth);
  });
}

// Members, through active groups, while active themselves. Not by assumption.
std::vector<HolderRow> View::MembersOf(const std::string& group, EffectiveTime t) const {
  auto member_on = [&](Side side, const std::string& ref, Lens lens) {
    return ActiveOn(side, ref, t, lens) && AllowReach(side, ref, t, lens).contains(group);
  };
  return Rows([&](const std::string& ref, Lens lens) {
    return Truth{member_on(Side::kMust, ref, lens), member_on(Side::kMay, ref, lens)};
  });
}

PositionVector Reference::Everything() const {
  PositionVector all;
  for (const Entry& entry : entries_) {
    auto& next = all.next[entry.position.Where()];
    next = std::max(next, entry.position.offset + 1);
  }
  return all;
}

PositionVector Reference::KnownAt(RecordedTime k) const {
  PositionVector known;
  for (const Entry& entry : entries_)
    if (entry.recorded <= k) {
      auto& next = known.next[entry.position.Where()];
      next = std::max(next, entry.position.offset + 1);
    }
  return known;
}

}  // namespace tenure::reference
