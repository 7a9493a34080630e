#include "projection/incoming.h"

namespace tenure::projection {
namespace {

history::StoredDeadLetter Unreadable(event::Decoder& decoder, const log::Record& record, const Error& why) {
  const auto salvage = decoder.SalvageFrom(record.value);
  history::StoredDeadLetter letter;
  letter.recorded = record.stamp;
  letter.reason = why.code;
  letter.text = why.reason;
  letter.record_key = record.key;
  letter.data_key = salvage.key;
  letter.name = salvage.name;
  letter.type = salvage.type;
  letter.time = salvage.time;
  letter.carries_supersedes = salvage.carries_supersedes;
  return letter;
}

history::StoredDeadLetter Misplaced(const Event& event, const log::Record& record, Topic plane) {
  history::StoredDeadLetter letter;
  letter.recorded = record.stamp;
  letter.reason = "event_misplaced";
  letter.text = std::string(event::TypeName(event.Type())) + " belongs on " + std::string(TopicName(plane)) + ", not on " +
                std::string(TopicName(record.position.topic));
  letter.record_key = record.key;
  letter.data_key = event::KeyOf(event);
  letter.name = event.name;
  letter.type = event.Type();
  letter.time = event.time;
  letter.carries_supersedes = !event.supersedes.empty();
  return letter;
}

history::StoredEvent Readable(Event event, const log::Record& record) {
  history::StoredEvent stored;
  stored.meta.type = event.Type();
  stored.meta.name = std::move(event.name);
  stored.meta.time = event.time;
  stored.meta.recorded = record.stamp;
  stored.meta.position = record.position;
  stored.meta.claimed_actor = std::move(event.authid);
  stored.meta.verified_writer = record.verified_writer;
  stored.meta.control_owner = std::move(event.controlowner);
  stored.meta.key = record.key;
  stored.content = event.content_hash;
  stored.payload = std::move(event.payload);
  stored.supersedes = std::move(event.supersedes);
  return stored;
}

}  // namespace

history::Incoming ToIncoming(event::Decoder& decoder, const log::Record& record) {
  auto event = decoder.DecodeWithoutText(record.value);
  if (!event) return {record.position, record.stamp, Unreadable(decoder, record, event.error())};
  return ToIncoming(std::move(*event), record);
}

history::Incoming ToIncoming(Event event, const log::Record& record) {
  const auto plane = event::TopicOf(event.Type());
  if (plane && *plane != record.position.topic) return {record.position, record.stamp, Misplaced(event, record, *plane)};
  return {record.position, record.stamp, Readable(std::move(event), record)};
}

void SetRecorded(history::Incoming& incoming, RecordedTime recorded) {
  incoming.recorded = recorded;
  if (auto* event = std::get_if<history::StoredEvent>(&incoming.record)) event->meta.recorded = recorded;
  else std::get<history::StoredDeadLetter>(incoming.record).recorded = recorded;
}

}  // namespace tenure::projection
