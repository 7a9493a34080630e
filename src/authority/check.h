#pragma once
// What a check has found out, for those who explain it.
#include <string>

#include "authority/evaluation.h"
#include "authority/frame.h"
#include "authority/witness.h"
#include "history/facts.h"

namespace tenure::authority {

struct CheckBasis {
  history::FactView& view;
  Evaluation& evaluation;  // wide enough for what is shown
  const Frame& frame;
  std::string ref;
  Asked asked;
  history::TimeSet held;  // exact inside the evaluation's window
  const TaintIndex& taints;
  Work& work;
};

// Check within a given amount of work. When that runs out the answer is unknown and incomplete, and names the limit.
Result<CheckAnswer> CheckWithin(Work& work, history::FactView& view, std::string_view ref, const Asked& asked, const When& when,
                                bool why);

}  // namespace tenure::authority
