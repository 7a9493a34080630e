#pragma once
// The order in which a fold reads: by effective time, then by order of record.
#include <tuple>
#include <vector>

#include "tenure/event.h"

namespace tenure::history {

// Order of record: (recorded, topic, partition, offset).
struct Order {
  RecordedTime recorded;
  Position position;
  friend auto operator<=>(const Order&, const Order&) = default;
};

struct Moment {
  EffectiveTime time;
  Order order;
  friend auto operator<=>(const Moment&, const Moment&) = default;
};

// One event in force, as one of its facts sees it. Folds take assertions of one fact, ascending by `at`.
struct Assertion {
  Moment at;
  Payload payload;
};

// Where the incarnations of an identity, group or role begin (the first one reaches back without bound and is not listed), and the
// retirements that end everything. Ascending.
struct Incarnations {
  std::vector<Moment> begins;
  std::vector<Moment> ends_all;
  bool Plain() const { return begins.empty() && ends_all.empty(); }
  friend bool operator==(const Incarnations&, const Incarnations&) = default;
};

}  // namespace tenure::history
