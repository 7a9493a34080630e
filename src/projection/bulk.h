#pragma once
// Reading a log into an empty model, from its beginning on, through history's bulk load.
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "log/log.h"
#include "projection/read_model.h"

namespace tenure::projection {

// Records from the one position to the other, dead letters left aside.
std::int64_t Distance(const PositionVector& from, const PositionVector& to);

// Loads what the log holds up to `until`, or goes on with a load that was killed, whose records may be fewer; gives how many records are
// in the model now. `progress` is told records done and to do; the way from sorted records to tables counts as if it were records.
// Errors: of the log, of the model; log_replaced: the last record of a partition isn't there any more at the end.
Result<std::int64_t> LoadInBulk(ReadModel& model, const log::Log& log, const PositionVector& until,
                                const std::function<void(std::int64_t, std::int64_t)>& progress);

// The same of records that this process appends, while it appends them; LoadInBulk goes on from there. Thread safety: one thread.
class LoadingAhead {
 public:
  // REQUIRED: the model holds nothing.
  static Result<std::unique_ptr<LoadingAhead>> Begin(const ReadModel& model);
  ~LoadingAhead();

  // All that was appended since the last call, on a log whose stamps rise; each partition's in ascending order.
  Status Add(std::vector<history::Incoming> records);
  // Where each partition goes on.
  const PositionVector& Next() const { return next_; }
  // Keeps what was added.
  Status End();

 private:
  explicit LoadingAhead(std::unique_ptr<history::BulkLoad> load);
  Status WriteRows();

  std::unique_ptr<history::BulkLoad> load_;
  std::vector<std::pair<Position, std::string>> rows_;  // of the last records: written while the next are scattered
  PositionVector next_, reached_;                       // of all, and of this round
  std::map<TopicPartition, RecordedTime> last_recorded_;
  std::int64_t in_round_ = 0;
};

}  // namespace tenure::projection
