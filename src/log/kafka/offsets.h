#pragma once
// What librdkafka's statistics say of each partition: the last stable offset, which no call of it tells. Private to src/log/kafka.
#include <mutex>
#include <string_view>

#include "log/kafka/client.h"
#include "tenure/position.h"

namespace tenure::log {

class StableOffsets : public KafkaEvents {
 public:
  void Statistics(std::string_view json) override;
  // Of the topics of tenure under this prefix; a partition that nothing was fetched of yet is missing.
  PositionVector Vector(std::string_view topic_prefix) const;

 private:
  mutable std::mutex mutex_;
  std::string statistics_;  // the last that came; read when it is asked for
};

}  // namespace tenure::log
