#include "library/announcing.h"

#include <algorithm>

#include "event/json_writer.h"

namespace tenure::library {
namespace {

std::string NameOf(const Position& position) {
  return std::string(TopicName(position.topic)) + "/" + std::to_string(position.partition) + "/" +
         std::to_string(position.offset);
}

std::string Announcement(const projection::ModelDeadLetter& letter) {
  event::JsonWriter w;
  w.BeginObject();
  w.Key("id");
  w.String(NameOf(letter.position));
  w.Key("topic");
  w.String(TopicName(letter.position.topic));
  w.Key("partition");
  w.Int(letter.position.partition);
  w.Key("offset");
  w.Int(letter.position.offset);
  w.Key("reason");
  w.String(letter.reason);
  w.EndObject();
  return w.Take();
}

}  // namespace

Status AnnounceDeadLetters(const projection::ReadModel& model, log::Log& log, PositionVector& announced) {
  const PositionVector projected = model.Projected();
  if (projected == announced) return {};
  auto letters = model.DeadLetters(projected);
  if (!letters) return tl::unexpected<Error>(letters.error());
  std::vector<log::NewRecord> records;
  for (const auto& letter : *letters)
    if (letter.reason != "conflict" && !announced.Holds(letter.position))
      records.push_back({Topic::kDeadLetter, NameOf(letter.position), Announcement(letter), ""});
  for (std::size_t from = 0; from < records.size(); from += log::kAppendRecordsMax) {
    const auto until = std::min(records.size(), from + log::kAppendRecordsMax);
    const std::vector<log::NewRecord> part(records.begin() + static_cast<std::ptrdiff_t>(from),
                                           records.begin() + static_cast<std::ptrdiff_t>(until));
    if (auto appended = log.Append(part); !appended) return tl::unexpected<Error>(appended.error());
  }
  announced = projected;
  return {};
}

}  // namespace tenure::library
