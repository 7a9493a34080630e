#pragma once
// Which corners a history visits: what the generator must reach often, read off the records themselves.
#include <set>
#include <string>

#include "property/history_generator.h"

namespace tenure::property {

// equal_times, zero_window, far_past, far_future, many_incarnations, retraction_of_retraction, group_cycle, assumption_cycle,
// displaced (a later copy is earlier on record), interleaved (arrival is not order of record), and the plainer ones by their name.
std::set<std::string> CornersOf(const History& history);

}  // namespace tenure::property
