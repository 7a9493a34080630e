#pragma once
// Where the next page of rows begins, and the moment that all pages share, as URL-safe text.
//
// Bound to its question (name and arguments): with another it is cursor_other_question, damaged it is cursor_malformed (both
// kCaller). The knowledge is not in it: the caller gives the same view again. Free functions over plain values.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "tenure/answer.h"

namespace tenure::authority {

// The question's name and arguments.
using QuestionKey = std::vector<std::string>;

struct Cursor {
  When when;
  std::string last;  // key of the last row given; any bytes
};
std::string WriteCursor(const QuestionKey& question, const Cursor& cursor);
Result<Cursor> ReadCursor(const QuestionKey& question, std::string_view text);

// The moment and the place of a page: the cursor's if there is one, which wins over `when`.
Result<Cursor> PlaceOf(const QuestionKey& question, const When& when, const Page& page);

// The rows of one page out of all of them, in the order of key(row), and the cursor of the next page ("" on the last).
template <class Row, class Key>
std::vector<Row> PageOf(std::vector<Row> rows, Key key, const QuestionKey& question, const Cursor& place, std::int64_t limit,
                        std::string& next) {
  const auto begin = place.last.empty()
                         ? rows.begin()
                         : std::find_if(rows.begin(), rows.end(), [&](const Row& row) { return place.last < key(row); });
  const auto count = std::min<std::int64_t>(limit, rows.end() - begin);
  std::vector<Row> out(std::make_move_iterator(begin), std::make_move_iterator(begin + count));
  next.clear();
  if (begin + count != rows.end() && count > 0) next = WriteCursor(question, {place.when, key(out.back())});
  return out;
}

}  // namespace tenure::authority
