#pragma once
// Rows in columns that fit a width: the columns that may be shortened give way, the others stand whole, and those in which no row
// has anything are left out.
#include <string>
#include <vector>

#include "cli/terminal.h"

namespace tenure::cli {

struct Column {
  std::string title;
  bool flexible = false;   // shortened in the middle when the table is too wide
  std::size_t least = 12;  // but not below this
  bool right = false;      // numbers
};

// Cells are plain text and are escaped here. Nothing is printed for no rows.
class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
  void Add(std::vector<std::string> cells, Ink ink = Ink::kPlain);
  // wide: nothing is shortened.
  void Print(Terminal& terminal, bool wide) const;

 private:
  struct Row {
    std::vector<std::string> cells;
    Ink ink;
  };
  // Of each column; 0 = left out.
  std::vector<std::size_t> Widths(bool wide) const;

  std::vector<Column> columns_;
  std::vector<Row> rows_;
};

}  // namespace tenure::cli
