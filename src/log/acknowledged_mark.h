#pragma once
// How far the log has been acknowledged, in a file of its own beside the database: `acknowledged`.
//
// The database alone can't tell a torn tail, which a crash leaves and which was never acknowledged, from a damaged one, which was:
// both end early. The writer leaves its mark after each sync, so whoever opens the log and finds less than the mark says
// so (log_corrupt) instead of answering from a shortened record. The mark itself isn't synced: after a power cut it may be
// older than the log, never newer. A reader also takes it as the sign that there is something new.
#include <optional>
#include <string>

#include "tenure/result.h"
#include "tenure/time.h"

namespace tenure::log {

class AcknowledgedMark {
 public:
  // For writing; creates the file if it is absent. REQUIRED: the writer's lock is held.
  static Result<AcknowledgedMark> Open(const std::string& directory);
  AcknowledgedMark(AcknowledgedMark&& other) noexcept;
  AcknowledgedMark& operator=(AcknowledgedMark&& other) noexcept;
  ~AcknowledgedMark();

  // All stamps up to `closed` are durable. A failure is no failure of the append; it leaves no mark.
  void Set(RecordedTime closed);

  // Nothing if there is no file, or none that was written whole.
  static std::optional<RecordedTime> Get(const std::string& directory);

 private:
  explicit AcknowledgedMark(int descriptor) : descriptor_(descriptor) {}
  int descriptor_ = -1;
};

}  // namespace tenure::log
