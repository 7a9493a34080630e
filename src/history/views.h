#pragma once
// Two ways to one answer: current belief read from intervals, and any other knowledge folded again from its assertions.
#include <memory>
#include <vector>

#include "history/database.h"
#include "history/facts.h"

namespace tenure::history {

// `current`: v is all that `rows` holds, so that its intervals are v's fold. `correctors` outlive the view.
Result<std::unique_ptr<FactView>> MakeView(std::shared_ptr<const Rows> rows, const PositionVector& v, bool current,
                                           const std::vector<std::string>& correctors);

}  // namespace tenure::history
