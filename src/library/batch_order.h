#pragma once
// Which events may travel in one batch to a log of many partitions without leaving their order to chance.
//
// Records of one batch come into their partitions at the same time, so nothing but the log's clock says which of two is first in
// order of record, unless they lie in one partition. That order decides among events of one effective time that touch one subject
// (an identity, group, role, review), and between a retraction and what it retracts, if that retracts too. Nothing else hangs on it.
// Plain value.
#include <string>
#include <unordered_map>
#include <vector>

#include "tenure/event.h"

namespace tenure::library {

class BatchOrder {
 public:
  // Whether chance would decide between `event` and one that was added before. `lane`: events of one lane keep their order.
  bool LeavesToChance(const Event& event, const std::string& lane) const;
  void Add(const Event& event, const std::string& lane);
  void Clear() { lanes_.clear(); }

 private:
  static std::vector<std::string> TiesOf(const Event& event);

  std::unordered_map<std::string, std::string> lanes_;  // by what ties events together
};

}  // namespace tenure::library
