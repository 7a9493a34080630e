#pragma once
// Importing: a source's own records become events and go through the same door as every append.
#include <string>
#include <vector>

#include "library/open_record.h"
#include "tenure/tenure.h"

namespace tenure::library {

// Contract: Tenure::ImportCloudTrail.
Result<ImportReport> ImportCloudTrail(OpenRecord& record, const std::vector<std::string>& paths, const ImportOptions& options);

}  // namespace tenure::library
