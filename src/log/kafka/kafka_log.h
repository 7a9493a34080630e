#pragma once
// The log on Apache Kafka, through librdkafka: the four topics of the planes and tenure.dead-letter, any number of partitions.
//
// Recorded time is LogAppendTime, the broker's clock; within a partition a stamp may fall below one before it, which the running
// maximum of the reader mends. Reading is read_committed: of a transaction nothing before it commits, nothing ever if it aborts.
// A record's value is structured-mode JSON; one in binary mode is put together as such.
//
// Append produces idempotently with acks=all. What it cannot be sure of is log_append_unknown: append it again with the same ids.
// Errors beside those of log.h: log_unreachable (kUnavailable), log_not_authenticated, log_not_authorised, log_topic_missing
// (kCaller), log_truncated (kFault: the offset asked for is gone), log_stamp_not_the_logs (kFault), log_config_unknown,
// log_config_wrong (kCaller).
// Id: the cluster's id and the topic prefix. A topic that was deleted and made anew has the same: see CheckPlace of the runner.
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "log/kafka/client.h"
#include "log/log.h"

namespace tenure::log {

struct KafkaOptions {
  KafkaProperties properties;  // REQUIRED: bootstrap.servers; any property of librdkafka, handed through
  std::string topic_prefix;    // before "tenure.identity" and so on
  bool read_only = false;
  // What is accepted although it weakens the record: retention, compaction, producer-time, unclean-election, replication.
  std::vector<std::string> accept;
  // Of the HTTP door: a record's verified_writer is believed only under its HMAC. Empty: none is.
  std::string door_key;
  int request_timeout_ms = 30'000;
  std::function<RecordedTime()> now;  // replaceable for tests; default the system clock
};

class KafkaLog : public Log {
 public:
  // Connects at once, so that a wrong address or password is met here.
  static Result<std::unique_ptr<KafkaLog>> Open(const KafkaOptions& options);
};

}  // namespace tenure::log
