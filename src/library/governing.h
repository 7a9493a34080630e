#pragma once
// The questions of governance, over the record: which policy is in force, and what it finds.
// Thread safety: as OpenRecord.
#include <string>

#include "governance/policy.h"
#include "library/asking.h"
#include "library/open_record.h"
#include "tenure/governance.h"

namespace tenure::library {

// The one given as JSON, else DIR/policy.json, else the default. Errors: policy_* (kCaller), data_io.
Result<governance::Policy> PolicyInForce(const OpenRecord& record, const std::string& given);

Result<FindingsAnswer> Findings(OpenRecord& record, const FindingsQuestion& asked, const Ask& ask);
Result<WhyHeldAnswer> WhyHeld(OpenRecord& record, const WhyHeldQuestion& asked, const Ask& ask);
Result<ControlsAnswer> Controls(OpenRecord& record, const std::string& policy, const Ask& ask);
Result<ReviewsAnswer> Reviews(OpenRecord& record, const Ask& ask);
Result<ReviewAnswer> Review(OpenRecord& record, const std::string& review, const Ask& ask);
Result<UnreviewedAnswer> Unreviewed(OpenRecord& record, const Ask& ask);

}  // namespace tenure::library
