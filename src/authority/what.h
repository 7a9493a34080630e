#pragma once
// The rows of `what`, before they are shown; `diff` compares them too.
#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "authority/evaluation.h"
#include "authority/frame.h"
#include "tenure/answer.h"

namespace tenure::authority {

// One row: one effect of one grant, by whatever ways it reaches the identity. In the order of pages.
struct RowKey {
  std::string grant;
  RowEffect effect;
  std::string granted_to;
  friend auto operator<=>(const RowKey&, const RowKey&) = default;
};
struct Row {
  history::TimeSet set;                        // when it is held
  history::IntervalSet paper;                  // when it would be, whatever the statuses
  history::IntervalSet granted;                // when the grant itself is live
  const history::GrantPiece* piece = nullptr;  // whose terms are shown: live at T, or last in the window; owned by the reading
};
using Rows = std::map<RowKey, Row>;

// One effect of one stretch of a grant's life, on one of the ways by which it reaches an identity.
struct Given {
  RowEffect effect;
  const history::GrantPiece& grant;
  history::TimeSet set;        // when it is held
  history::IntervalSet paper;  // when it would be, whatever the statuses
};
// All that meets the reading's window, on paper at least; sets are exact inside it.
void EachGiven(Evaluation& evaluation, std::string_view ref, const std::function<void(const Given&)>& each);

// All rows that meet the reading's window, on paper at least; sets are exact inside it.
Rows RowsOf(Evaluation& evaluation, std::string_view ref, const Frame& frame);
RowStatus StatusOf(const Row& row, const Frame& frame);

}  // namespace tenure::authority
