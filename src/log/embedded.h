#pragma once
// The durable log in the data directory, on RocksDB: one partition a topic, group commit, synced before acknowledging,
// stamps strictly rising over all topics (so order of record is order of append).
//
// One process writes (a lock file says who); readers open read-only beside it and see what was durable when they opened or
// last called Refresh(). Errors: log_locked, log_format_unknown, log_read_only, log_disk_full, log_corrupt, log_not_found.
#include <functional>
#include <memory>
#include <string>

#include "log/log.h"

namespace tenure::log {

struct EmbeddedOptions {
  std::string directory;       // the log's own folder, e.g. DIR/log; created if absent when writing
  bool read_only = false;
  // Replaceable for tests; default the system clock.
  std::function<RecordedTime()> now;
};

class EmbeddedLog : public Log {
 public:
  static Result<std::unique_ptr<EmbeddedLog>> Open(const EmbeddedOptions& options);
  virtual Status Refresh() = 0;  // read-only: catch up with the writer
};

}  // namespace tenure::log
