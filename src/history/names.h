#pragma once
// Small numbers for the references that rows hold, in this process alone: a row needs four bytes for one, and a question can mark in an
// array whom it has seen. Nothing on disk and no answer depends on a number. What is once in stays in: references that the record
// names, never those that a question makes up. Thread safety: any call from any thread.
#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace tenure::history {

using NameId = std::uint32_t;
inline constexpr NameId kNoName = ~NameId{0};

class Names {
 public:
  Names();
  ~Names();
  Names(const Names&) = delete;
  Names& operator=(const Names&) = delete;

  NameId Add(std::string_view text);
  // Valid for the life of the object. REQUIRED: an id that Add returned.
  const std::string& Text(NameId id) const {
    return *blocks_[id / kBlock].load(std::memory_order_acquire)->texts[id % kBlock].load(std::memory_order_acquire);
  }
  std::size_t SizeBytes() const { return bytes_.load(std::memory_order_relaxed); }

 private:
  static constexpr std::size_t kShards = 16, kBlock = 4096, kBlocks = 1U << 16;
  struct Shard {
    std::mutex mutex;
    std::unordered_map<std::string_view, NameId> ids;
  };
  struct Block {
    std::array<std::atomic<const std::string*>, kBlock> texts{};
  };
  Block& BlockOf(NameId id);

  std::array<Shard, kShards> shards_;
  std::unique_ptr<std::atomic<Block*>[]> blocks_;
  std::mutex blocks_mutex_;
  std::atomic<NameId> next_{0};
  std::atomic<std::size_t> bytes_{0};
};

}  // namespace tenure::history
