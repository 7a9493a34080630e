#pragma once
// Findings: each rule of docs/reference/findings.md over one knowledge, subject by subject.
//
// One pass over the subjects, each read once; memory is that of the largest subject and of the findings themselves. Errors: kCaller for
// a rule, reference or cursor that isn't one; kFault from the view. Thread safety: that of the view.
#include "governance/actor.h"
#include "governance/policy.h"
#include "history/facts.h"
#include "tenure/governance.h"

namespace tenure::governance {

// The question but for its policy, which the caller has read, and for the knowledge in the head, as in authority/questions.h.
Result<FindingsAnswer> Findings(history::FactView& view, const FindingsQuestion& question, const Policy& policy, const When& when,
                                const Page& page, const ActorOf& actor_of = {});

}  // namespace tenure::governance
