#pragma once
// Questions of an investigation: who an actor is, the window, and both sides where something is left out.
#include "library/asking.h"
#include "tenure/investigation.h"

namespace tenure::library {

Result<ReachAnswer> BlastRadius(OpenRecord& record, const ReachQuestion& question, const Ask& ask);
Result<ReplayAnswer> Replay(OpenRecord& record, const ReplayQuestion& question, const Ask& ask);

}  // namespace tenure::library
