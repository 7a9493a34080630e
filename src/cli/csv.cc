#include "cli/csv.h"

#include "cli/moment.h"
#include "cli/text.h"

namespace tenure::cli {
namespace {

std::string Cell(const std::string& text) {
  std::string cell = Escape(text);
  if (!cell.empty() && std::string_view("=+-@").find(cell.front()) != std::string_view::npos) cell.insert(0, 1, '\'');
  if (cell.find_first_of("\",") == std::string::npos) return cell;
  std::string quoted = "\"";
  for (const char c : cell) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

}  // namespace

std::string CsvLine(const std::vector<std::string>& cells) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) line += (i > 0 ? "," : "") + Cell(cells[i]);
  return line + "\r\n";
}

void WriteCsvIntervals(Terminal& terminal, const std::vector<std::string>& cells, const std::vector<Interval>& held,
                       const std::vector<Interval>& possibly) {
  const auto write = [&](const std::string& certainty, const std::string& from, const std::string& until) {
    std::vector<std::string> all = cells;
    all.insert(all.end(), {certainty, from, until});
    terminal.Write(CsvLine(all));
  };
  for (const Interval& one : held) write("held", CsvTime(one.from), CsvTime(one.until));
  for (const Interval& one : possibly) write("possibly", CsvTime(one.from), CsvTime(one.until));
  if (held.empty() && possibly.empty()) write("", "", "");
}

std::string CsvTime(EffectiveTime t) { return t == kAlways || t == kForever ? "" : At(t.us); }

}  // namespace tenure::cli
