#pragma once
// librdkafka's handles as values that free themselves, its configuration, and its errors as tenure's. Private to src/log/kafka.
#include <librdkafka/rdkafka.h>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tenure/result.h"

namespace tenure::log {

using KafkaProperties = std::vector<std::pair<std::string, std::string>>;

// What becomes of librdkafka's callbacks; handed to it as the opaque of a handle, so it outlives the handle.
class KafkaEvents {
 public:
  virtual ~KafkaEvents() = default;
  virtual void Delivered(const rd_kafka_message_t& message) { static_cast<void>(message); }
  virtual void Statistics(std::string_view json) { static_cast<void>(json); }

  void Failed(rd_kafka_resp_err_t code, const char* reason);
  // Something after which the log may be another: counted.
  void Disturbed() { ++disturbances_; }
  std::int64_t Disturbances() const { return disturbances_; }
  // The last trouble that the client met, with the reason that it gave: what a plain timeout is about.
  std::pair<rd_kafka_resp_err_t, std::string> LastTrouble() const;

 private:
  std::atomic<std::int64_t> disturbances_ = 0;
  mutable std::mutex mutex_;
  rd_kafka_resp_err_t code_ = RD_KAFKA_RESP_ERR_NO_ERROR;
  std::string reason_;
};

// A producer or a consumer with a thread that serves its callbacks.
// Thread safety: as librdkafka's, any call from any thread.
class KafkaClient {
 public:
  // Properties are applied in order, later ones win. log_config_unknown, log_config_wrong (kCaller): a property that librdkafka
  // doesn't know, or a value that it doesn't take; the value of a secret is not repeated.
  static Result<std::unique_ptr<KafkaClient>> Make(rd_kafka_type_t type, const KafkaProperties& properties,
                                                   std::shared_ptr<KafkaEvents> events);
  ~KafkaClient();

  rd_kafka_t* Get() const { return handle_; }
  KafkaEvents& Events() const { return *events_; }
  // librdkafka's code as an Error: what was being done, why it failed, what to do about it.
  Error ErrorOf(rd_kafka_resp_err_t code, const std::string& doing) const;

 private:
  KafkaClient(rd_kafka_t* handle, std::shared_ptr<KafkaEvents> events);

  rd_kafka_t* handle_;
  std::shared_ptr<KafkaEvents> events_;
  std::atomic<bool> stop_ = false;
  std::thread callbacks_;
};

// The brokers are about to change who leads, or the connection comes back by itself: ask again.
bool PassesByItself(rd_kafka_resp_err_t code);
// The same for a partition that metadata has named: a broker or a client that doesn't know it is late, or has lost who leads it.
rd_kafka_resp_err_t OfKnownPartition(rd_kafka_resp_err_t code);
// Asks until the answer is another, or timeout_ms have passed; that answer. Each attempt is given the milliseconds that it may take: a
// request that waits for a broker that died waits to its end, and another goes to who leads now.
rd_kafka_resp_err_t AskAgain(int timeout_ms, const std::function<rd_kafka_resp_err_t(int attempt_ms)>& ask);

struct TopicDeleter {
  void operator()(rd_kafka_topic_t* topic) const { rd_kafka_topic_destroy(topic); }
};
using KafkaTopic = std::unique_ptr<rd_kafka_topic_t, TopicDeleter>;

}  // namespace tenure::log
