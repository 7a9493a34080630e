#pragma once
// Brief answers with a head and in pages: authority/brief.h between what every question does before and after its own work.
// Errors: as the like-named calls of Tenure. Thread safety: one thread.
#include <string>

#include "authority/brief.h"
#include "library/open_record.h"
#include "tenure/answer.h"

namespace tenure::library {

Result<BriefCheckAnswer> CheckBriefly(OpenRecord& record, const std::string& ref, const authority::Asked& asked, const Ask& ask);
Result<BriefWhatAnswer> WhatBriefly(OpenRecord& record, const std::string& ref, const Ask& ask);
Result<BriefWhoAnswer> WhoBriefly(OpenRecord& record, const WhoQuestion& question, const Ask& ask);
Result<BriefIdentitiesAnswer> ActiveBriefly(OpenRecord& record, const Ask& ask);

}  // namespace tenure::library
