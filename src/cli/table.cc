#include "cli/table.h"

#include <algorithm>

#include "cli/text.h"

namespace tenure::cli {
namespace {
constexpr std::size_t kGap = 2;
}

void Table::Add(std::vector<std::string> cells, Ink ink) {
  for (std::string& cell : cells) cell = Escape(cell);
  cells.resize(columns_.size());
  rows_.push_back({std::move(cells), ink});
}

std::vector<std::size_t> Table::Widths(bool wide) const {
  std::vector<std::size_t> widths(columns_.size(), 0);
  for (const Row& row : rows_)
    for (std::size_t i = 0; i < widths.size(); ++i) widths[i] = std::max(widths[i], Width(row.cells[i]));
  std::size_t sum = 0;
  for (std::size_t i = 0; i < widths.size(); ++i) {
    if (widths[i] == 0) continue;
    widths[i] = std::max(widths[i], Width(columns_[i].title));
    sum += widths[i] + (sum > 0 ? kGap : 0);
  }
  // The widest flexible column gives way first, one by one, until the table fits or nothing can be shortened any more.
  while (!wide && sum > kColumns) {
    std::size_t widest = widths.size();
    for (std::size_t i = 0; i < widths.size(); ++i)
      if (columns_[i].flexible && widths[i] > columns_[i].least && (widest == widths.size() || widths[i] > widths[widest]))
        widest = i;
    if (widest == widths.size()) break;
    --widths[widest];
    --sum;
  }
  return widths;
}

void Table::Print(Terminal& terminal, bool wide) const {
  if (rows_.empty()) return;
  const std::vector<std::size_t> widths = Widths(wide);
  const auto line = [&](auto&& cell_of, Ink ink) {
    std::string text;
    for (std::size_t i = 0; i < widths.size(); ++i) {
      if (widths[i] == 0) continue;
      const std::string cell = ShortenMiddle(cell_of(i), widths[i]);
      const std::string space(widths[i] - Width(cell), ' ');
      text += std::string(text.empty() ? 0 : kGap, ' ') + (columns_[i].right ? space + cell : cell + space);
    }
    text.erase(text.find_last_not_of(' ') + 1);
    terminal.Line(terminal.Paint(ink, text));
  };
  line([&](std::size_t i) -> const std::string& { return columns_[i].title; }, Ink::kDim);
  for (const Row& row : rows_) line([&](std::size_t i) -> const std::string& { return row.cells[i]; }, row.ink);
}

}  // namespace tenure::cli
