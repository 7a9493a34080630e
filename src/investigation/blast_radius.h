#pragma once
// Everything that an identity could reach from a moment on, against what it did and made: docs/reference/investigation.md.
//
// Fills the answer but for the knowledge in its head, as authority/questions.h does. Errors: those, and depth_out_of_range (kCaller).
#include "investigation/made.h"
#include "tenure/investigation.h"

namespace tenure::investigation {

Result<ReachAnswer> BlastRadius(history::FactView& view, const ReachQuestion& question, const Page& page,
                                const ActorOf& actor_of);

}  // namespace tenure::investigation
