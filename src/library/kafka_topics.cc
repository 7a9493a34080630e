// The topics of a record on Kafka, for the public library.
#include "log/kafka/topics.h"
#include "tenure/tenure.h"

namespace tenure {
namespace {

log::KafkaOptions OptionsOf(const KafkaSettings& settings) {
  log::KafkaOptions options;
  options.properties = settings.properties;
  options.topic_prefix = settings.topic_prefix;
  options.accept = settings.accept;
  return options;
}

}  // namespace

Result<std::vector<KafkaTopicMade>> CreateKafkaTopics(const KafkaSettings& settings, int partitions, int replication) {
  auto made = log::CreateTopics(OptionsOf(settings), {partitions, replication, {}});
  if (!made) return tl::unexpected<Error>(made.error());
  std::vector<KafkaTopicMade> topics;
  for (auto& topic : *made) topics.push_back({std::move(topic.name), topic.existed});
  return topics;
}

Status CheckKafkaTopics(const KafkaSettings& settings) { return log::CheckTopics(OptionsOf(settings)); }

}  // namespace tenure
