#include "connect/outbox.h"

namespace tenure::connect {

Status Outbox::Put(std::vector<Event> events, const Origin& origin) {
  if (batch_.size() + events.size() > kBatchEventsMax)
    if (auto ok = Flush(); !ok) return ok;
  for (auto& event : events) {
    bytes_ += sizeof(Event) + 2 * event.data_json.size();
    batch_.push_back(std::move(event));
    origins_.push_back(origin);
    if (batch_.size() == kBatchEventsMax)
      if (auto ok = Flush(); !ok) return ok;
  }
  return bytes_ >= kBatchBytesMax ? Flush() : Status{};
}

Status Outbox::Flush() {
  if (batch_.empty()) return {};
  const auto count = static_cast<std::int64_t>(batch_.size());
  auto outcome = sink_(std::exchange(batch_, {}));
  const auto origins = std::exchange(origins_, {});
  bytes_ = 0;
  if (!outcome) return tl::unexpected(outcome.error());
  summary_.events += count;
  summary_.appended += outcome->appended;
  summary_.duplicates += outcome->duplicates;
  summary_.conflicts += outcome->conflicts;
  for (auto& [index, error] : outcome->refused)
    if (index < origins.size()) on_refused_(origins[index], std::move(error));
  return {};
}

}  // namespace tenure::connect
