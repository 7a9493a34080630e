#pragma once
// The moment or window of a question, and how a set of time is shown in it.
//
// Under as_of T a question looks at T and shows the maximal interval that holds T; under during it clips to the window.
// Engine sets are exact only inside the window that was read, so a question at T reads [T, T+1us) first and then widens until
// every interval it shows begins and ends inside what was read (Widening). Plain values.
#include <optional>
#include <vector>

#include "history/interval_set.h"
#include "tenure/answer.h"
#include "tenure/result.h"

namespace tenure::authority {

class Frame {
 public:
  // Errors (kCaller): when_missing, when_empty.
  static Result<Frame> Of(const When& when);

  bool AtMoment() const { return at_moment_; }
  // T, or the first moment of the window.
  EffectiveTime Begin() const { return window_.from; }
  // The last moment: T, or the last microsecond of the window.
  EffectiveTime Last() const { return {window_.until.us - 1}; }
  // [T, T+1us) or the window.
  const Interval& Window() const { return window_; }
  bool Meets(const history::IntervalSet& set) const { return set.Meets(window_); }
  // What an answer shows of `set`.
  std::vector<Interval> Shown(const history::IntervalSet& set) const;
  When ToWhen() const;

 private:
  Interval window_;
  bool at_moment_ = false;
};

// Grows a window until the intervals shown lie inside it. Usage:
//   for (Widening w(frame);; ) { evaluate over w.Window(); for each shown set: w.Want(set); if (!w.Grow()) break; }
class Widening {
 public:
  explicit Widening(const Frame& frame) : frame_(frame), window_(frame.Window()) {}
  const Interval& Window() const { return window_; }
  // The maximal interval around T must lie inside the window (nothing is wanted under during).
  void Want(const history::IntervalSet& set);
  void Want(const history::TimeSet& set);
  // False: everything wanted lies inside, the evaluation stands. True: evaluate again.
  bool Grow();

 private:
  const Frame& frame_;
  Interval window_, wanted_{kForever, kAlways};
  int rounds_ = 0;
};

}  // namespace tenure::authority
