#include "history/directory.h"

#include <algorithm>
#include <map>

namespace tenure::history {

Directory::Chunk::Chunk(const std::vector<Entry>& entries) {
  std::map<EffectiveTime, std::int32_t> changes;
  for (const Entry& entry : entries) {
    refs.push_back(entry.ref);
    begins.push_back(static_cast<std::uint32_t>(standings.size()));
    bool before = false;
    for (const Standing& standing : entry.standings) {
      const bool active = standing.status == IdentityStatus::kActive;
      if (active != before) changes[standing.from] += active ? 1 : -1;
      before = active;
      standings.push_back(standing);
    }
  }
  begins.push_back(static_cast<std::uint32_t>(standings.size()));
  std::int32_t active = 0;
  for (const auto& [from, change] : changes)
    if (change != 0) counts.push_back({from, active += change});
  standings.shrink_to_fit();
  counts.shrink_to_fit();
}

const Standing& Directory::Chunk::At(std::size_t i, EffectiveTime t) const {
  const auto begin = standings.begin() + begins[i], end = standings.begin() + begins[i + 1];
  const auto after = std::upper_bound(begin, end, t, [](EffectiveTime time, const Standing& s) { return time < s.from; });
  return after == begin ? *begin : *(after - 1);
}

Directory::Entry Directory::Chunk::EntryAt(std::size_t i) const {
  return {refs[i], {standings.begin() + begins[i], standings.begin() + begins[i + 1]}};
}

void Directory::Cut(const std::vector<Entry>& entries) {
  for (std::size_t at = 0; at < entries.size(); at += kChunk) {
    const auto from = entries.begin() + static_cast<std::ptrdiff_t>(at);
    const auto count = static_cast<std::ptrdiff_t>(std::min(kChunk, entries.size() - at));
    chunks_.push_back(std::make_shared<const Chunk>(std::vector<Entry>(from, from + count)));
  }
}

void Directory::FindPlaces() {
  std::fill(places_.begin(), places_.end(), kNowhere);
  for (std::size_t c = 0; c < chunks_.size(); ++c)
    for (std::size_t i = 0; i < chunks_[c]->refs.size(); ++i) {
      const NameId ref = chunks_[c]->refs[i];
      if (ref >= places_.size()) places_.resize(ref + 1, kNowhere);
      places_[ref] = static_cast<Place>(c << 9 | i);
    }
}

Directory::Directory(std::vector<Entry> entries, const Names&) {
  Cut(entries);
  FindPlaces();
}

Directory::Directory(const Directory& before, const std::vector<Entry>& changed, const Names& names) : places_(before.places_) {
  const auto less = [&](const Entry& a, const Entry& b) { return names.Text(a.ref) < names.Text(b.ref); };
  auto next = changed.begin();
  for (std::size_t c = 0; c < before.chunks_.size(); ++c) {
    // The last chunk takes all that comes after, and each what comes before the next one begins.
    auto end = changed.end();
    if (c + 1 < before.chunks_.size())
      end = std::lower_bound(next, changed.end(), before.chunks_[c + 1]->refs.front(),
                             [&](const Entry& entry, NameId first) { return names.Text(entry.ref) < names.Text(first); });
    if (next == end) {
      chunks_.push_back(before.chunks_[c]);
      continue;
    }
    std::vector<Entry> kept;
    for (std::size_t i = 0; i < before.chunks_[c]->refs.size(); ++i) {
      Entry entry = before.chunks_[c]->EntryAt(i);
      if (!std::binary_search(next, end, entry, less)) kept.push_back(std::move(entry));
    }
    std::vector<Entry> both;
    std::merge(kept.begin(), kept.end(), next, end, std::back_inserter(both), less);
    std::erase_if(both, [](const Entry& entry) { return entry.standings.empty(); });
    if (both.size() <= 2 * kChunk - 1 && !both.empty()) chunks_.push_back(std::make_shared<const Chunk>(both));
    else Cut(both);
    next = end;
  }
  if (before.chunks_.empty()) {
    std::vector<Entry> told(changed);
    std::erase_if(told, [](const Entry& entry) { return entry.standings.empty(); });
    Cut(told);
  }
  FindPlaces();
}

const Standing& Directory::At(Place place, EffectiveTime t) const { return chunks_[place >> 9]->At(place & 511, t); }

std::int64_t Directory::CountActive(EffectiveTime t) const {
  std::int64_t active = 0;
  for (const auto& chunk : chunks_) {
    const auto after = std::upper_bound(chunk->counts.begin(), chunk->counts.end(), t,
                                        [](EffectiveTime time, const Count& count) { return time < count.from; });
    if (after != chunk->counts.begin()) active += (after - 1)->active;
  }
  return active;
}

std::size_t Directory::FirstChunkAfter(std::string_view after, const Names& names) const {
  if (after.empty()) return 0;
  const auto beyond = std::upper_bound(chunks_.begin(), chunks_.end(), after, [&](std::string_view ref, const auto& chunk) {
    return ref < names.Text(chunk->refs.front());
  });
  return beyond == chunks_.begin() ? 0 : static_cast<std::size_t>(beyond - chunks_.begin()) - 1;
}

std::size_t Directory::SizeBytes() const {
  std::size_t bytes = places_.capacity() * sizeof(Place);
  for (const auto& chunk : chunks_)
    bytes += sizeof(Chunk) + chunk->refs.capacity() * 8 + chunk->standings.capacity() * sizeof(Standing) +
             chunk->counts.capacity() * sizeof(Count);
  return bytes;
}

}  // namespace tenure::history
