#pragma once
// Exceptions: what excuses which rule for which subject, and when. Source: docs/reference/findings.md.
#include <map>
#include <string>
#include <vector>

#include "history/facts.h"
#include "tenure/governance.h"

namespace tenure::governance {

// Of one subject, by rule: each live stretch of each exception, ascending by beginning. `events`: those about the subject.
std::map<std::string, std::vector<Excuse>> ExcusesIn(const std::vector<history::OwnEvent>& events);
// Those that meet the span.
std::vector<Excuse> ExcusesFor(const std::map<std::string, std::vector<Excuse>>& excuses, const std::string& rule,
                               const Interval& span);

}  // namespace tenure::governance
