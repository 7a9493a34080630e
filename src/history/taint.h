#pragma once
// Dead letters and conflicts inside one knowledge, and whether a resolution has closed them.
//
// Scope and range are those of docs/reference/completeness.md. Thread safety: one thread.
#include <optional>
#include <string>
#include <vector>

#include "history/database.h"
#include "history/facts.h"
#include "history/folder.h"
#include "history/settlement.h"

namespace tenure::history {

struct DeadLetterEntry {
  Position position;
  RecordedTime recorded;
  std::string reason, text, key;
  std::optional<EventName> name;
  std::optional<EventType> type;
  OptionalTime time;
  std::string state;  // open, void, replaced
  std::optional<Position> resolved_by;
  std::vector<Taint> taints;  // what it puts in doubt while it is open; one each topic and key
};

// All of them in V, ascending by position.
Result<std::vector<DeadLetterEntry>> DeadLettersIn(const Rows& rows, const PositionVector& v, Settlement& settlement,
                                                   Folder& folder);

}  // namespace tenure::history
