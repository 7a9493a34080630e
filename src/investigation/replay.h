#pragma once
// The changes of a window one by one, each with the state before and after it: docs/reference/investigation.md.
//
// Fills the answer but for the knowledge in its head, as authority/questions.h does. Errors: those.
#include "history/facts.h"
#include "tenure/investigation.h"

namespace tenure::investigation {

// `on_record`: what is told beside what `view` says, which leaves something out; nullptr: nothing is left out.
Result<ReplayAnswer> Replay(history::FactView& view, history::FactView* on_record, const ReplayQuestion& question,
                            const Page& page);

}  // namespace tenure::investigation
