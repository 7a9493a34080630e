#pragma once
// One look at the log by a projector that follows it.
#include "library/open_record.h"

namespace tenure::library {

// Errors: any but log_unreachable, which is told in the answer.
Result<Tenure::Projecting> ProjectOnce(OpenRecord& record);

}  // namespace tenure::library
