#include "authority/gather.h"

#include <algorithm>

namespace tenure::authority {
namespace {

using history::IntervalSet;

// Of sorted parts [from, until): by halves, so that each interval is copied log n times.
IntervalSet UnionOfRange(const std::vector<Interval>& parts, std::size_t from, std::size_t until) {
  if (until - from == 0) return {};
  if (until - from == 1) return IntervalSet(parts[from]);
  const std::size_t middle = from + (until - from) / 2;
  return UnionOfRange(parts, from, middle).Union(UnionOfRange(parts, middle, until));
}

}  // namespace

IntervalSet UnionOf(std::vector<Interval> parts) {
  std::sort(parts.begin(), parts.end());
  return UnionOfRange(parts, 0, parts.size());
}

void Gather::Add(const history::TimeSet& set) {
  must_.insert(must_.end(), set.must.Parts().begin(), set.must.Parts().end());
  may_.insert(may_.end(), set.may.Parts().begin(), set.may.Parts().end());
}

}  // namespace tenure::authority
