#pragma once
// The intervals of an answer's rows as bars over time: SVG to stand inside an HTML page. Pure functions.
#include <string>
#include <string_view>

#include "event/json_reader.h"

namespace tenure::library {

// Fit for HTML and SVG, in text and between quotes: markup is escaped, and what controls a terminal or the order of writing is shown as
// its number.
std::string Html(std::string_view text);

// Empty where the rows have no interval and no moment with a bound to draw. `answer`: the whole object.
std::string EvidenceChart(const event::JsonValue& answer);

}  // namespace tenure::library
