#pragma once
// The chain of one authority: how it was asked for, approved, given, used, looked at and ended, and what is missing in between.
// Source: docs/reference/governance.md. Errors and thread safety: as findings.h.
#include "governance/policy.h"
#include "history/facts.h"
#include "tenure/governance.h"

namespace tenure::governance {

// One row for each grant by which REF holds, on paper too, the role or the action on the resource, in the order of `what`.
Result<WhyHeldAnswer> WhyHeld(history::FactView& view, const WhyHeldQuestion& question, const When& when, const Page& page);

}  // namespace tenure::governance
