#include "reference/builders.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "reference/wire.h"

namespace tenure::builders {

EffectiveTime At(std::string_view time) {
  std::string text(time);
  if (text.find('-') == std::string::npos) text = "2023-07-10T" + text;
  int y = 0, m = 0, d = 0, h = 0, min = 0;
  double s = 0;
  int read = std::sscanf(text.c_str(), "%d-%d-%dT%d:%d:%lf", &y, &m, &d, &h, &min, &s);
  if (read < 3) {
    std::fprintf(stderr, "no time: \"%s\"\n", text.c_str());
    std::abort();
  }
  // Days since 1970-01-01 of the Gregorian calendar.
  std::int64_t year = m <= 2 ? y - 1 : y, era = (year >= 0 ? year : year - 399) / 400, yoe = year - era * 400;
  std::int64_t doy = (153 * (m > 2 ? m - 3 : m + 9) + 2) / 5 + d - 1, doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
  std::int64_t days = era * 146097 + doe - 719468;
  return {(days * 86400 + h * 3600 + min * 60) * 1'000'000 + static_cast<std::int64_t>(s * 1e6 + 0.5)};
}

Interval Between(std::string_view from, std::string_view until) { return {At(from), At(until)}; }

Event Finished(Event event) {
  event.content_hash = reference::PlainContentHash(event);
  if (!event.name.id.empty()) return event;
  std::uint64_t h = 0;
  for (std::size_t i = 0; i < 8; ++i) h = h << 8 | event.content_hash[i];
  char id[32];
  std::snprintf(id, sizeof id, "e-%016llx", static_cast<unsigned long long>(h));
  event.name.id = id;
  return event;
}

Position Log::Append(const Event& event) {
  auto plane = reference::PlaneOf(event.Type());
  if (plane) return Append(event, *plane);
  for (const auto& entry : entries_)
    if (entry.event && entry.event->name == std::get<EventRetracted>(event.payload).target)
      return Append(event, entry.position.topic);
  return Append(event, Topic::kAccess);
}

Position Log::Append(const Event& event, Topic topic, std::int32_t partition) {
  reference::Entry entry;
  entry.event = event;
  entry.record_key = reference::KeyOf(event);
  return Put(std::move(entry), topic, partition);
}

Position Log::AppendUnreadable(Topic topic, std::string record_key, reference::Unreadable what) {
  reference::Entry entry;
  entry.record_key = std::move(record_key);
  entry.unreadable = std::move(what);
  return Put(std::move(entry), topic, 0);
}

Log& Log::RecordedAt(std::string_view time) {
  clock_ = {builders::At(time).us};
  return *this;
}

PositionVector Log::Before(const Position& position) const {
  for (std::size_t i = 0; i < entries_.size(); ++i)
    if (entries_[i].position == position) return before_[i];
  return next_;
}

Position Log::Put(reference::Entry entry, Topic topic, std::int32_t partition) {
  before_.push_back(next_);
  entry.position = {topic, partition, next_.next[{topic, partition}]++};
  entry.recorded = clock_;
  for (const auto& earlier : entries_)
    if (earlier.position.Where() == entry.position.Where()) entry.recorded = std::max(entry.recorded, earlier.recorded);
  clock_.us += 1'000'000;
  entries_.push_back(std::move(entry));
  return entries_.back().position;
}

}  // namespace tenure::builders
