#pragma once
// The decision alone, at one moment: what a door asks before it opens. Reads only what holds at T.
#include <string_view>

#include "history/facts.h"
#include "tenure/answer.h"

namespace tenure::authority {

// The same decision as Check as of t, without extents, path, evidence or reasons. Errors as Check.
Result<Decision> Decide(history::FactView& view, std::string_view ref, std::string_view action, std::string_view resource,
                        EffectiveTime t);

}  // namespace tenure::authority
