#include "log/kafka/producing.h"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <map>
#include <mutex>

namespace tenure::log {
namespace {

// What came of one record; the opaque of its message.
struct Delivery {
  struct Batch* batch;
  rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR__IN_PROGRESS;
  std::int32_t partition = -1;
  std::int64_t offset = -1, stamp_ms = -1;
  bool persisted = false;  // it is in the log, or may be
};

struct Batch {
  std::mutex mutex;
  std::condition_variable all_there;
  std::size_t waiting = 0;
};

class Deliveries : public KafkaEvents {
 public:
  void Delivered(const rd_kafka_message_t& message) override {
    auto& delivery = *static_cast<Delivery*>(message._private);
    rd_kafka_timestamp_type_t kind = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
    delivery.stamp_ms = rd_kafka_message_timestamp(&message, &kind);
    delivery.code = message.err;
    delivery.partition = message.partition;
    delivery.offset = message.offset;
    delivery.persisted = rd_kafka_message_status(&message) != RD_KAFKA_MSG_STATUS_NOT_PERSISTED;
    Batch& batch = *delivery.batch;
    const std::lock_guard lock(batch.mutex);
    if (--batch.waiting == 0) batch.all_there.notify_all();
  }
};

KafkaProperties ProducerProperties(const KafkaProperties& given, int timeout_ms) {
  KafkaProperties properties{{"client.id", "tenure"},
                             {"linger.ms", "2"},
                             {"compression.type", "lz4"},
                             {"message.timeout.ms", std::to_string(timeout_ms)}};
  properties.insert(properties.end(), given.begin(), given.end());
  // Java producers put a key into the same partition.
  for (const auto& [name, value] :
       KafkaProperties{{"enable.idempotence", "true"}, {"acks", "all"}, {"partitioner", "murmur2_random"}})
    properties.emplace_back(name, value);
  return properties;
}

class Producer : public Producing {
 public:
  Producer(std::unique_ptr<KafkaClient> client, std::function<RecordedTime()> now)
      : client_(std::move(client)), now_(std::move(now)) {}

  Result<Appended> Append(const std::vector<NewRecord>& records, const std::function<std::string(Topic)>& name_of,
                          const std::function<std::vector<Header>(const NewRecord&)>& headers_for) override {
    Batch batch;
    std::vector<Delivery> deliveries(records.size(), Delivery{&batch});
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
    deliveries.resize(sent);
    return Outcome(records, deliveries, refused);
  }

 private:
  // A full queue is waited for: the delivery of what is in it makes room.
  rd_kafka_resp_err_t Send(const NewRecord& record, const std::string& topic, const std::vector<Header>& headers,
                           Delivery& delivery) {
    while (true) {
      rd_kafka_headers_t* list = rd_kafka_headers_new(headers.size());
      for (const auto& h : headers)
        rd_kafka_header_add(list, h.name.data(), static_cast<ssize_t>(h.name.size()), h.value.data(),
                            static_cast<ssize_t>(h.value.size()));
      const auto code = Produce(record, topic, list, delivery);
      if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return code;
      rd_kafka_headers_destroy(list);
      if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL) return code;
      rd_kafka_flush(client_->Get(), 100);
    }
  }

  // librdkafka's list of typed arguments; it owns the headers if it takes the record.
  rd_kafka_resp_err_t Produce(const NewRecord& record, const std::string& topic, rd_kafka_headers_t* headers,
                              Delivery& delivery) {
    std::array<rd_kafka_vu_t, 7> arguments{};
    auto* next = arguments.data();
    const auto add = [&next](rd_kafka_vtype_t type) -> auto& {
      next->vtype = type;
      return (next++)->u;
    };
    add(RD_KAFKA_VTYPE_TOPIC).cstr = topic.c_str();
    add(RD_KAFKA_VTYPE_KEY).mem = {const_cast<char*>(record.key.data()), record.key.size()};
    add(RD_KAFKA_VTYPE_VALUE).mem = {const_cast<char*>(record.value.data()), record.value.size()};
    add(RD_KAFKA_VTYPE_MSGFLAGS).i = RD_KAFKA_MSG_F_COPY;
    add(RD_KAFKA_VTYPE_HEADERS).headers = headers;
    add(RD_KAFKA_VTYPE_OPAQUE).ptr = &delivery;
    add(RD_KAFKA_VTYPE_TIMESTAMP).i64 = now_().us / 1000;
    const std::unique_ptr<rd_kafka_error_t, decltype(&rd_kafka_error_destroy)> error(
        rd_kafka_produceva(client_->Get(), arguments.data(), arguments.size()), rd_kafka_error_destroy);
    return error ? rd_kafka_error_code(error.get()) : RD_KAFKA_RESP_ERR_NO_ERROR;
  }

  Result<Appended> Outcome(const std::vector<NewRecord>& records, const std::vector<Delivery>& deliveries,
                           rd_kafka_resp_err_t refused) {
    Appended appended;
    bool any_in = false;
    for (std::size_t i = 0; i < deliveries.size(); ++i) {
      const Delivery& d = deliveries[i];
      any_in = any_in || d.code == RD_KAFKA_RESP_ERR_NO_ERROR || d.persisted;
      if (d.code != RD_KAFKA_RESP_ERR_NO_ERROR && refused == RD_KAFKA_RESP_ERR_NO_ERROR) refused = d.code;
      appended.positions.push_back({records[i].topic, d.partition, d.offset});
      appended.stamps.push_back(RecordedTime{d.stamp_ms * 1000});
    }
    if (refused == RD_KAFKA_RESP_ERR_NO_ERROR) {
      appended.clock_behind = NoteStamps(appended);
      return appended;
    }
    const Error error = client_->ErrorOf(refused, "appending to Kafka");
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

  std::unique_ptr<KafkaClient> client_;
  const std::function<RecordedTime()> now_;
  std::mutex enqueue_, stamps_mutex_;
  std::map<TopicPartition, RecordedTime> last_stamps_;
};

}  // namespace

Result<std::unique_ptr<Producing>> Producing::Make(const KafkaProperties& properties, int timeout_ms,
                                                   std::function<RecordedTime()> now) {
  auto client = KafkaClient::Make(RD_KAFKA_PRODUCER, ProducerProperties(properties, timeout_ms), std::make_shared<Deliveries>());
  if (!client) return tl::unexpected<Error>(client.error());
  return std::make_unique<Producer>(std::move(*client), std::move(now));
}

}  // namespace tenure::log
