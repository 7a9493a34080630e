#pragma once
// What current belief says under one prefix, whole, in memory over questions: a subject's grants, a group's members, a role.
//
// A page is the interval rows of one prefix as they lie in the read model, still packed. It stays true until a batch writes or deletes
// a row of its prefix; that batch takes it out before anybody can see what it wrote. A reader of an older state than the page's does
// without. Thread safety: any call from any thread; Begin by the writer alone.
#include <array>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "history/database.h"
#include "history/rows.h"

namespace tenure::history {

class Page {
 public:
  // Rows in the order of their keys.
  void Add(const IntervalParts& row, std::string_view value);
  // As EachInterval: those that overlap the window, a class at a time; `each(span, rest, value)` stops it with false.
  template <class F>
  void Each(Interval window, F&& each) const {
    for (std::size_t c = 0; c < classes_.size(); ++c) {
      const std::size_t end = c + 1 < classes_.size() ? classes_[c + 1].begin : rows_.size();
      const EffectiveTime last = LastEnd(classes_[c].cls, window.until);
      for (std::size_t i = FirstEndingAfter(classes_[c].begin, end, window.from); i < end && rows_[i].span.until <= last; ++i)
        if (rows_[i].span.from < window.until && !each(rows_[i].span, Rest(i), Value(i))) return;
    }
  }
  std::size_t Rows() const { return rows_.size(); }
  std::size_t SizeBytes() const { return sizeof(Page) + bytes_.capacity() + rows_.capacity() * sizeof(Row); }

 private:
  struct Row {
    Interval span;
    std::uint32_t rest, value;  // where they begin in bytes_
  };
  struct Class {
    std::uint8_t cls;
    std::size_t begin;
  };
  std::size_t FirstEndingAfter(std::size_t begin, std::size_t end, EffectiveTime from) const;
  std::string_view Rest(std::size_t i) const { return {bytes_.data() + rows_[i].rest, rows_[i].value - rows_[i].rest}; }
  std::string_view Value(std::size_t i) const {
    const std::size_t end = i + 1 < rows_.size() ? rows_[i + 1].rest : bytes_.size();
    return {bytes_.data() + rows_[i].value, end - rows_[i].value};
  }

  std::string bytes_;
  std::vector<Row> rows_;
  std::vector<Class> classes_;
};

// What has more rows than this is read row by row: a question needs few of them, and one page must not push out all others.
inline constexpr std::size_t kPageRowsMax = 4096;

class Pages {
 public:
  explicit Pages(std::size_t bytes_max) : shard_bytes_max_(bytes_max / kShards) {}

  // The rows of a prefix in `rows`, the state after `epoch` batches: from memory, or read and kept. nullptr: too many for a page.
  Result<std::shared_ptr<const Page>> Of(const Rows& rows, std::int64_t epoch, Family family, std::string_view prefix);

  // The state after `epoch` batches differs from the one before under these keys (KeyOf), or under any (nullptr). Called before it can
  // be seen.
  void Begin(std::int64_t epoch, const std::unordered_set<std::string>* touched);
  static std::string KeyOf(Family family, std::string_view prefix);

 private:
  static constexpr std::size_t kShards = 16;
  struct Kept {
    std::string key;
    std::int64_t since;
    std::shared_ptr<const Page> page;  // nullptr: too many rows
    std::size_t bytes;
  };
  struct Shard {
    std::mutex mutex;
    std::int64_t epoch = 0;
    std::size_t bytes = 0;
    std::list<Kept> kept;  // the one used last in front
    std::unordered_map<std::string_view, std::list<Kept>::iterator> by_key;
  };
  Shard& ShardOf(std::string_view key) { return shards_[std::hash<std::string_view>{}(key) % kShards]; }
  static void Drop(Shard& shard, std::list<Kept>::iterator kept);

  const std::size_t shard_bytes_max_;
  std::array<Shard, kShards> shards_;
};

}  // namespace tenure::history
