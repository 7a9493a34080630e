#pragma once
// The axis of a chart: where its ticks stand and what is written beside them, in UTC, from microseconds to millennia.
#include <string>
#include <vector>

#include "tenure/time.h"

namespace tenure::library {

struct Tick {
  EffectiveTime at;
  std::string label;  // ASCII, so as wide as it has bytes
};
struct Axis {
  std::string context;      // what all labels leave out, such as "2023-07-10"; may be empty
  std::vector<Tick> ticks;  // ascending, on whole units of time; none where not even one has room
};

// As many as stand in `columns` characters with a gap between their labels. REQUIRED: extent is bounded and not empty.
Axis AxisOf(const Interval& extent, std::size_t columns);

// What can be written on an axis: the years 0001 to 9999.
EffectiveTime OnAxis(EffectiveTime at);

}  // namespace tenure::library
