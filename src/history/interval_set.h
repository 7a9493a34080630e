#pragma once
// A set of half-open intervals of effective time, and the pair must ⊆ may that every uncertain fact is.
//
// Invariant: intervals are disjoint, not empty, not adjacent, ascending. Equal sets have equal members.
// An open end is kForever, an open beginning kAlways. Value types: copy freely, no thread may write while another reads.
// All operations are linear in the number of intervals of both operands; At is a binary search.
#include <initializer_list>
#include <optional>
#include <vector>

#include "tenure/time.h"

namespace tenure::history {

class IntervalSet {
 public:
  IntervalSet() = default;
  // The one interval; empty if until <= from, which is legal input (a grant may end before it begins).
  explicit IntervalSet(Interval one);
  static IntervalSet Between(EffectiveTime from, EffectiveTime until) { return IntervalSet(Interval{from, until}); }
  static IntervalSet All() { return IntervalSet(Interval{}); }

  bool Empty() const { return parts_.empty(); }
  bool Contains(EffectiveTime t) const { return At(t).has_value(); }
  bool Meets(const Interval& window) const;
  bool Covers(const Interval& window) const;
  // The maximal interval that holds t, or nothing.
  std::optional<Interval> At(EffectiveTime t) const;
  const std::vector<Interval>& Parts() const { return parts_; }

  IntervalSet Union(const IntervalSet& other) const;
  IntervalSet Intersect(const IntervalSet& other) const;
  IntervalSet Minus(const IntervalSet& other) const;
  IntervalSet Clip(const Interval& window) const { return Intersect(IntervalSet(window)); }

  friend bool operator==(const IntervalSet&, const IntervalSet&) = default;

 private:
  std::vector<Interval> parts_;
};

// What is certain and what cannot be excluded. Invariant: must ⊆ may.
struct TimeSet {
  IntervalSet must, may;

  static TimeSet None() { return {}; }
  static TimeSet All() { return {IntervalSet::All(), IntervalSet::All()}; }
  static TimeSet Certain(const IntervalSet& s) { return {s, s}; }
  static TimeSet Uncertain(IntervalSet s) { return {{}, std::move(s)}; }

  TimeSet Union(const TimeSet& o) const { return {must.Union(o.must), may.Union(o.may)}; }
  TimeSet Intersect(const TimeSet& o) const { return {must.Intersect(o.must), may.Intersect(o.may)}; }
  // allow \ deny: certain only where the deny is excluded, possible where the deny is not certain.
  TimeSet Minus(const TimeSet& deny) const { return {must.Minus(deny.may), may.Minus(deny.must)}; }
  TimeSet Clip(const Interval& w) const { return {must.Clip(w), may.Clip(w)}; }
  // Inside `range`, nothing is certain any more; what was possible stays so.
  TimeSet Doubt(const IntervalSet& range) const { return {must.Minus(range), may}; }
  // may \ must.
  IntervalSet Possibly() const { return may.Minus(must); }

  friend bool operator==(const TimeSet&, const TimeSet&) = default;
};

}  // namespace tenure::history
