#include "log/storage_state.h"

#include <rocksdb/db.h>

#include <utility>

namespace tenure::log {
namespace {

std::int64_t Property(rocksdb::DB& database, rocksdb::ColumnFamilyHandle* family, const std::string& name) {
  std::uint64_t value = 0;
  return database.GetIntProperty(family, name, &value) ? static_cast<std::int64_t>(value) : 0;
}

// Of all levels: only as text, level by level.
std::int64_t Tables(rocksdb::DB& database, rocksdb::ColumnFamilyHandle* family) {
  std::int64_t tables = 0;
  std::string text;
  for (int level = 0; database.GetProperty(family, "rocksdb.num-files-at-level" + std::to_string(level), &text); ++level)
    tables += std::stoll(text);
  return tables;
}

}  // namespace

StorageState StorageOf(std::string name, rocksdb::DB& database, const std::vector<rocksdb::ColumnFamilyHandle*>& families) {
  using Properties = rocksdb::DB::Properties;
  StorageState state;
  state.name = std::move(name);
  for (auto* family : families) {
    const auto of = [&](const std::string& property) { return Property(database, family, property); };
    state.table_bytes += of(Properties::kTotalSstFilesSize);
    state.tables += Tables(database, family);
    state.memory_bytes += of(Properties::kSizeAllMemTables);
    state.compaction_pending_bytes += of(Properties::kEstimatePendingCompactionBytes);
    state.writes_stopped = state.writes_stopped || of(Properties::kIsWriteStopped) != 0;
    state.cache_bytes = of(Properties::kBlockCacheUsage);
    state.cache_bytes_max = of(Properties::kBlockCacheCapacity);
    state.compactions_running = of(Properties::kNumRunningCompactions);
    state.flushes_running = of(Properties::kNumRunningFlushes);
    state.errors = of(Properties::kBackgroundErrors);
  }
  return state;
}

}  // namespace tenure::log
