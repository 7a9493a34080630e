#include "authority/evidence.h"

#include <algorithm>

namespace tenure::authority {

Result<EvidenceIndex> EvidenceList::Add(const std::vector<Position>& positions) {
  EvidenceIndex index;
  for (const auto& position : positions) {
    auto known = known_.find(position);
    if (known == known_.end()) {
      auto meta = view_.Meta(position);
      if (!meta) return tl::unexpected<Error>(meta.error());
      known = known_.emplace(position, static_cast<std::int32_t>(list_.size())).first;
      list_.push_back({meta->name, meta->type, meta->time, meta->recorded, meta->position, meta->claimed_actor,
                       meta->verified_writer, meta->control_owner});
    }
    if (std::find(index.begin(), index.end(), known->second) == index.end()) index.push_back(known->second);
  }
  return index;
}

}  // namespace tenure::authority
