#pragma once
// Two ways to one answer: current belief read from intervals, and any other knowledge folded again from its assertions.
#include <array>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "history/database.h"
#include "history/facts.h"
#include "history/folder.h"
#include "history/pages.h"
#include "history/standing_index.h"

namespace tenure::history {

// What every question about one state asks first, found by the one that asks first. Thread safety: the mutex is held to use the rest.
struct StateMemo {
  std::mutex mutex;
  std::shared_ptr<const std::vector<Taint>> taints;
  std::array<std::optional<OptionalTime>, kPlaneTopics> horizons;
  std::shared_ptr<const std::vector<NameId>> roles_that_assume;  // of a knowledge that isn't the latest
  IncarnationMemo incarnations;                                  // of a knowledge that isn't the latest; has a mutex of its own
};

// A state that batches led to: its rows, all that they hold, and what is remembered of it.
struct CurrentState {
  std::shared_ptr<const Rows> rows;
  std::shared_ptr<Pages> pages;
  std::shared_ptr<StandingIndex> index;  // over the pages, which outlive it
  std::int64_t epoch = 0;
  std::shared_ptr<StateMemo> memo;
};

// Of all that the state holds (v is that): its intervals are v's fold. Of any other v: MakePastView. `correctors` outlive the view.
Result<std::unique_ptr<FactView>> MakeCurrentView(const CurrentState& state, const PositionVector& v,
                                                  const std::vector<std::string>& correctors);

// Any other knowledge, and what is remembered of it; which never changes.
struct PastState {
  std::shared_ptr<const Rows> rows;
  std::shared_ptr<Pages> pages;
  std::int64_t epoch = 0;       // of the rows
  std::uint32_t knowledge = 0;  // of Pages::NewKnowledge
  std::shared_ptr<StateMemo> memo;
};
Result<std::unique_ptr<FactView>> MakePastView(const PastState& state, const PositionVector& v,
                                               const std::vector<std::string>& correctors);

}  // namespace tenure::history
