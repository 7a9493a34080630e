#pragma once
// The durable log in the data directory, on RocksDB: one partition a topic, group commit, synced before acknowledging,
// stamps strictly rising over all topics (so order of record is order of append). Bytes: docs/formats/log.md.
//
// One process writes (the file `writer` is locked and says who); any number of readers open read-only beside it, also where the
// directory isn't writable for them. A reader sees at least all that was acknowledged before Open or the last Refresh()
// returned to it, and never changes in between.
//
// When the disk fails or is full, Append says so and reading goes on; the next Append tries to take the log up again, so
// that nothing needs restarting once the cause is gone.
//
// Errors beside those of log.h: log_locked (kUnavailable), log_read_only (kCaller: writing through a reader, or no permission
// to write), log_not_found (kCaller).
#include <functional>
#include <memory>
#include <string>

#include "log/log.h"

namespace rocksdb {
class Env;
}

namespace tenure::log {

struct EmbeddedOptions {
  std::string directory;  // REQUIRED: the log's own folder, e.g. DIR/log; created if absent when writing
  bool read_only = false;
  // Replaceable for tests; default the system clock. Called from any thread that appends or asks.
  std::function<RecordedTime()> now;
  // Replaceable for tests that cut the power or fill the disk; must outlive the log. Default the real one.
  rocksdb::Env* env = nullptr;
};

class EmbeddedLog : public Log {
 public:
  static Result<std::unique_ptr<EmbeddedLog>> Open(const EmbeddedOptions& options);

  bool StampsRise() const override { return true; }

  // Reading: catch up with the writer. Costs one small read if nothing was appended since, else a reopen. Nothing when writing.
  // After an error the log shows what it showed before.
  Status Refresh() override = 0;

  // Closes k: every record appended from now on is given a stamp above it, also after a restart and whatever the clock says.
  // Durable when it returns; returns at once if k is closed already. Errors: log_time_in_future (kCaller: the clock hasn't
  // reached k; stamps must not run ahead of it), log_read_only.
  // IsClosed(k) of a writer calls this; of a reader it is true for what the last stamp or a guarantee has closed already.
  virtual Status GuaranteeLaterThan(RecordedTime k) = 0;
};

}  // namespace tenure::log
