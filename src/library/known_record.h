#pragma once
// A knowledge taken out of the log, record by record, and a record opened over what was taken.
// Errors and contract: Tenure::Known and Tenure::OpenKnown. Thread safety: one thread.
#include <string>

#include "library/open_record.h"
#include "tenure/evidence.h"

namespace tenure::library {

Result<KnownRecord> TakeKnown(const OpenRecord& record, const std::string& token);

Result<OpenRecord> OpenKnown(KnownRecord known, const std::string& folder, EffectiveTime now, const Progress& progress);

}  // namespace tenure::library
