#pragma once
// Reading a log into an empty model, from its beginning on, through history's bulk load.
#include <cstdint>
#include <functional>

#include "log/log.h"
#include "projection/read_model.h"

namespace tenure::projection {

// Whether so many records into this model are better loaded than applied.
bool IsForBulk(const ReadModel& model, std::int64_t records);

// Loads what the log holds up to `until`, or goes on with a load that was killed, whose records may be fewer; gives how many records are
// in the model now. `progress` is told records done and to do; the way from sorted records to tables counts as if it were records.
// Errors: of the log, of the model; log_replaced: the last record of a partition isn't there any more at the end.
Result<std::int64_t> LoadInBulk(ReadModel& model, const log::Log& log, const PositionVector& until,
                                const std::function<void(std::int64_t, std::int64_t)>& progress);

}  // namespace tenure::projection
