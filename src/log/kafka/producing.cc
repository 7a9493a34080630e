#include "log/kafka/producing.h"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>

#include "log/kafka/handover.h"

namespace tenure::log {
namespace {

struct Batch {
  std::mutex mutex;
  std::condition_variable all_there;
  std::size_t waiting = 0;
};

// What came of one record of a batch.
struct Delivery : Awaiting {
  explicit Delivery(Batch& of) : batch(&of) {}
  void Told(const Fate& what) override {
    fate = what;
    const std::lock_guard lock(batch->mutex);
    if (--batch->waiting == 0) batch->all_there.notify_all();
  }
  Batch* batch;
  Fate fate;
};

class Producer : public Producing {
 public:
  Producer(std::unique_ptr<Handover> handover, std::function<RecordedTime()> now)
      : handover_(std::move(handover)), now_(std::move(now)) {}

  Result<Appended> Append(const std::vector<NewRecord>& records, const std::function<std::string(Topic)>& name_of,
                          const std::function<std::vector<Header>(const NewRecord&)>& headers_for) override {
    Batch batch;
    std::vector<Delivery> deliveries(records.size(), Delivery(batch));
    std::size_t sent = 0;
    rd_kafka_resp_err_t refused = RD_KAFKA_RESP_ERR_NO_ERROR;
    std::unique_lock in_order(enqueue_);  // so that the batches of two threads don't mingle
    for (; sent < records.size() && refused == RD_KAFKA_RESP_ERR_NO_ERROR; ++sent) {
      {
        const std::lock_guard lock(batch.mutex);
        ++batch.waiting;
      }
      const NewRecord& record = records[sent];
      refused = Send(record, name_of(record.topic), headers_for(record), deliveries[sent]);
      if (refused == RD_KAFKA_RESP_ERR_NO_ERROR) continue;
      const std::lock_guard lock(batch.mutex);
      --batch.waiting;
      break;
    }
    in_order.unlock();
    std::unique_lock lock(batch.mutex);
    batch.all_there.wait(lock, [&] { return batch.waiting == 0; });
    lock.unlock();
    deliveries.erase(deliveries.begin() + static_cast<std::ptrdiff_t>(sent), deliveries.end());
    return Outcome(records, deliveries, refused);
  }

 private:
  // A full queue is waited for: the delivery of what is in it makes room.
  rd_kafka_resp_err_t Send(const NewRecord& record, const std::string& topic, const std::vector<Header>& headers,
                           Delivery& delivery) {
    while (true) {
      const auto code = handover_->Hand({topic, record.key, record.value, headers, now_().us / 1000}, delivery);
      if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL) return code;
      rd_kafka_flush(handover_->Client().Get(), 100);
    }
  }

  Result<Appended> Outcome(const std::vector<NewRecord>& records, const std::vector<Delivery>& deliveries,
                           rd_kafka_resp_err_t refused) {
    Appended appended;
    bool any_in = false, any_without_place = false;
    for (std::size_t i = 0; i < deliveries.size(); ++i) {
      const Fate& d = deliveries[i].fate;
      any_in = any_in || d.code == RD_KAFKA_RESP_ERR_NO_ERROR || d.may_be_in;
      if (d.code != RD_KAFKA_RESP_ERR_NO_ERROR && refused == RD_KAFKA_RESP_ERR_NO_ERROR) refused = d.code;
      any_without_place = any_without_place || d.offset < 0;  // a retry met its own first try, and the broker did not say where
      appended.positions.push_back({records[i].topic, d.partition, d.offset});
      appended.stamps.push_back(RecordedTime{d.stamp_ms * 1000});
    }
    if (refused == RD_KAFKA_RESP_ERR_NO_ERROR && !any_without_place) {
      appended.clock_behind = NoteStamps(appended);
      return appended;
    }
    const Error error = handover_->Client().ErrorOf(refused, "appending to Kafka");
    if (!any_in) return tl::unexpected<Error>(error);
    return Fail("log_append_unknown", "the append may be in the log, or parts of it: " + error.reason,
                "append it again with the same ids; what is there already does no harm", Blame::kUnavailable);
  }

  // Whether a stamp is below one that this producer was given before in the same partition.
  bool NoteStamps(const Appended& appended) {
    const std::lock_guard lock(stamps_mutex_);
    bool behind = false;
    for (std::size_t i = 0; i < appended.positions.size(); ++i) {
      auto [last, first] = last_stamps_.try_emplace(appended.positions[i].Where(), appended.stamps[i]);
      behind = behind || appended.stamps[i] < last->second;
      last->second = std::max(last->second, appended.stamps[i]);
    }
    return behind;
  }

  std::unique_ptr<Handover> handover_;
  const std::function<RecordedTime()> now_;
  std::mutex enqueue_, stamps_mutex_;
  std::map<TopicPartition, RecordedTime> last_stamps_;
};

}  // namespace

Result<std::unique_ptr<Producing>> Producing::Make(const KafkaProperties& properties, int timeout_ms,
                                                   std::function<RecordedTime()> now) {
  auto handover = Handover::Make(properties, timeout_ms);
  if (!handover) return tl::unexpected<Error>(handover.error());
  return std::make_unique<Producer>(std::move(*handover), std::move(now));
}

}  // namespace tenure::log
