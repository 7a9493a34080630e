#include "log/kafka/offsets.h"

#include <charconv>

#include "event/codec.h"

namespace tenure::log {

void StableOffsets::Statistics(std::string_view json) {
  const std::lock_guard lock(mutex_);
  statistics_ = json;
}

PositionVector StableOffsets::Vector(std::string_view topic_prefix) const {
  std::string statistics;
  {
    const std::lock_guard lock(mutex_);
    statistics = statistics_;
  }
  PositionVector out;
  const std::string topics = event::JsonMember(statistics, "topics");
  for (int t = 0; t <= kPlaneTopics; ++t) {
    const auto topic = static_cast<Topic>(t);
    const std::string partitions =
        event::JsonMember(event::JsonMember(topics, std::string(topic_prefix) + std::string(TopicName(topic))), "partitions");
    for (const auto& name : event::JsonMemberNames(partitions)) {
      const std::string offset = event::JsonMember(event::JsonMember(partitions, name), "ls_offset");
      std::int64_t at = -1;
      std::int32_t partition = -1;
      std::from_chars(offset.data(), offset.data() + offset.size(), at);
      std::from_chars(name.data(), name.data() + name.size(), partition);
      if (partition >= 0 && at >= 0) out.next[{topic, partition}] = at;
    }
  }
  return out;
}

}  // namespace tenure::log
