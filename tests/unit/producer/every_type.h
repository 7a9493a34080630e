#pragma once
// One event of each type with every field said, and what it is without each of its required ones.
#include <string>
#include <utility>
#include <vector>

#include "tenure/event.h"

namespace tenure::producer {

struct Example {
  Payload full;
  std::vector<std::pair<std::string, Payload>> without;  // the name of a required field, and the same with it unsaid
};

// In the order of EventType, one each.
const std::vector<Example>& EveryType();
// The other ways of saying it: permissions instead of a role, a grant instead of a request …
const std::vector<Payload>& OtherWays();

}  // namespace tenure::producer
