#pragma once
// A second log with the same records: positions, stamps, keys, bytes, id and guarantees are those of the first.
//
// The first is opened as a reader opens it, so it may have a writer; what is copied is the still picture of one instant, which holds
// all that was acknowledged before the call and no part of an append. Each record is decoded on the way, and a gap, a
// stamp that doesn't rise or a row of another kind is log_corrupt: a copy that exists was read whole.
#include <functional>
#include <string>

#include "log/log.h"

namespace tenure::log {

struct LogCopied {
  std::string id;
  PositionVector end;
  std::int64_t records = 0;
};

// `to` isn't there or is empty. The copy is on disk when this returns. Errors: those of EmbeddedLog::Open and of log.h; what was begun
// in `to` stays. `progress` (may be empty) is told records done and to do.
Result<LogCopied> CopyLog(const std::string& from, const std::string& to,
                          const std::function<void(std::int64_t, std::int64_t)>& progress = {});

}  // namespace tenure::log
