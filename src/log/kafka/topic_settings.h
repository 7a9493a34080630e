#pragma once
// What each setting of a topic must be, and what it means if it isn't. Private to src/log/kafka. Pure functions.
#include <map>
#include <string>
#include <vector>

#include "log/kafka/topics.h"

namespace tenure::log {

struct TopicState {
  std::string name;
  std::map<std::string, std::string> settings;  // as the broker describes them
  int replication = 0;                          // the least of its partitions
};
std::vector<TopicFinding> FindingsOf(const TopicState& topic);

// The settings that a new topic is given.
std::vector<std::pair<std::string, std::string>> SettingsOfNewTopic(int replication);

}  // namespace tenure::log
