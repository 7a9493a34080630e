#pragma once
// Appending to Kafka: an idempotent producer, and the delivery of each record waited for. Private to src/log/kafka.
#include <functional>
#include <memory>
#include <vector>

#include "log/kafka/client.h"
#include "log/kafka/wire.h"

namespace tenure::log {

class Producing {
 public:
  // `now` is the producer's own time of each record; topics of the record replace it by the broker's.
  static Result<std::unique_ptr<Producing>> Make(const KafkaProperties& properties, int timeout_ms,
                                                 std::function<RecordedTime()> now);
  virtual ~Producing() = default;

  // As Log::Append, without its limits. Records of one partition keep their order.
  virtual Result<Appended> Append(const std::vector<NewRecord>& records, const std::function<std::string(Topic)>& name_of,
                                  const std::function<std::vector<Header>(const NewRecord&)>& headers_for) = 0;
};

}  // namespace tenure::log
