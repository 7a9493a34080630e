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
  // What an event may have in common with another so that their order matters.
  using Ties = std::vector<std::string>;
  static Ties TiesOf(const Event& event);

  // Whether chance would decide between an event and one that was added before. `lane`: events of one lane keep their order.
  bool LeavesToChance(const Ties& ties, const std::string& lane) const;
  bool LeavesToChance(const Event& event, const std::string& lane) const { return LeavesToChance(TiesOf(event), lane); }
  void Add(Ties ties, const std::string& lane);
  void Add(const Event& event, const std::string& lane) { Add(TiesOf(event), lane); }
  void Clear() { lanes_.clear(); }

 private:
  std::unordered_map<std::string, std::string> lanes_;  // by what ties events together
};

}  // namespace tenure::library
