#include "history/pages.h"

#include <algorithm>

namespace tenure::history {
namespace {

// With the nodes of list and map.
constexpr std::size_t kOverheadBytes = 192;

Result<std::shared_ptr<const Page>> ReadPage(const Rows& rows, Family family, std::string_view prefix) {
  auto page = std::make_shared<Page>();
  const auto c = rows.Scan(family);
  for (c->Seek(prefix); c->ValidWithin(prefix); c->Next()) {
    if (page->Rows() == kPageRowsMax) return std::shared_ptr<const Page>();
    const auto row = ParseInterval(prefix, c->Key());
    if (!row) break;
    page->Add(*row, c->Value());
  }
  if (auto health = c->Health(); !health) return tl::unexpected(health.error());
  return std::shared_ptr<const Page>(std::move(page));
}

}  // namespace

void Page::Add(const IntervalParts& row, std::string_view value) {
  if (classes_.empty() || classes_.back().cls != row.cls) classes_.push_back({row.cls, rows_.size()});
  rows_.push_back(
      {row.span, static_cast<std::uint32_t>(bytes_.size()), static_cast<std::uint32_t>(bytes_.size() + row.rest.size())});
  bytes_.append(row.rest).append(value);
}

std::size_t Page::FirstEndingAfter(std::size_t begin, std::size_t end, EffectiveTime from) const {
  // What ends where the window begins lies outside; what is open ends nowhere.
  const EffectiveTime first{from == kForever ? from.us : from.us + 1};
  const auto at =
      std::lower_bound(rows_.begin() + static_cast<std::ptrdiff_t>(begin), rows_.begin() + static_cast<std::ptrdiff_t>(end),
                       first, [](const Row& row, EffectiveTime t) { return row.span.until < t; });
  return static_cast<std::size_t>(at - rows_.begin());
}

std::string Pages::KeyOf(Family family, std::string_view prefix) {
  std::string key(1, static_cast<char>(family));
  return key.append(prefix);
}

Result<std::shared_ptr<const Page>> Pages::Of(const history::Rows& rows, std::int64_t epoch, Family family,
                                              std::string_view prefix) {
  const std::string key = KeyOf(family, prefix);
  Shard& shard = ShardOf(key);
  {
    const std::lock_guard lock(shard.mutex);
    if (const auto it = shard.by_key.find(key); it != shard.by_key.end() && it->second->since <= epoch) {
      shard.kept.splice(shard.kept.begin(), shard.kept, it->second);
      return it->second->page;
    }
  }
  auto page = ReadPage(rows, family, prefix);
  if (!page) return page;
  const std::size_t bytes = kOverheadBytes + 2 * key.size() + (*page ? (*page)->SizeBytes() : 0);
  const std::lock_guard lock(shard.mutex);
  if (epoch != shard.epoch || shard.by_key.contains(key) || bytes > shard_bytes_max_) return page;
  shard.kept.push_front({key, epoch, *page, bytes});
  shard.by_key.emplace(shard.kept.front().key, shard.kept.begin());
  shard.bytes += bytes;
  while (shard.bytes > shard_bytes_max_) Drop(shard, std::prev(shard.kept.end()));
  return page;
}

void Pages::Drop(Shard& shard, std::list<Kept>::iterator kept) {
  shard.bytes -= kept->bytes;
  shard.by_key.erase(kept->key);
  shard.kept.erase(kept);
}

void Pages::Begin(std::int64_t epoch, const std::unordered_set<std::string>* touched) {
  // First the epoch, so that no reader of an older state puts back what is taken out here.
  for (Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    shard.epoch = epoch;
    while (touched == nullptr && !shard.kept.empty()) Drop(shard, shard.kept.begin());
  }
  if (touched == nullptr) return;
  for (const std::string& key : *touched) {
    Shard& shard = ShardOf(key);
    const std::lock_guard lock(shard.mutex);
    if (const auto it = shard.by_key.find(key); it != shard.by_key.end()) Drop(shard, it->second);
  }
}

}  // namespace tenure::history
