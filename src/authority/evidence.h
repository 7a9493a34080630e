#pragma once
// The events behind an answer, once each, in order of first use; rows point into the list by index. Not thread safe.
#include <map>
#include <vector>

#include "history/facts.h"
#include "tenure/answer.h"

namespace tenure::authority {

class EvidenceList {
 public:
  explicit EvidenceList(history::FactView& view) : view_(view) {}

  // REQUIRED: positions of readable records in the view's V. Repeated positions are given once, in the order given.
  // Errors: those of the view (kFault).
  Result<EvidenceIndex> Add(const std::vector<Position>& positions);
  const Evidence& At(std::int32_t index) const { return list_[static_cast<std::size_t>(index)]; }
  std::vector<Evidence> Take() { return std::move(list_); }

 private:
  history::FactView& view_;
  std::vector<Evidence> list_;
  std::map<Position, std::int32_t> known_;
};

}  // namespace tenure::authority
