#pragma once
// Gathers events into batches for the sink, and brings the sink's answers home to the records that they came from.
// Thread safety: one thread at a time.
#include <functional>
#include <vector>

#include "connect/causal_order.h"
#include "connect/cloudtrail.h"

namespace tenure::connect {

class Outbox {
 public:
  static constexpr std::size_t kBatchBytesMax = 8 * 1024 * 1024;
  using OnRefused = std::function<void(const Origin& origin, Error error)>;

  Outbox(BatchSink sink, CloudTrailSummary& summary, OnRefused on_refused)
      : sink_(std::move(sink)), summary_(summary), on_refused_(std::move(on_refused)) {}

  // Events of one record, never parted unless they are more than a batch holds. Errors: the sink's.
  Status Put(std::vector<Event> events, const Origin& origin);
  Status Flush();

 private:
  BatchSink sink_;
  CloudTrailSummary& summary_;
  OnRefused on_refused_;
  std::vector<Event> batch_;
  std::vector<Origin> origins_;  // one for each event of the batch
  std::size_t bytes_ = 0;
};

}  // namespace tenure::connect
