#pragma once
// The topics on the brokers: made as the record needs them, and held to it at every start (docs/operating/kafka.md).
//
// A record is only a record if nothing removes or reorders it and nobody but the broker says when it came: no compaction, no
// retention limit, LogAppendTime, no unclean election, three replicas of which two must be in sync. What falls short stops with
// log_topic_unsafe (kCaller), which names topic, setting and value, unless it is accepted by name.
// Errors beside those of kafka_log.h: log_topics_exist is none: what is there is left as it is and said.
#include <string>
#include <vector>

#include "log/kafka/kafka_log.h"

namespace tenure::log {

// The names that `accept` takes.
inline constexpr const char* kAcceptable[] = {"compaction", "producer-time", "replication", "retention", "unclean-election"};

struct NewTopics {
  int partitions = 12;
  int replication = 3;
  std::vector<std::pair<std::string, std::string>> settings;  // after, and over, those that the record needs
};
struct MadeTopic {
  std::string name;
  bool existed = false;
};
// The five topics. With fewer than three replicas min.insync.replicas is 1.
Result<std::vector<MadeTopic>> CreateTopics(const KafkaOptions& options, const NewTopics& how);

struct TopicFinding {
  std::string topic, setting, value, accept;  // accept: the name under which it can be accepted
  std::string Text() const;                   // "tenure.access: retention.ms is 604800000, records older than that are removed"
};
// What falls short of the four plane topics; a topic that isn't there is log_topic_missing.
Result<std::vector<TopicFinding>> ExamineTopics(const KafkaOptions& options);
// log_topic_unsafe if something falls short that options.accept doesn't name; log_accept_unknown (kCaller) for a name that is none.
Status CheckTopics(const KafkaOptions& options);

}  // namespace tenure::log
