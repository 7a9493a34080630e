#pragma once
// Records sent to a log that others write to, so that order of record is the order in which they were given wherever the fold asks
// for it: batches, each recorded later than those before it as far as the log's clocks allow, and no batch that leaves an order to
// chance (batch_order.h). Thread safety: one thread.
#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "library/batch_order.h"
#include "log/log.h"

namespace tenure::library {

class OrderedSending {
 public:
  // `keep_places`: Appended() tells where each record came to stand. The log outlives it. Errors: as Log::Partitions.
  static Result<OrderedSending> To(log::Log& log, bool keep_places);

  // Errors: as Log::Append. What was sent before is in the log.
  Status Add(BatchOrder::Ties ties, log::NewRecord record);
  // After all that was before it, and before all that follows.
  Status AddAlone(log::NewRecord record);
  Status Flush();

  std::int64_t Sent() const { return sent_; }
  // Of what was sent, in the order of adding.
  const log::Appended& Appended() const { return appended_; }
  // By how much a later batch was recorded before an earlier one; 0 if that never happened.
  std::chrono::microseconds FellBackBy() const { return fell_back_by_; }

 private:
  OrderedSending(log::Log& log, bool keep_places) : log_(&log), keep_places_(keep_places) {}
  std::string LaneOf(const log::NewRecord& record) const;
  void Take(log::NewRecord record);
  void NoteRecorded(const log::Appended& appended);

  log::Log* log_;
  bool keep_places_;
  std::array<bool, kPlaneTopics> one_partition_{};
  BatchOrder order_;
  std::vector<log::NewRecord> batch_;
  std::size_t bytes_ = 0;
  std::int64_t sent_ = 0;
  log::Appended appended_;
  std::chrono::steady_clock::time_point acknowledged_;
  std::map<TopicPartition, RecordedTime> running_;
  RecordedTime last_;
  std::chrono::microseconds fell_back_by_{0}, pause_{0};
};

}  // namespace tenure::library
