#pragma once
// What an append or an import did, for people, and the exit code it means.
#include <string>

#include "cli/invocation.h"
#include "tenure/tenure.h"

namespace tenure::cli {

// What was refused (file:line, code, reason, hint) goes to standard error, the counts and `position <token>` (last) to standard output.
void PrintAppended(Invocation& invocation, const AppendReport& report, const std::string& file);
// "position <token>", and a warning if the machine's clock is behind the log.
void PrintPosition(Invocation& invocation, const AppendAnswer& answer);
// "  code: reason" and "  hint", for one refused thing at `place`.
void PrintRefused(Invocation& invocation, const std::string& place, const Error& error);

// 0 when nothing was refused, 5 when some went in and some were refused, 1 when all that was new was refused.
Exit ExitOfAppend(const AppendAnswer& answer);

}  // namespace tenure::cli
