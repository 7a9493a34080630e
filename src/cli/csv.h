#pragma once
// CSV by RFC 4180: a header line, CRLF, fields quoted when they need it.
//
// A cell that a spreadsheet would take for a formula (it begins with = + - @) is written with a ' in front; control characters are
// made visible as in output for people, since CSV is looked at too. Whoever needs the very bytes asks for JSON.
#include <string>
#include <vector>

#include "cli/terminal.h"
#include "tenure/time.h"

namespace tenure::cli {

std::string CsvLine(const std::vector<std::string>& cells);

// One line for each interval (so that from and until are columns), `certainty` being held or possibly; a row without any
// interval is one line with these three empty. The columns certainty, from, until are appended to the row's own.
void WriteCsvIntervals(Terminal& terminal, const std::vector<std::string>& cells, const std::vector<Interval>& held,
                       const std::vector<Interval>& possibly);

// "" for an open end.
std::string CsvTime(EffectiveTime t);

}  // namespace tenure::cli
