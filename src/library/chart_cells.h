#pragma once
// A row of a chart in cells of equal width, each in eighths: which of them its bars and marks touch. Exact: no rounding hides a
// microsecond, whatever the extent. Pure functions over plain values.
#include <cstdint>
#include <vector>

#include "library/chart.h"

namespace tenure::library {

// Bit 0 is the leftmost eighth of the cell.
struct Cell {
  std::uint8_t certain = 0, possible = 0, granted = 0;
  std::uint8_t marks = 0;  // events and uses
  bool gap = false;        // a mark of an end that nobody told
  bool Empty() const { return (certain | possible | granted | marks) == 0 && !gap; }
};

// How the bars of a row go on beyond one side of the picture: not, to an end that isn't in it, without one.
enum class Beyond : std::uint8_t { kNo, kFurther, kOpen };

struct Cells {
  std::vector<Cell> cells;
  Beyond left = Beyond::kNo, right = Beyond::kNo;
};

// A cell has a bit of a sureness exactly if a bar of that sureness touches the cell's part of the extent. Within a cell, a break
// between two bars of one sureness is shown by an eighth that is left out, if the cell keeps another. REQUIRED: columns > 0.
Cells CellsOf(const ChartRow& row, const Interval& extent, std::size_t columns);

// The cell of a moment, which lies within the extent or is taken to its nearest end.
std::size_t ColumnOf(EffectiveTime at, const Interval& extent, std::size_t columns);

}  // namespace tenure::library
