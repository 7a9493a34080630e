#pragma once
// A chart as SVG: by itself in a file, or to stand inside an HTML page. It holds its own style, no script, and nothing that it would have to
// fetch; texts of the record are escaped. What is certain, possible and granted alone differs in pattern as well as in colour, and each bar says
// its exact ends when pointed at.
#include <string>

#include "library/chart.h"

namespace tenure::library {

enum class SvgPlace : std::uint8_t { kFile, kPage };

// Without rows: in a file the title and that there is nothing to draw; for a page "".
std::string ChartSvg(const Chart& chart, SvgPlace place);

}  // namespace tenure::library
