// The log on Kafka passes the suite, against the broker that TENURE_KAFKA_BOOTSTRAP names.
#include <unistd.h>

#include <atomic>
#include <cstdlib>

#include "conformance/log_conformance.h"
#include "log/kafka/topics.h"

namespace tenure::log {
namespace {

// Topics of its own, under a prefix that no other world has.
class KafkaWorld : public LogWorld {
 public:
  explicit KafkaWorld(int partitions) : partitions_(partitions) {
    static std::atomic<int> worlds{0};
    options_.topic_prefix = "world-" + std::to_string(::getpid()) + "-" + std::to_string(++worlds) + ".";
    const char* bootstrap = std::getenv("TENURE_KAFKA_BOOTSTRAP");
    options_.properties = {{"bootstrap.servers", bootstrap == nullptr ? "" : bootstrap}};
    options_.accept = {"replication", "producer-time"};
    options_.door_key = "the door's key";
  }

  Result<std::unique_ptr<Log>> OpenWriter() override { return Open(false); }
  Result<std::unique_ptr<Log>> OpenReader() override { return Open(true); }
  Status Refresh(Log&) override { return {}; }
  // Kafka's own clock can't be set: where a test sets one, stamps are the producer's.
  bool SetClock(RecordedTime now) override {
    clock_us_ = now.us;
    if (!clock_set_) options_.now = [this] { return RecordedTime{clock_us_}; };
    clock_set_ = true;
    return true;
  }
  bool HasOneWriter() const override { return false; }
  bool ReadersCannotAppend() const override { return true; }

 private:
  Result<std::unique_ptr<Log>> Open(bool read_only) {
    if (!made_) {
      NewTopics how{partitions_, 1, {}};
      if (clock_set_) how.settings = {{"message.timestamp.type", "CreateTime"}};
      if (auto made = CreateTopics(options_, how); !made) return tl::unexpected<Error>(made.error());
      made_ = true;
    }
    KafkaOptions options = options_;
    options.read_only = read_only;
    auto log = KafkaLog::Open(options);
    if (!log) return tl::unexpected<Error>(log.error());
    return std::unique_ptr<Log>(std::move(*log));
  }

  const int partitions_;
  KafkaOptions options_;
  bool made_ = false;
  std::atomic<bool> clock_set_ = false;
  std::atomic<std::int64_t> clock_us_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Kafka, LogConformance,
                         testing::Values(LogFactory{"OnePartition", [] { return std::make_unique<KafkaWorld>(1); }},
                                         LogFactory{"ThreePartitions", [] { return std::make_unique<KafkaWorld>(3); }}),
                         NameOfFactory);

}  // namespace
}  // namespace tenure::log
