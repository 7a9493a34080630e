#pragma once
// A state as it would be if some events had been taken out of it: in memory, over rows that stay as they are.
//
// Each named event is retracted by a record that no log has, with the right to, after everything that is known; so it takes out the event,
// what it supersedes comes back, and the fold says the rest. Only the facts that this touches are folded again. Nothing is ever written,
// and nobody but the views of a fork sees it. Immutable. Thread safety: any call from any thread; each view is used by one.
// Decision: ADR 0012.
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "history/views.h"

namespace tenure::history {

// Where a fork's own records stand: a partition that no log has.
inline constexpr std::int32_t kForkPartition = std::numeric_limits<std::int32_t>::max();
inline bool IsOfFork(const Position& position) { return position.partition == kForkPartition; }

// The correctors, sorted, and who speaks for a fork.
std::vector<std::string> CorrectorsOfForks(std::vector<std::string> correctors);

class Fork {
 public:
  // Of all that `rows` hold (`v` is that) or of any other v within it. `correctors`: of CorrectorsOfForks; they outlive this object and
  // its views. Errors (kCaller): event_not_known: v holds no event of that name.
  static Result<std::shared_ptr<const Fork>> Make(std::shared_ptr<const Rows> rows, bool latest, const PositionVector& v,
                                                  const std::vector<EventName>& without,
                                                  const std::vector<std::string>& correctors, std::size_t pages_bytes);

  // Its vector holds the fork's own records beside v. It may outlive this object.
  Result<std::unique_ptr<FactView>> View() const;

 private:
  explicit Fork(const std::vector<std::string>& correctors) : correctors_(correctors) {}

  PositionVector vector_;
  const std::vector<std::string>& correctors_;
  CurrentState current_;  // of the latest
  PastState past_;        // of any other
};

}  // namespace tenure::history
