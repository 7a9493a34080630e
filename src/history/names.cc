#include "history/names.h"

namespace tenure::history {
namespace {

// With the string, its node in the map and its place in a block.
constexpr std::size_t kOverheadBytes = 112;

}  // namespace

Names::Names() : blocks_(new std::atomic<Block*>[kBlocks]()) {}

Names::~Names() {
  for (NameId id = 0; id < next_; ++id) delete BlockOf(id).texts[id % kBlock].load();
  for (std::size_t i = 0; i < kBlocks; ++i) delete blocks_[i].load();
}

Names::Block& Names::BlockOf(NameId id) {
  auto& block = blocks_[id / kBlock];
  if (Block* there = block.load(std::memory_order_acquire)) return *there;
  const std::lock_guard lock(blocks_mutex_);
  if (block.load(std::memory_order_acquire) == nullptr) block.store(new Block, std::memory_order_release);
  return *block.load(std::memory_order_acquire);
}

NameId Names::Add(std::string_view text) {
  Shard& shard = shards_[std::hash<std::string_view>{}(text) % kShards];
  const std::lock_guard lock(shard.mutex);
  if (const auto it = shard.ids.find(text); it != shard.ids.end()) return it->second;
  const NameId id = next_++;
  auto owned = std::make_unique<const std::string>(text);
  shard.ids.emplace(*owned, id);
  bytes_ += kOverheadBytes + 2 * text.size();
  BlockOf(id).texts[id % kBlock].store(owned.release(), std::memory_order_release);
  return id;
}

}  // namespace tenure::history
