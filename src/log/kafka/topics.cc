#include "log/kafka/topics.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <thread>

#include "log/kafka/topic_settings.h"

namespace tenure::log {
namespace {

using QueuePtr = std::unique_ptr<rd_kafka_queue_t, decltype(&rd_kafka_queue_destroy)>;
using EventPtr = std::unique_ptr<rd_kafka_event_t, decltype(&rd_kafka_event_destroy)>;
using OptionsPtr = std::unique_ptr<rd_kafka_AdminOptions_t, decltype(&rd_kafka_AdminOptions_destroy)>;

Result<std::unique_ptr<KafkaClient>> AdminClient(const KafkaOptions& options) {
  KafkaProperties properties{{"client.id", "tenure"}};
  properties.insert(properties.end(), options.properties.begin(), options.properties.end());
  return KafkaClient::Make(RD_KAFKA_PRODUCER, properties, std::make_shared<KafkaEvents>());
}

std::vector<std::string> NamesOf(const KafkaOptions& options, bool dead_letters) {
  std::vector<std::string> names;
  for (int t = 0; t < kPlaneTopics + (dead_letters ? 1 : 0); ++t)
    names.push_back(options.topic_prefix + std::string(TopicName(static_cast<Topic>(t))));
  return names;
}

// Sends one request of the administration and waits for its answer.
Result<EventPtr> Ask(const KafkaClient& client, const KafkaOptions& options, rd_kafka_admin_op_t what, const std::string& doing,
                     const std::function<void(rd_kafka_AdminOptions_t*, rd_kafka_queue_t*)>& send) {
  const OptionsPtr how(rd_kafka_AdminOptions_new(client.Get(), what), rd_kafka_AdminOptions_destroy);
  char reason[256];
  rd_kafka_AdminOptions_set_request_timeout(how.get(), options.request_timeout_ms, reason, sizeof reason);
  const QueuePtr queue(rd_kafka_queue_new(client.Get()), rd_kafka_queue_destroy);
  send(how.get(), queue.get());
  EventPtr event(rd_kafka_queue_poll(queue.get(), options.request_timeout_ms + 1'000), rd_kafka_event_destroy);
  if (!event) return tl::unexpected<Error>(client.ErrorOf(RD_KAFKA_RESP_ERR__TIMED_OUT, doing));
  if (const auto code = rd_kafka_event_error(event.get()); code != RD_KAFKA_RESP_ERR_NO_ERROR)
    return tl::unexpected<Error>(client.ErrorOf(code, doing));
  return event;
}

// Brokers learn of a new topic one after the other; until this one knows a leader of each partition nothing can be appended.
Status AwaitTopic(const KafkaClient& client, const KafkaOptions& options, const std::string& name) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(options.request_timeout_ms);
  const std::unique_ptr<rd_kafka_topic_t, TopicDeleter> topic(rd_kafka_topic_new(client.Get(), name.c_str(), nullptr));
  while (true) {
    const rd_kafka_metadata_t* metadata = nullptr;
    const auto code = rd_kafka_metadata(client.Get(), 0, topic.get(), &metadata, options.request_timeout_ms);
    bool ready = code == RD_KAFKA_RESP_ERR_NO_ERROR && metadata->topic_cnt == 1 && metadata->topics[0].partition_cnt > 0;
    for (int p = 0; ready && p < metadata->topics[0].partition_cnt; ++p) ready = metadata->topics[0].partitions[p].leader >= 0;
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) rd_kafka_metadata_destroy(metadata);
    if (ready) return {};
    if (std::chrono::steady_clock::now() > deadline)
      return tl::unexpected<Error>(client.ErrorOf(RD_KAFKA_RESP_ERR__TIMED_OUT, "waiting for a leader of " + name));
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

// The least number of replicas among a topic's partitions.
Result<int> ReplicationOf(const KafkaClient& client, const KafkaOptions& options, const std::string& name) {
  const std::unique_ptr<rd_kafka_topic_t, TopicDeleter> topic(rd_kafka_topic_new(client.Get(), name.c_str(), nullptr));
  const rd_kafka_metadata_t* metadata = nullptr;
  const auto code = rd_kafka_metadata(client.Get(), 1, nullptr, &metadata, options.request_timeout_ms);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return tl::unexpected<Error>(client.ErrorOf(code, "asking about " + name));
  const std::unique_ptr<const rd_kafka_metadata_t, decltype(&rd_kafka_metadata_destroy)> owned(metadata,
                                                                                               rd_kafka_metadata_destroy);
  for (int i = 0; i < metadata->topic_cnt; ++i) {
    const auto& one = metadata->topics[i];
    if (name != one.topic || one.partition_cnt == 0) continue;
    int least = one.partitions[0].replica_cnt;
    for (int p = 1; p < one.partition_cnt; ++p) least = std::min(least, one.partitions[p].replica_cnt);
    return least;
  }
  return Fail("log_topic_missing", "there is no topic " + name, "make the topics: tenure topics create", Blame::kCaller);
}

Result<std::vector<TopicState>> Describe(const KafkaClient& client, const KafkaOptions& options) {
  const auto names = NamesOf(options, false);
  std::vector<TopicState> topics;
  for (const auto& name : names) {
    auto replication = ReplicationOf(client, options, name);
    if (!replication) return tl::unexpected<Error>(replication.error());
    topics.push_back({name, {}, *replication});
  }
  std::vector<rd_kafka_ConfigResource_t*> asked;
  for (const auto& name : names) asked.push_back(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, name.c_str()));
  auto event = Ask(client, options, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, "asking for the settings of the topics",
                   [&](rd_kafka_AdminOptions_t* how, rd_kafka_queue_t* queue) {
                     rd_kafka_DescribeConfigs(client.Get(), asked.data(), asked.size(), how, queue);
                   });
  rd_kafka_ConfigResource_destroy_array(asked.data(), asked.size());
  if (!event) return tl::unexpected<Error>(event.error());
  std::size_t count = 0;
  const auto* described = rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(event->get()), &count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string name = rd_kafka_ConfigResource_name(described[i]);
    if (const auto code = rd_kafka_ConfigResource_error(described[i]); code != RD_KAFKA_RESP_ERR_NO_ERROR)
      return tl::unexpected<Error>(client.ErrorOf(code, "asking for the settings of " + name));
    const auto topic = std::find_if(topics.begin(), topics.end(), [&](const TopicState& t) { return t.name == name; });
    std::size_t entries = 0;
    const auto* settings = rd_kafka_ConfigResource_configs(described[i], &entries);
    for (std::size_t e = 0; e < entries && topic != topics.end(); ++e)
      if (const char* value = rd_kafka_ConfigEntry_value(settings[e]))
        topic->settings[rd_kafka_ConfigEntry_name(settings[e])] = value;
  }
  return topics;
}

}  // namespace

Result<std::vector<MadeTopic>> CreateTopics(const KafkaOptions& options, const NewTopics& how) {
  auto client = AdminClient(options);
  if (!client) return tl::unexpected<Error>(client.error());
  std::vector<rd_kafka_NewTopic_t*> asked;
  for (const auto& name : NamesOf(options, true)) {
    char reason[256];
    rd_kafka_NewTopic_t* topic = rd_kafka_NewTopic_new(name.c_str(), how.partitions, how.replication, reason, sizeof reason);
    if (topic == nullptr) {
      rd_kafka_NewTopic_destroy_array(asked.data(), asked.size());
      return Fail("log_config_wrong", name + ": " + reason, "see --partitions and --replication", Blame::kCaller);
    }
    for (const auto& [setting, value] : SettingsOfNewTopic(how.replication))
      rd_kafka_NewTopic_set_config(topic, setting.c_str(), value.c_str());
    for (const auto& [setting, value] : how.settings) rd_kafka_NewTopic_set_config(topic, setting.c_str(), value.c_str());
    asked.push_back(topic);
  }
  auto event = Ask(**client, options, RD_KAFKA_ADMIN_OP_CREATETOPICS, "making the topics",
                   [&](rd_kafka_AdminOptions_t* admin, rd_kafka_queue_t* queue) {
                     rd_kafka_CreateTopics((*client)->Get(), asked.data(), asked.size(), admin, queue);
                   });
  rd_kafka_NewTopic_destroy_array(asked.data(), asked.size());
  if (!event) return tl::unexpected<Error>(event.error());
  std::size_t count = 0;
  const auto* results = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event->get()), &count);
  std::vector<MadeTopic> made;
  for (std::size_t i = 0; i < count; ++i) {
    const auto code = rd_kafka_topic_result_error(results[i]);
    const std::string name = rd_kafka_topic_result_name(results[i]);
    const bool existed = code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS;
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR && !existed) {
      Error error = (*client)->ErrorOf(code, "making " + name);
      if (const char* why = rd_kafka_topic_result_error_string(results[i])) error.reason += std::string(": ") + why;
      return tl::unexpected<Error>(error);
    }
    made.push_back({name, existed});
  }
  for (const auto& topic : made)
    if (auto ready = AwaitTopic(**client, options, topic.name); !ready) return tl::unexpected<Error>(ready.error());
  return made;
}

Result<std::vector<TopicFinding>> ExamineTopics(const KafkaOptions& options) {
  auto client = AdminClient(options);
  if (!client) return tl::unexpected<Error>(client.error());
  auto topics = Describe(**client, options);
  if (!topics) return tl::unexpected<Error>(topics.error());
  std::vector<TopicFinding> found;
  for (const auto& topic : *topics)
    for (auto& finding : FindingsOf(topic)) found.push_back(std::move(finding));
  return found;
}

Status CheckTopics(const KafkaOptions& options) {
  for (const auto& name : options.accept)
    if (std::none_of(std::begin(kAcceptable), std::end(kAcceptable), [&](const char* known) { return name == known; }))
      return Fail("log_accept_unknown", "nothing can be accepted under the name \"" + name + "\"",
                  "compaction, producer-time, replication, retention or unclean-election", Blame::kCaller);
  auto found = ExamineTopics(options);
  if (!found) return tl::unexpected<Error>(found.error());
  std::string text, names;
  for (const auto& finding : *found) {
    if (std::find(options.accept.begin(), options.accept.end(), finding.accept) != options.accept.end()) continue;
    text += (text.empty() ? "" : "; ") + finding.Text();
    if (names.find(finding.accept) == std::string::npos) names += " --accept " + finding.accept;
  }
  if (text.empty()) return {};
  return Fail("log_topic_unsafe", text, "set it as `tenure topics create` would, or accept it by name:" + names, Blame::kCaller);
}

}  // namespace tenure::log
