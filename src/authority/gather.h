#pragma once
// Many intervals into one set, in n log n: uniting them one by one would be quadratic for a long history.
#include <vector>

#include "history/interval_set.h"

namespace tenure::authority {

// Order and overlaps don't matter; empty intervals are left out.
history::IntervalSet UnionOf(std::vector<Interval> parts);

// The union of many TimeSets. A value type.
class Gather {
 public:
  void Add(const history::TimeSet& set);
  void Certain(Interval span) { must_.push_back(span), may_.push_back(span); }
  void Uncertain(Interval span) { may_.push_back(span); }
  history::TimeSet Done() const { return {UnionOf(must_), UnionOf(may_)}; }

 private:
  std::vector<Interval> must_, may_;
};

}  // namespace tenure::authority
