#pragma once
// A question as its words stand on a command line, answered within the program: for evidence packs.
#include <memory>
#include <string>

#include "tenure/evidence.h"

namespace tenure::cli {

// Program and version, as packs keep them.
inline constexpr const char* kMadeBy = "tenure " TENURE_VERSION;

// The line that the question prints with --json, asked as if it stood on the command line by itself. Errors: as the command;
// evidence_question (kCaller).
Result<std::string> AskInWords(std::unique_ptr<Tenure> tenure, const EvidenceQuestion& question);

// A key as PEM; no path: none (""). Errors (kCaller): evidence_key_not_readable.
Result<std::string> ReadPem(const std::string& path);

}  // namespace tenure::cli
