#pragma once
// Pages (page.h) in memory over questions, as many as fit.
//
// A page stays true until a batch writes or deletes a row of its key; that batch takes it out before anybody can see what it wrote. A
// reader of an older state than the page's does without. Thread safety: any call from any thread; Begin by the writer alone.
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "history/database.h"
#include "history/names.h"
#include "history/page.h"

namespace tenure::history {

class SubjectEvents;

// Whose rows a page holds: a subject's own (credentials left out), or those filed under a role, an anchor, a group.
enum class PageOf : std::uint8_t { kSubject, kRoleGrants, kAnchorGrants, kMembers };
// Under which side of the object family its rows are filed. REQUIRED: not kSubject.
ObjectSide SideOf(PageOf of);

// What has more rows than kPageRowsSoon is read for each question, which needs few of them, until it has been asked kWindowsFirst times
// since it changed; what has more than kPageRowsMax always is: one page must not push out all others.
inline constexpr std::size_t kPageRowsSoon = 4096, kPageRowsMax = 131'072;
inline constexpr int kWindowsFirst = 16;

class Pages {
 public:
  explicit Pages(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  // The page in `rows`, the state after `epoch` batches: from memory, or read and kept. One with many rows may hold those alone that
  // overlap the window, and is then not kept. Never null.
  Result<std::shared_ptr<const Page>> Of(const Rows& rows, std::int64_t epoch, PageOf of, std::string_view ref, Interval window);

  // The page of what was known at another time, which no batch changes: from memory, or made and kept. `knowledge`: of NewKnowledge.
  using Make = std::function<Result<std::shared_ptr<Page>>()>;
  Result<std::shared_ptr<const Page>> OfKnowledge(std::uint32_t knowledge, PageOf of, std::string_view ref, const Make& make);
  // The events of a subject in the state after `epoch` batches, whatever each knowledge holds of them; nullptr: not in memory.
  std::shared_ptr<const SubjectEvents> EventsOf(std::int64_t epoch, std::string_view ref);
  void KeepEvents(std::int64_t epoch, std::string_view ref, std::shared_ptr<const SubjectEvents> events);
  std::uint32_t NewKnowledge() { return ++knowledges_; }

  // The state after `epoch` batches differs from the one before under these keys (KeyOf), or under any (nullptr); of a subject also where
  // only its events differ. Called before it can
  // be seen.
  void Begin(std::int64_t epoch, const std::unordered_set<std::string>* touched);
  static std::string KeyOf(Family family, std::string_view prefix);

  Names& AllNames() { return names_; }
  // Kept beside the pages, and taken from what they may have.
  void Reserve(std::int64_t bytes) { reserved_ += bytes; }

 private:
  static constexpr std::size_t kShards = 64;
  struct Key {
    PageOf of;
    std::string_view ref;
    std::uint32_t knowledge = 0;  // 0: the latest
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct Hash {
    std::size_t operator()(const Key& key) const {
      const std::size_t which = key.knowledge * std::size_t{4} + static_cast<std::size_t>(key.of);
      return std::hash<std::string_view>{}(key.ref) ^ (which * 0x9e3779b97f4a7c15ULL);
    }
  };
  // In the place of a knowledge: the events of all.
  static constexpr std::uint32_t kEventsOf = std::numeric_limits<std::uint32_t>::max();
  struct Kept {
    PageOf of;
    std::string ref;
    std::uint32_t knowledge;
    std::int64_t since;
    std::shared_ptr<const Page> page;             // nullptr: many rows
    std::shared_ptr<const SubjectEvents> events;  // of kEventsOf alone, and then there is no page
    std::size_t bytes;
    bool used;    // since it was last considered for eviction
    int windows;  // read of it while there is no page
  };
  struct alignas(64) Shard {
    std::mutex mutex;
    std::int64_t epoch = 0;
    std::list<Kept> kept;  // the next to be considered at the end
    std::unordered_map<Key, std::list<Kept>::iterator, Hash> by_key;
  };
  Shard& ShardOf(std::size_t hash) { return shards_[(hash >> 32 ^ hash) % kShards]; }
  void Keep(Shard& shard, const Key& key, std::int64_t epoch, std::shared_ptr<const Page> page,
            std::shared_ptr<const SubjectEvents> events = nullptr);
  void EvictOne();
  void Drop(Shard& shard, std::list<Kept>::iterator kept);
  void DropEvents(const std::string& ref);
  void DropTouched(const std::string& touched);

  const std::size_t bytes_max_;
  Names names_;
  std::atomic<std::size_t> bytes_{0};
  std::atomic<std::int64_t> reserved_{0};
  std::atomic<std::size_t> hand_{0};
  std::atomic<std::uint32_t> knowledges_{0};
  std::array<Shard, kShards> shards_;
};

}  // namespace tenure::history
