#pragma once
// A random policy for the findings of a random history: durations of minutes and hours, as such a history lasts half a day.
#include "property/history_generator.h"
#include "reference/findings.h"

namespace tenure::property {

reference::Policy SomePolicy(Random& random);

}  // namespace tenure::property
