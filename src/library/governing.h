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

}  // namespace tenure::library
