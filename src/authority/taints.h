#pragma once
// Open taints by plane and key: where facts are in doubt. Built once a question from FactView::Taints(); immutable afterwards.
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "history/facts.h"
#include "history/interval_set.h"

namespace tenure::authority {

class TaintIndex {
 public:
  explicit TaintIndex(const std::vector<history::Taint>& taints);
  bool Empty() const { return empty_; }
  // When every fact of `plane` about `key` is unknown; a taint of the whole topic doubts every key.
  const history::IntervalSet& Doubtful(Topic plane, std::string_view key) const;
  // When every key is in doubt; and the keys that are by themselves.
  const history::IntervalSet& Whole(Topic plane) const { return whole_[static_cast<int>(plane)]; }
  const std::map<std::string, history::IntervalSet, std::less<>>& Keyed(Topic plane) const {
    return by_key_[static_cast<int>(plane)];
  }

 private:
  bool empty_ = true;
  history::IntervalSet whole_[kPlaneTopics];
  std::map<std::string, history::IntervalSet, std::less<>> by_key_[kPlaneTopics];  // whole-topic taints included
};

}  // namespace tenure::authority
