#include "governance/durations.h"

#include <algorithm>
#include <limits>
#include <map>

#include "authority/gather.h"

namespace tenure::governance {

EffectiveTime Plus(EffectiveTime t, std::int64_t us) {
  if (t == kForever || t == kAlways) return t;
  std::int64_t sum = 0;
  return __builtin_add_overflow(t.us, us, &sum) ? kForever : EffectiveTime{sum};
}

IntervalSet ForAtLeast(const IntervalSet& set, std::int64_t us) {
  std::vector<Interval> parts;
  for (const Interval& part : set.Parts()) parts.push_back({Plus(part.from, us), part.until});
  return authority::UnionOf(std::move(parts));
}

IntervalSet Within(const std::vector<EffectiveTime>& points, std::int64_t us) {
  std::vector<Interval> parts;
  parts.reserve(points.size());
  for (const EffectiveTime point : points) parts.push_back({point, Plus(point, us)});
  return authority::UnionOf(std::move(parts));
}

IntervalSet MoreThan(std::int64_t most, std::vector<EffectiveTime> points, std::int64_t us) {
  std::sort(points.begin(), points.end());
  std::vector<Interval> parts;
  // The point i is the last of most + 1 that lie together from it until the first of them leaves.
  for (auto i = static_cast<std::size_t>(std::max<std::int64_t>(most, 0)); i < points.size(); ++i)
    parts.push_back({points[i], Plus(points[i - static_cast<std::size_t>(most)], us)});
  return authority::UnionOf(std::move(parts));
}

IntervalSet MoreNamesThan(std::int64_t most, const std::vector<std::pair<EffectiveTime, std::string>>& points, std::int64_t us) {
  // At each moment something comes or leaves, how many of each name are there.
  std::vector<std::pair<EffectiveTime, std::pair<const std::string*, int>>> steps;
  for (const auto& [time, name] : points) {
    steps.push_back({time, {&name, 1}});
    if (const EffectiveTime leaves = Plus(time, us); leaves != kForever) steps.push_back({leaves, {&name, -1}});
  }
  std::sort(steps.begin(), steps.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::map<std::string, std::int64_t, std::less<>> there;
  std::vector<Interval> parts;
  for (std::size_t i = 0; i < steps.size();) {
    const EffectiveTime time = steps[i].first;
    for (; i < steps.size() && steps[i].first == time; ++i) {
      const auto& [name, by] = steps[i].second;
      if ((there[*name] += by) == 0) there.erase(*name);
    }
    if (static_cast<std::int64_t>(there.size()) > most) parts.push_back({time, i < steps.size() ? steps[i].first : kForever});
  }
  return authority::UnionOf(std::move(parts));
}

}  // namespace tenure::governance
