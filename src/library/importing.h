#pragma once
// Importing: a source's own records become events and go through the same door as every append.
#include <functional>
#include <string>
#include <vector>

#include "connect/cloudtrail.h"
#include "tenure/tenure.h"

namespace tenure::library {

struct OpenRecord;

// What an import needs of the record that it goes into.
struct ImportDoor {
  connect::Recorded recorded;
  // Each event on its own; line n of the report is the n-th event.
  std::function<Result<AppendReport>(const std::vector<Event>& events)> append;
  // The position of all that is in the record at the end.
  std::function<Result<std::string>()> position;
};

// Contract: Tenure::ImportCloudTrail.
Result<ImportReport> ImportCloudTrail(const ImportDoor& door, const std::vector<std::string>& paths,
                                      const ImportOptions& options);
// The door of a record that is open here; the record outlives it.
ImportDoor DoorOf(OpenRecord& record);

}  // namespace tenure::library
