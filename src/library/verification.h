#pragma once
// Proving the read model against the log, and making it anew from the log.
#include "library/open_record.h"
#include "tenure/answer.h"

namespace tenure::library {

// Builds a second model beside, up to what is projected, and compares digests table by table; tables that differ name up to 20
// tuples. The second model is removed before it returns. Works on a record opened for reading.
Status VerifyModel(OpenRecord& record, const Progress& progress, VerifyAnswer& answer);

// REQUIRED: opened for writing. Returns the number of records in the new model. The record's model is open again afterwards.
Result<std::int64_t> RebuildModel(OpenRecord& record, const Progress& progress);

}  // namespace tenure::library
