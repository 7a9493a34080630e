#pragma once
// What was done by way of a reach: the uses on record of the identity, by way of it, and of those that it could act as.
#include <string>
#include <vector>

#include "history/facts.h"
#include "investigation/reach.h"
#include "tenure/investigation.h"

namespace tenure::investigation {

struct Use {
  EffectiveTime time;
  Position position;
  AccessUsed said;
  std::string as;       // whose authority it used
  bool certain = true;  // by the identity itself
  bool counted = true;  // by the credential asked about, if one is
};

// Within the reach's window, by time. `credential`: empty = any counts.
Result<std::vector<Use>> UsesOf(history::FactView& view, const Reach& reach, const std::string& credential);

// One row for each kind of use: its first and last, and how often.
void AddUseRows(const std::string& who, const std::vector<Use>& uses,
                std::vector<std::pair<ReachRow, std::vector<Position>>>& rows);

// Adds a use to a count.
void Count(const Use& use, UseCount& count);

}  // namespace tenure::investigation
