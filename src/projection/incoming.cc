#include "projection/incoming.h"

namespace tenure::projection {
namespace {

history::StoredDeadLetter Unreadable(event::Decoder& decoder, const log::Record& record, RecordedTime recorded,
                                     const Error& why) {
  const auto salvage = decoder.SalvageFrom(record.value);
  history::StoredDeadLetter letter;
  letter.recorded = recorded;
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

history::StoredDeadLetter Misplaced(const Event& event, const log::Record& record, RecordedTime recorded, Topic plane) {
  history::StoredDeadLetter letter;
  letter.recorded = recorded;
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

history::StoredEvent Readable(Event event, const log::Record& record, RecordedTime recorded) {
  history::StoredEvent stored;
  stored.meta.type = event.Type();
  stored.meta.name = std::move(event.name);
  stored.meta.time = event.time;
  stored.meta.recorded = recorded;
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

history::Incoming ToIncoming(event::Decoder& decoder, const log::Record& record, RecordedTime recorded) {
  auto event = decoder.DecodeWithoutText(record.value);
  if (!event) return {record.position, recorded, Unreadable(decoder, record, recorded, event.error())};
  const auto plane = event::TopicOf(event->Type());
  if (plane && *plane != record.position.topic) return {record.position, recorded, Misplaced(*event, record, recorded, *plane)};
  return {record.position, recorded, Readable(std::move(*event), record, recorded)};
}

}  // namespace tenure::projection
