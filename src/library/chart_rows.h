#pragma once
// The rows of a chart, read from an answer's JSON (docs/reference/json.md). Pure functions.
#include <string>
#include <string_view>
#include <vector>

#include "event/json_reader.h"
#include "library/chart.h"
#include "library/shown_time.h"

namespace tenure::library {

// Of a timeline: its events and uses as marks, a row each, then a row a fact. Of any other answer: a row for each result that has a
// time in it.
std::vector<ChartRow> RowsOf(const event::JsonValue& answer);

// Members of an object; what is missing is empty, nothing, or without bound.
std::string TextOf(const event::JsonValue& object, std::string_view name);
OptionalTime TimeOf(const event::JsonValue& object, std::string_view name);
Interval SpanOf(const event::JsonValue& object, std::string_view from, std::string_view until);

}  // namespace tenure::library
