#pragma once
// Sets of time made of durations: for so long, within so long, so often within so long. Free functions; n log n in their arguments.
//
// Sums saturate: what would lie beyond time is an open end.
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "history/interval_set.h"

namespace tenure::governance {

using history::IntervalSet;

EffectiveTime Plus(EffectiveTime t, std::int64_t us);

// The moments t at which the set has held without a break since t - us or before.
IntervalSet ForAtLeast(const IntervalSet& set, std::int64_t us);
// The moments t with a point in (t - us, t].
IntervalSet Within(const std::vector<EffectiveTime>& points, std::int64_t us);
// The moments t with more than `most` points in (t - us, t].
IntervalSet MoreThan(std::int64_t most, std::vector<EffectiveTime> points, std::int64_t us);
// The moments t with more than `most` different names among the points in (t - us, t].
IntervalSet MoreNamesThan(std::int64_t most, const std::vector<std::pair<EffectiveTime, std::string>>& points, std::int64_t us);
inline IntervalSet From(EffectiveTime t) { return IntervalSet::Between(t, kForever); }
inline IntervalSet Before(EffectiveTime t) { return IntervalSet::Between(kAlways, t); }

}  // namespace tenure::governance
