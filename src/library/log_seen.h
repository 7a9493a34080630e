#pragma once
// What the projector of a record on Kafka last saw of its log, for those who ask the data directory without the log at hand:
// DIR/log-seen.json (docs/formats/data-directory.md). Thread safety: plain values and free functions.
#include <memory>
#include <string>

#include "log/log.h"

namespace tenure::library {

struct LogSeen {
  std::string log_id;
  RecordedTime looked_at;
  PositionVector end, stable;
  PositionVector announced;  // dead letters below it have been announced on tenure.dead-letter
};

// Errors: data_not_found (nothing was projected yet), data_file_corrupt, data_io.
Result<LogSeen> ReadLogSeen(const std::string& path);
Status WriteLogSeen(const std::string& path, const LogSeen& seen);

// A log that ends where it was seen to, and whose records aren't at hand: reading them is log_not_at_hand (kCaller).
std::unique_ptr<log::Log> SeenLog(LogSeen seen);

}  // namespace tenure::library
