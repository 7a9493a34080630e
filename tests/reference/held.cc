// Facts over all time: the pointwise functions asked at each time that a record mentions, equal neighbours joined.
#include <algorithm>

#include "reference/reference.h"

namespace tenure::reference {
namespace {

// Appends [from, until) to intervals that end at or before it.
void Join(std::vector<Interval>& intervals, const Interval& next) {
  if (!intervals.empty() && intervals.back().until == next.from) {
    intervals.back().until = next.until;
  } else {
    intervals.push_back(next);
  }
}

void Join(Held& held, Truth truth, const Interval& next) {
  if (truth.must) Join(held.must, next);
  if (truth.may) Join(held.may, next);
}

}  // namespace

std::vector<Interval> Around(const std::vector<Interval>& intervals, EffectiveTime t) {
  for (const Interval& interval : intervals)
    if (interval.Contains(t)) return {interval};
  return {};
}

std::vector<Interval> Clip(const std::vector<Interval>& intervals, const Interval& window) {
  std::vector<Interval> clipped;
  for (const Interval& interval : intervals) {
    Interval part{std::max(interval.from, window.from), std::min(interval.until, window.until)};
    if (part.from < part.until) clipped.push_back(part);
  }
  return clipped;
}

std::vector<Interval> Minus(const std::vector<Interval>& a, const std::vector<Interval>& b) {
  std::vector<Interval> left = a;
  for (const Interval& hole : b) {
    auto before = Clip(left, {kAlways, hole.from}), after = Clip(left, {hole.until, kForever});
    left = before;
    left.insert(left.end(), after.begin(), after.end());
  }
  return left;
}

std::vector<EffectiveTime> View::Breakpoints() const {
  std::vector<EffectiveTime> points{kAlways};
  points.insert(points.end(), record_.times.begin(), record_.times.end());
  return points;
}

namespace {

// Calls `at` for each stretch of time in which nothing changes.
void EachStretch(const std::vector<EffectiveTime>& points, const std::function<void(const Interval&)>& at) {
  for (std::size_t i = 0; i < points.size(); ++i) at({points[i], i + 1 < points.size() ? points[i + 1] : kForever});
}

}  // namespace

Held View::HeldWhere(const std::function<Truth(EffectiveTime)>& fact) const {
  Held held;
  EachStretch(Breakpoints(), [&](const Interval& stretch) { Join(held, fact(stretch.from), stretch); });
  return held;
}

Held View::ActiveHeld(const std::string& ref) const {
  return HeldWhere([&](EffectiveTime t) { return Active(ref, t); });
}

Held View::GrantHeld(const std::string& principal, const std::string& grant) const {
  return HeldWhere([&](EffectiveTime t) {
    return Truth{Live(principal, grant, t, {true, true}).must, Live(principal, grant, t, {false, true}).may};
  });
}

Held View::CheckHeld(const std::string& ref, const std::string& action, const std::string& resource) const {
  return HeldWhere([&](EffectiveTime t) { return Effective(ref, action, resource, t); });
}

std::map<std::string, Held> View::RowsHeld(const std::function<std::vector<HolderRow>(EffectiveTime)>& rows) const {
  std::map<std::string, Held> held;
  EachStretch(Breakpoints(), [&](const Interval& stretch) {
    for (const HolderRow& row : rows(stretch.from)) Join(held[row.principal], row.holds, stretch);
  });
  return held;
}

std::map<std::string, Held> View::WhoHeld(const std::string& action, const std::string& resource) const {
  return RowsHeld([&](EffectiveTime t) { return Who(action, resource, t); });
}

std::map<std::string, Held> View::WhoRoleHeld(const std::string& role) const {
  return RowsHeld([&](EffectiveTime t) { return WhoRole(role, t); });
}

std::map<std::string, Held> View::MembersHeld(const std::string& group) const {
  return RowsHeld([&](EffectiveTime t) { return MembersOf(group, t); });
}

std::map<AuthorityKey, AuthorityHeld> View::WhatHeld(const std::string& ref) const {
  std::map<AuthorityKey, AuthorityHeld> rows;
  EachStretch(Breakpoints(), [&](const Interval& stretch) {
    for (const AuthorityRow& row : What(ref, stretch.from)) {
      AuthorityHeld& held = rows[row.key];
      Join(held.held, row.holds, stretch);
      Join(held.on_paper, stretch);
    }
  });
  return rows;
}

}  // namespace tenure::reference
