#pragma once
// An evidence pack for people: one HTML page that needs nothing else, to be read on a screen or printed.
//
// Whatever comes from the record is escaped; the page runs no script and loads nothing. The same answer gives the same bytes.
// Errors (kInput): evidence_file_changed: the answer is no JSON object. Pure functions.
#include <string>
#include <string_view>

#include "tenure/evidence.h"

namespace tenure::library {

// `answer`: the line of JSON. How far behind the log it was is not told.
Result<std::string> EvidenceReport(const EvidenceQuestion& question, std::string_view answer, const KnownRecord& known,
                                   const std::string& made_by);

}  // namespace tenure::library
