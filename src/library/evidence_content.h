#pragma once
// What a pack's question gives, asked of a record: the files that are made of answers, the same from the log and from what was kept.
// Thread safety: one thread.
#include <string>
#include <string_view>
#include <vector>

#include "library/zip_file.h"
#include "tenure/evidence.h"

namespace tenure::library {

// answer.json, findings.json and taints.json, in this order. REQUIRED: the question has its token and its policy.
Result<std::vector<ZippedFile>> AnswerFiles(Tenure& record, const EvidenceQuestion& question, const EvidenceAsker& ask);

// The position that an answer names; "" if it is none.
std::string PositionOf(std::string_view answer);

// An answer's line without how far behind the log it was, which is no part of what a pack proves.
std::string WithoutBehind(std::string_view answer);

}  // namespace tenure::library
