#include "history/pages.h"

#include <algorithm>
#include <utility>

#include "history/bytes.h"
#include "history/subject_events.h"

namespace tenure::history {
namespace {

// With the nodes of list and map, and the page's counter.
constexpr std::size_t kOverheadBytes = 224;
// No page is kept that takes more than this part of all.
constexpr std::size_t kPartMin = 4;

constexpr FactKind kKindsRead[] = {FactKind::kIdentity, FactKind::kRole, FactKind::kGrant, FactKind::kMembership};

// Where the rows of a page lie: a family, and the prefixes in the order of their keys.
struct Place {
  Family family;
  std::vector<std::string> prefixes;
};

Place PlaceOf(PageOf of, std::string_view ref) {
  if (of != PageOf::kSubject) return {Family::kObject, {ObjectPrefix({SideOf(of), std::string(ref)})}};
  Place place{Family::kSubject, {}};
  for (const FactKind kind : kKindsRead) place.prefixes.push_back(SubjectPrefix(ref, kind));
  return place;
}

// The whole page, or nullptr where it has too many rows.
Result<std::shared_ptr<Page>> ReadWhole(const Rows& rows, const Place& place, std::size_t rows_max, Names& names) {
  auto page = std::make_shared<Page>();
  const auto c = rows.Scan(place.family);
  bool there = false;
  for (const std::string& prefix : place.prefixes) {
    // What the last prefix ended at is mostly where this one begins.
    if (!there || !c->Valid() || c->Key() < prefix) c->Seek(prefix);
    there = true;
    for (; c->ValidWithin(prefix); c->Next()) {
      if (page->Rows() == rows_max) return std::shared_ptr<Page>();
      const auto row = ParseInterval(prefix, c->Key());
      if (!row) break;
      if (auto s = page->Add(*row, c->Value(), names); !s) return tl::unexpected(s.error());
    }
  }
  if (auto health = c->Health(); !health) return tl::unexpected(health.error());
  page->Finish();
  return page;
}

Result<std::shared_ptr<Page>> ReadWindow(const Rows& rows, const Place& place, Interval window, Names& names) {
  auto page = std::make_shared<Page>();
  Status bad;
  for (const std::string& prefix : place.prefixes) {
    auto read =
        EachInterval(rows, place.family, prefix, window, [&](Interval span, std::string_view rest, std::string_view value) {
          bad = page->Add({ClassOf(span), span, rest}, value, names);
          return bad.has_value();
        });
    if (!read) return tl::unexpected(read.error());
    if (!bad) return tl::unexpected(bad.error());
  }
  page->Finish();
  return page;
}

}  // namespace

ObjectSide SideOf(PageOf of) {
  if (of == PageOf::kMembers) return ObjectSide::kGroup;
  return of == PageOf::kRoleGrants ? ObjectSide::kRole : ObjectSide::kAnchor;
}

std::string Pages::KeyOf(Family family, std::string_view prefix) {
  std::string key(1, static_cast<char>(family));
  return key.append(prefix);
}

Result<std::shared_ptr<const Page>> Pages::Of(const history::Rows& rows, std::int64_t epoch, PageOf of, std::string_view ref,
                                              Interval window) {
  const Key key{of, ref};
  Shard& shard = ShardOf(Hash{}(key));
  std::size_t rows_max = kPageRowsSoon;
  {
    const std::lock_guard lock(shard.mutex);
    if (const auto it = shard.by_key.find(key); it != shard.by_key.end()) {
      Kept& kept = *it->second;
      kept.used = true;
      if (kept.page && kept.since <= epoch) return kept.page;
      if (!kept.page) rows_max = ++kept.windows == kWindowsFirst ? kPageRowsMax : 0;
    }
  }
  const Place place = PlaceOf(of, ref);
  if (rows_max > 0) {
    auto page = ReadWhole(rows, place, rows_max, names_);
    if (!page) return tl::unexpected(page.error());
    Keep(shard, key, epoch, *page);
    if (*page) return std::shared_ptr<const Page>(std::move(*page));
  }
  auto page = ReadWindow(rows, place, window, names_);
  if (!page) return tl::unexpected(page.error());
  return std::shared_ptr<const Page>(std::move(*page));
}

Result<std::shared_ptr<const Page>> Pages::OfKnowledge(std::uint32_t knowledge, PageOf of, std::string_view ref,
                                                       const Make& make) {
  const Key key{of, ref, knowledge};
  Shard& shard = ShardOf(Hash{}(key));
  {
    const std::lock_guard lock(shard.mutex);
    if (const auto it = shard.by_key.find(key); it != shard.by_key.end()) {
      it->second->used = true;
      return it->second->page;
    }
  }
  auto page = make();
  if (!page) return tl::unexpected(page.error());
  if ((*page)->Rows() <= kPageRowsMax) Keep(shard, key, 0, *page);
  return std::shared_ptr<const Page>(std::move(*page));
}

std::shared_ptr<const SubjectEvents> Pages::EventsOf(std::int64_t epoch, std::string_view ref) {
  const Key key{PageOf::kSubject, ref, kEventsOf};
  Shard& shard = ShardOf(Hash{}(key));
  const std::lock_guard lock(shard.mutex);
  const auto it = shard.by_key.find(key);
  if (it == shard.by_key.end() || epoch < it->second->since) return nullptr;
  it->second->used = true;
  return it->second->events;
}

void Pages::KeepEvents(std::int64_t epoch, std::string_view ref, std::shared_ptr<const SubjectEvents> events) {
  const Key key{PageOf::kSubject, ref, kEventsOf};
  Keep(ShardOf(Hash{}(key)), key, epoch, nullptr, std::move(events));
}

void Pages::Keep(Shard& shard, const Key& key, std::int64_t epoch, std::shared_ptr<const Page> page,
                 std::shared_ptr<const SubjectEvents> events) {
  const std::size_t bytes = kOverheadBytes + key.ref.size() + (page ? page->SizeBytes() : 0) + (events ? events->SizeBytes() : 0);
  const auto beside = static_cast<std::size_t>(reserved_.load()) + names_.SizeBytes();
  const std::size_t max = bytes_max_ - std::min(bytes_max_, beside);
  {
    const std::lock_guard lock(shard.mutex);
    const bool changes = key.knowledge == 0 || key.knowledge == kEventsOf;
    if ((changes && epoch != shard.epoch) || bytes > max / kPartMin) return;
    if (const auto it = shard.by_key.find(key); it != shard.by_key.end()) {
      if (it->second->page || it->second->events || !page) return;
      Drop(shard, it->second);
    }
    shard.kept.push_front(
        {key.of, std::string(key.ref), key.knowledge, epoch, std::move(page), std::move(events), bytes, true, 0});
    shard.by_key.emplace(Key{key.of, shard.kept.front().ref, key.knowledge}, shard.kept.begin());
    bytes_ += bytes;
  }
  while (bytes_.load() > max) EvictOne();
}

// Those used since they were last looked at get another round.
void Pages::EvictOne() {
  Shard& shard = shards_[hand_++ % kShards];
  const std::lock_guard lock(shard.mutex);
  if (shard.kept.empty()) return;
  const auto last = std::prev(shard.kept.end());
  if (std::exchange(last->used, false)) shard.kept.splice(shard.kept.begin(), shard.kept, last);
  else Drop(shard, last);
}

void Pages::Drop(Shard& shard, std::list<Kept>::iterator kept) {
  bytes_ -= kept->bytes;
  shard.by_key.erase(Key{kept->of, kept->ref, kept->knowledge});
  shard.kept.erase(kept);
}

void Pages::DropEvents(const std::string& ref) {
  const Key key{PageOf::kSubject, ref, kEventsOf};
  Shard& shard = ShardOf(Hash{}(key));
  const std::lock_guard lock(shard.mutex);
  if (const auto it = shard.by_key.find(key); it != shard.by_key.end()) Drop(shard, it->second);
}

void Pages::DropTouched(const std::string& touched) {
  Reader r(std::string_view(touched).substr(1));
  PageOf of = PageOf::kSubject;
  if (static_cast<Family>(touched[0]) == Family::kObject) {
    r.Byte();
    const auto side = static_cast<ObjectSide>(r.Byte());
    of = side == ObjectSide::kGroup ? PageOf::kMembers : side == ObjectSide::kRole ? PageOf::kRoleGrants : PageOf::kAnchorGrants;
  }
  const std::string ref = r.Text();
  if (of == PageOf::kSubject) DropEvents(ref);
  const Key key{of, ref};
  Shard& shard = ShardOf(Hash{}(key));
  const std::lock_guard lock(shard.mutex);
  const auto it = shard.by_key.find(key);
  if (it == shard.by_key.end()) return;
  Kept& kept = *it->second;
  if (kept.page && kept.page->Rows() <= kPageRowsSoon) return Drop(shard, it->second);
  // That it is long is remembered.
  const std::size_t left = kOverheadBytes + kept.ref.size();
  bytes_ -= kept.bytes - left;
  kept.bytes = left;
  kept.page = nullptr;
  kept.windows = 0;
}

void Pages::Begin(std::int64_t epoch, const std::unordered_set<std::string>* touched) {
  // First the epoch, so that no reader of an older state puts back what is taken out here.
  for (Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    shard.epoch = epoch;
    while (touched == nullptr && !shard.kept.empty()) Drop(shard, shard.kept.begin());
  }
  if (touched == nullptr) return;
  for (const std::string& key : *touched) DropTouched(key);
}

}  // namespace tenure::history
