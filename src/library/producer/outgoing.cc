#include "library/producer/outgoing.h"

#include "event/codec.h"
#include "event/door.h"

namespace tenure::producer {
namespace {

Result<Topic> AddressOf(const Event& event, std::optional<Topic> named) {
  const auto own = event::TopicOf(event.Type());
  if (!own && !named)
    return Fail("event_topic_missing", "a retraction goes to the topic of the event that it retracts, and none is named",
                "name it: SendOptions{.topic = Topic::kAccess}", Blame::kCaller);
  if (named == Topic::kDeadLetter || (own && named && *own != *named))
    return Fail("event_topic_wrong",
                std::string(event::TypeName(event.Type())) + " can't go to " + std::string(TopicName(*named)),
                "leave SendOptions::topic out, or name the topic of a plane for a retraction", Blame::kCaller);
  return own ? *own : *named;
}

}  // namespace

Result<log::Outgoing> ToOutgoing(const Event& event, std::optional<Topic> topic, Mode mode) {
  thread_local event::Decoder decoder;
  const std::string json = event::Encode(event);
  auto read = event::ReadAtDoor(json, decoder);
  if (!read) return tl::unexpected<Error>(read.error());
  if (!event.data_json.empty() && event::PackPayload(read->payload) != event::PackPayload(event.payload))
    return Fail("event_data_differs", "the event's payload is not what its data_json says", "build it anew, or clear data_json",
                Blame::kCaller);
  auto address = AddressOf(*read, topic);
  if (!address) return tl::unexpected<Error>(address.error());
  return log::WireForm(*address, event::KeyOf(*read), json,
                       mode == Mode::kBinary ? log::WireMode::kBinary : log::WireMode::kStructured);
}

}  // namespace tenure::producer
