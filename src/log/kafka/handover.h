#pragma once
// Records handed over one by one to librdkafka's idempotent producer, and what came of each. Private to src/log/kafka.
//
// Records with one key go into one partition, the one into which a Java producer puts them, in the order in which they were
// handed over. Thread safety: any call from any thread.
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "log/kafka/client.h"
#include "log/kafka/wire.h"

namespace tenure::log {

// What came of one record.
struct Fate {
  rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR__IN_PROGRESS;
  std::int32_t partition = -1;
  std::int64_t offset = -1, stamp_ms = -1;
  bool stamp_is_the_logs = false;  // else it is the producer's own time
  bool may_be_in = false;          // false: it is certainly not in the log
};

// Somebody who waits for a record's fate; told once, by the thread that serves the client's callbacks.
class Awaiting {
 public:
  virtual ~Awaiting() = default;
  virtual void Told(const Fate& fate) = 0;
};

struct Handed {
  std::string_view topic, key, value;  // copied
  const std::vector<Header>& headers;
  std::int64_t time_ms = 0;  // the producer's own; 0 = now
};

class Handover {
 public:
  // Idempotence, acks=all and the partitioner win over `properties`, a message.timeout.ms in `properties` over `timeout_ms`.
  static Result<std::unique_ptr<Handover>> Make(const KafkaProperties& properties, int timeout_ms);

  // Unless it is NO_ERROR nobody will be told and nothing was handed over. __QUEUE_FULL: later there will be room.
  rd_kafka_resp_err_t Hand(const Handed& record, Awaiting& awaiting);

  const KafkaClient& Client() const { return *client_; }

 private:
  explicit Handover(std::unique_ptr<KafkaClient> client) : client_(std::move(client)) {}
  std::unique_ptr<KafkaClient> client_;
};

}  // namespace tenure::log
