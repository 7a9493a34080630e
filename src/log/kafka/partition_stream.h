#pragma once
// One partition, read onwards from where the last read ended; a read from elsewhere seeks. Private to src/log/kafka.
#include <cstdint>
#include <functional>
#include <mutex>

#include "log/kafka/client.h"
#include "log/log.h"

namespace tenure::log {

class PartitionStream {
 public:
  // `record` makes a record of what was consumed, or says why it can't be one.
  using ToRecord = std::function<Result<Record>(const rd_kafka_message_t&)>;
  // The clients and what `to_record` uses outlive it. The topic is of `client`; `asker` fetches nothing and reads what is committed.
  PartitionStream(const KafkaClient& client, const KafkaClient& asker, rd_kafka_topic_t* topic, std::int32_t partition,
                  ToRecord to_record, int timeout_ms)
      : client_(client),
        asker_(asker),
        topic_(topic),
        partition_(partition),
        to_record_(std::move(to_record)),
        timeout_ms_(timeout_ms) {}
  ~PartitionStream();

  // As Log::ReadOn. Thread safety: any thread; one read at a time.
  Result<Slice> Read(std::int64_t offset, std::size_t max_records);
  // Begins to fetch from `offset`, if it isn't on the way already. False: something is wrong, which shows when it is read.
  bool Expect(std::int64_t offset);

 private:
  struct Watermarks {
    std::int64_t low = 0, high = 0;
  };
  Result<Watermarks> Ask() const;
  Status AskFor(std::int64_t which, std::int64_t& offset) const;
  Status Seek(std::int64_t offset);
  // What arrived within `wait_ms`; the end was met if `ended`.
  Status Take(std::size_t max_records, int wait_ms, Slice& slice, bool& ended);
  Status TakeOne(const rd_kafka_message_t& message, Slice& slice, std::size_t& bytes, bool& ended);
  std::string Name() const;

  const KafkaClient &client_, &asker_;
  rd_kafka_topic_t* topic_;
  const std::int32_t partition_;
  const ToRecord to_record_;
  const int timeout_ms_;
  std::mutex mutex_;
  bool started_ = false;
  std::int64_t next_ = 0;
  std::int64_t end_seen_ = -1;  // librdkafka tells of an end once
};

}  // namespace tenure::log
