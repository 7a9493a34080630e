#pragma once
// Findings as SARIF 2.1.0 (OASIS), for the dashboards that read it: a rule a rule, a result a row, its place the event behind it.
// Free function, safe from any thread.
#include <string>

#include "tenure/governance.h"

namespace tenure::cli {

std::string Sarif(const FindingsAnswer& answer);

}  // namespace tenure::cli
