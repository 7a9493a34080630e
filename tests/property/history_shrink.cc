// Making a failing history small: records are left out while it still fails.
#include <algorithm>

#include "property/history_generator.h"
#include "reference/wire.h"

namespace tenure::property {

History Keeping(const History& history, const std::vector<bool>& keep) {
  History kept;
  kept.seed = history.seed, kept.configuration = history.configuration;
  std::map<TopicPartition, std::int64_t> next;
  std::map<Position, Position> moved;
  for (std::size_t i = 0; i < history.records.size(); ++i) {
    if (!keep[i]) continue;
    Record record = history.records[i];
    Position position = record.entry.position;
    record.entry.position.offset = next[position.Where()]++;
    moved[position] = record.entry.position;
    kept.records.push_back(std::move(record));
  }
  for (Record& record : kept.records) {
    if (!record.entry.event) continue;
    auto* resolution = std::get_if<DeadLetterResolved>(&record.entry.event->payload);
    if (!resolution) continue;
    auto found = moved.find(resolution->position);
    // What it named is gone: let it name a place where nothing is.
    resolution->position = found != moved.end() ? found->second : Position{resolution->position.topic, 0, 999'999};
    record.entry.event->content_hash = reference::PlainContentHash(*record.entry.event);
  }
  return kept;
}

History Shrink(History history, const std::function<bool(const History&)>& fails) {
  std::size_t chunk = std::max<std::size_t>(history.records.size() / 2, 1);
  for (;;) {
    bool smaller = false;
    for (std::size_t from = 0; from < history.records.size();) {
      std::vector<bool> keep(history.records.size(), true);
      for (std::size_t i = from; i < std::min(from + chunk, keep.size()); ++i) keep[i] = false;
      History candidate = Keeping(history, keep);
      if (fails(candidate)) {
        history = std::move(candidate), smaller = true;
      } else {
        from += chunk;
      }
    }
    if (chunk == 1 && !smaller) return history;
    if (!smaller) chunk = std::max<std::size_t>(chunk / 2, 1);
  }
}

}  // namespace tenure::property
