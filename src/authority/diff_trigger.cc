#include "authority/diff_trigger.h"

#include <algorithm>

namespace tenure::authority {

Result<PositionVector> TriggerSearch::UpTo(RecordedTime k) {
  auto known = knowledges_.known_at(k);
  if (!known) return known;
  PositionVector vector = before_;
  for (const auto& [where, next] : after_.next) {
    const std::int64_t reached = std::max(before_.Next(where), std::min(next, known->Next(where)));
    if (reached > 0) vector.next[where] = reached;
  }
  return vector;
}

// Partitions before the record's have reached its recorded time, those after it not yet.
Result<PositionVector> TriggerSearch::UpTo(const Place& place, bool itself) {
  auto reached = UpTo(place.recorded), earlier = UpTo(RecordedTime{place.recorded.us - 1});
  if (!reached) return reached;
  if (!earlier) return earlier;
  PositionVector vector = *earlier;
  for (const auto& [where, next] : reached->next)
    if (where < place.position.Where()) vector.next[where] = next;
  const std::int64_t here = std::max(vector.Next(place.position.Where()), place.position.offset + (itself ? 1 : 0));
  if (here > 0) vector.next[place.position.Where()] = here;
  return vector;
}

Result<bool> TriggerSearch::Holds(const Result<PositionVector>& vector, const Changed& changed) {
  if (!vector) return tl::unexpected<Error>(vector.error());
  auto view = knowledges_.view(*vector);
  if (!view) return tl::unexpected<Error>(view.error());
  return changed(**view);
}

Result<std::optional<Position>> TriggerSearch::Find(const std::vector<history::EventMeta>& candidates, const Changed& changed) {
  std::vector<Place> places;
  for (const auto& meta : candidates)
    if (!before_.Holds(meta.position) && after_.Holds(meta.position)) places.push_back({meta.recorded, meta.position});
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
  // With all up to places[low - 1] it has not changed yet, with all up to places[high] it has.
  std::size_t low = 0, high = places.size();
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    auto holds = Holds(UpTo(places[middle], true), changed);
    if (!holds) return tl::unexpected<Error>(holds.error());
    (*holds ? high : low) = *holds ? middle : middle + 1;
  }
  if (high < places.size()) {
    auto already = Holds(UpTo(places[high], false), changed);
    if (!already) return tl::unexpected<Error>(already.error());
    if (!*already) return std::optional<Position>(places[high].position);
  }
  const RecordedTime from = high > 0 ? places[high - 1].recorded : RecordedTime{0};
  return FindBetween(from, high < places.size() ? places[high].recorded : knowledges_.latest, changed);
}

// None of the candidates: an event about somebody else. The first moment of record with which it changed, then the record.
Result<std::optional<Position>> TriggerSearch::FindBetween(RecordedTime from, RecordedTime to, const Changed& changed) {
  std::int64_t low = from.us, high = to.us;
  while (low < high) {
    const std::int64_t middle = low + (high - low) / 2;
    auto holds = Holds(UpTo(RecordedTime{middle}), changed);
    if (!holds) return tl::unexpected<Error>(holds.error());
    (*holds ? high : low) = *holds ? middle : middle + 1;
  }
  auto reached = UpTo(RecordedTime{high}), earlier = UpTo(RecordedTime{high - 1});
  if (!reached) return tl::unexpected<Error>(reached.error());
  if (!earlier) return tl::unexpected<Error>(earlier.error());
  for (const auto& [where, next] : reached->next)
    for (std::int64_t offset = earlier->Next(where); offset < next; ++offset) {
      const Place place{RecordedTime{high}, {where.topic, where.partition, offset}};
      auto holds = Holds(UpTo(place, true), changed);
      if (!holds) return tl::unexpected<Error>(holds.error());
      if (*holds) return std::optional<Position>(place.position);
    }
  return std::optional<Position>{};
}

}  // namespace tenure::authority
