#pragma once
// A chart drawn in characters: a label, an axis, and for each row cells that are filled exactly where its bars are.
#include <string>

#include "cli/terminal.h"
#include "library/chart.h"

namespace tenure::cli {

struct ChartStyle {
  std::size_t columns = kPipeColumns;  // no line is wider. kPictureColumnsMin or more
  bool utf8 = true;                    // false: ASCII alone, names included
  bool whole_labels = false;           // labels are not shortened, whatever that makes of the width
};

// Axis, rows, legend, and what the picture leaves out or can't be sure of; colours are the terminal's. REQUIRED: the chart has rows.
void PrintChart(Terminal& terminal, const library::Chart& chart, const ChartStyle& style);

}  // namespace tenure::cli
