#pragma once
// Who owned the control: which system and which actor created identities and granted authority, and who did both.
// Source: docs/reference/governance.md. Errors and thread safety: as findings.h.
#include "governance/actor.h"
#include "governance/policy.h"
#include "history/facts.h"
#include "tenure/governance.h"

namespace tenure::governance {

// One row for each (plane, source, control owner, verified writer, actor) of the identity and access planes, of the events in force whose
// time lies in the window (as of T: at or before it), in that order. Actors are told as claimed; whether two are one is for `actor_of`.
Result<ControlsAnswer> Controls(history::FactView& view, const Policy& policy, const When& when, const Page& page,
                                const ActorOf& actor_of = {});

}  // namespace tenure::governance
