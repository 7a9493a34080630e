#include "log/kafka/topic_settings.h"

#include <charconv>

namespace tenure::log {
namespace {

constexpr int kReplicas = 3, kInSync = 2;

std::string Of(const TopicState& topic, const char* setting) {
  const auto it = topic.settings.find(setting);
  return it == topic.settings.end() ? std::string() : it->second;
}

int Number(const std::string& text) {
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

std::string TopicFinding::Text() const {
  const auto because = [this]() -> std::string {
    if (accept == "compaction") return "all but the last record of a key is removed";
    if (accept == "retention") return "old records are removed";
    if (accept == "producer-time") return "producers say when tenure learned it";
    if (accept == "unclean-election") return "a replica that missed records may become the leader";
    return "a broker that is lost takes records with it";
  };
  return topic + ": " + setting + " is " + (value.empty() ? "not told" : value) + ", so " + because();
}

std::vector<TopicFinding> FindingsOf(const TopicState& topic) {
  std::vector<TopicFinding> found;
  const auto expect = [&](bool holds, const char* setting, const std::string& value, const char* accept) {
    if (!holds) found.push_back({topic.name, setting, value, accept});
  };
  const auto is = [&](const char* setting, const char* wanted, const char* accept) {
    expect(Of(topic, setting) == wanted, setting, Of(topic, setting), accept);
  };
  is("cleanup.policy", "delete", "compaction");
  is("retention.ms", "-1", "retention");
  is("retention.bytes", "-1", "retention");
  is("message.timestamp.type", "LogAppendTime", "producer-time");
  is("unclean.leader.election.enable", "false", "unclean-election");
  expect(topic.replication >= kReplicas, "replication factor", std::to_string(topic.replication), "replication");
  const std::string in_sync = Of(topic, "min.insync.replicas");
  expect(Number(in_sync) >= kInSync, "min.insync.replicas", in_sync, "replication");
  return found;
}

std::vector<std::pair<std::string, std::string>> SettingsOfNewTopic(int replication) {
  return {{"cleanup.policy", "delete"},
          {"retention.ms", "-1"},
          {"retention.bytes", "-1"},
          {"message.timestamp.type", "LogAppendTime"},
          {"unclean.leader.election.enable", "false"},
          {"min.insync.replicas", std::to_string(replication >= kReplicas ? kInSync : 1)}};
}

}  // namespace tenure::log
