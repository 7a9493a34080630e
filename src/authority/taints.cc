#include "authority/taints.h"

#include "authority/gather.h"

namespace tenure::authority {

TaintIndex::TaintIndex(const std::vector<history::Taint>& taints) : empty_(taints.empty()) {
  std::vector<Interval> whole[kPlaneTopics];
  std::map<std::string, std::vector<Interval>> keyed[kPlaneTopics];
  for (const auto& taint : taints) {
    const int plane = static_cast<int>(taint.topic);
    if (plane >= kPlaneTopics) continue;
    if (taint.key.empty()) whole[plane].push_back(taint.range);
    else keyed[plane][taint.key].push_back(taint.range);
  }
  for (int plane = 0; plane < kPlaneTopics; ++plane) {
    whole_[plane] = UnionOf(whole[plane]);
    for (auto& [key, ranges] : keyed[plane]) by_key_[plane][key] = UnionOf(ranges).Union(whole_[plane]);
  }
}

const history::IntervalSet& TaintIndex::Doubtful(Topic plane, std::string_view key) const {
  const auto& keyed = by_key_[static_cast<int>(plane)];
  const auto it = keyed.find(key);
  return it == keyed.end() ? whole_[static_cast<int>(plane)] : it->second;
}

}  // namespace tenure::authority
