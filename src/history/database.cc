#include "history/database.h"

#include <rocksdb/cache.h>
#include <rocksdb/convenience.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <limits>
#include <mutex>
#include <vector>

#include "history/one_behind.h"
#include "history/overlay.h"
#include "history/tables.h"
#include "log/steady_opening.h"
#include "log/storage_state.h"

namespace tenure::history {
namespace {

constexpr std::array<const char*, kFamilyCount> kFamilies{"default", "record", "name",    "fact",    "piece",
                                                          "subject", "object", "mention", "horizon", "taint"};

// Tables on their way into the database; one that a crash left is no part of it.
const std::string kTablePrefix = "coming-";

// The open database and its handles; shared by snapshots and batches so that a Refresh never pulls it away under them.
struct Handle {
  std::unique_ptr<rocksdb::DB> db;
  std::vector<rocksdb::ColumnFamilyHandle*> families;

  rocksdb::ColumnFamilyHandle* Of(Family f) const { return families[static_cast<std::size_t>(f)]; }
  ~Handle() {
    for (auto* f : families) db->DestroyColumnFamilyHandle(f);
    if (db) db->Close();
  }
};

class RocksSnapshot : public Rows {
 public:
  explicit RocksSnapshot(std::shared_ptr<Handle> handle) : handle_(std::move(handle)), pin_(std::make_shared<Pin>(handle_)) {}
  Result<std::optional<std::string>> Get(Family family, std::string_view key) const override {
    std::string value;
    const auto s = handle_->db->Get(pin_->options, handle_->Of(family), ToSlice(key), &value);
    if (s.IsNotFound()) return std::nullopt;
    if (!s.ok()) return FromStatus(s, "reading the read model");
    return value;
  }
  std::unique_ptr<Cursor> Scan(Family family) const override {
    std::unique_ptr<rocksdb::Iterator> it(handle_->db->NewIterator(pin_->options, handle_->Of(family)));
    return std::make_unique<RocksCursor>(std::move(it), pin_);
  }

 private:
  struct Pin {
    explicit Pin(std::shared_ptr<Handle> h) : handle(std::move(h)), snapshot(handle->db->GetSnapshot()) {
      options.snapshot = snapshot;
    }
    ~Pin() { handle->db->ReleaseSnapshot(snapshot); }
    std::shared_ptr<Handle> handle;
    const rocksdb::Snapshot* snapshot;
    rocksdb::ReadOptions options;
  };
  std::shared_ptr<Handle> handle_;
  std::shared_ptr<Pin> pin_;
};

// What one batch writes, by family.
struct Written {
  std::array<Overlay, kFamilyCount> of;
  const Overlay& Of(Family family) const { return of[static_cast<std::size_t>(family)]; }
};

std::optional<std::string> Owned(std::optional<std::string_view> value) {
  return value ? std::optional<std::string>(*value) : std::nullopt;
}

rocksdb::Status WriteRows(const Handle& handle, const Written& written) {
  rocksdb::WriteBatch batch;
  for (std::size_t f = 0; f < written.of.size(); ++f)
    for (const auto& [key, value] : written.of[f].All()) {
      if (value) batch.Put(handle.families[f], ToSlice(key), ToSlice(*value));
      else batch.Delete(handle.families[f], ToSlice(key));
    }
  // Not synced: the log is the truth, and rows, vector and digests of a batch are lost or kept together.
  return handle.db->Write({}, &batch);
}

// Rows in key order are written as tables straight away, which all come in at once or not at all.
Status IngestRows(const Handle& handle, const Written& written) {
  std::vector<TableFile> files;
  for (std::size_t f = 0; f < written.of.size(); ++f) {
    if (written.of[f].All().empty()) continue;
    auto table = OpenTable(*handle.db, handle.families[f], static_cast<Family>(f),
                           handle.db->GetName() + "/" + kTablePrefix + kFamilies[f] + ".sst");
    if (!table) return tl::unexpected(table.error());
    for (const auto& [key, value] : written.of[f].All())
      if (auto s = value ? (*table)->Put(key, *value) : (*table)->Delete(key); !s) return s;
    auto file = (*table)->Finish();
    if (!file) return tl::unexpected(file.error());
    files.push_back(std::move(*file));
  }
  return IngestTables(*handle.db, handle.families, files);
}

// Memtables that are written when the database is closed.
constexpr std::uint64_t kMuchInMemory = 8u << 20;

constexpr std::size_t kNever = std::numeric_limits<std::size_t>::max();

// More rows than `of_tables` are cheaper as tables than through the memtables.
Status WriteAll(const Handle& handle, const Written& written, std::size_t of_tables) {
  std::size_t rows = 0;
  for (const auto& of : written.of) rows += of.All().size();
  if (rows >= of_tables) return IngestRows(handle, written);
  if (const auto s = WriteRows(handle, written); !s.ok()) return FromStatus(s, "writing the read model");
  return {};
}

// Rows with those of a batch that is being committed over them.
class RowsOver : public Rows {
 public:
  RowsOver(std::shared_ptr<const Written> over, std::unique_ptr<Rows> beneath)
      : over_(std::move(over)), beneath_(std::move(beneath)) {}
  Result<std::optional<std::string>> Get(Family family, std::string_view key) const override {
    if (const auto* written = over_->Of(family).Find(key)) return Owned(*written);
    return beneath_->Get(family, key);
  }
  std::unique_ptr<Cursor> Scan(Family family) const override { return CursorOver(over_->Of(family), beneath_->Scan(family)); }

 private:
  std::shared_ptr<const Written> over_;
  std::unique_ptr<Rows> beneath_;
};

class RocksBatch : public Batch {
 public:
  // `beneath`: a batch that may not be committed yet; null if there is none.
  RocksBatch(std::shared_ptr<Handle> handle, std::shared_ptr<const Written> beneath)
      : handle_(std::move(handle)), beneath_(std::move(beneath)) {}
  Result<std::optional<std::string>> Get(Family family, std::string_view key) const override {
    if (const auto* written = Find(family, key)) return Owned(*written);
    std::string value;
    const auto s = handle_->db->Get({}, handle_->Of(family), ToSlice(key), &value);
    if (s.IsNotFound()) return std::nullopt;
    if (!s.ok()) return FromStatus(s, "reading the read model");
    return value;
  }
  Result<std::vector<std::optional<std::string>>> GetAll(Family family, const std::vector<std::string>& keys) const override {
    std::vector<std::optional<std::string>> out(keys.size());
    std::vector<rocksdb::Slice> asked;
    std::vector<std::size_t> whose;
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (const auto* written = Find(family, keys[i])) out[i] = Owned(*written);
      else asked.emplace_back(keys[i]), whose.push_back(i);
    }
    std::vector<rocksdb::PinnableSlice> values(asked.size());
    std::vector<rocksdb::Status> found(asked.size());
    handle_->db->MultiGet({}, handle_->Of(family), asked.size(), asked.data(), values.data(), found.data(), true);
    for (std::size_t i = 0; i < asked.size(); ++i) {
      if (found[i].IsNotFound()) continue;
      if (!found[i].ok()) return FromStatus(found[i], "reading the read model");
      out[whose[i]] = values[i].ToString();
    }
    return out;
  }
  std::unique_ptr<Cursor> Scan(Family family) const override {
    std::unique_ptr<rocksdb::Iterator> it(handle_->db->NewIterator({}, handle_->Of(family)));
    std::unique_ptr<Cursor> base = std::make_unique<RocksCursor>(std::move(it), handle_);
    if (beneath_) base = CursorOver(beneath_->Of(family), std::move(base));
    return CursorOver(written_->Of(family), std::move(base));
  }
  void Put(Family family, std::string_view key, std::string_view value) override {
    written_->of[static_cast<std::size_t>(family)].Put(key, value);
  }
  void Delete(Family family, std::string_view key) override { written_->of[static_cast<std::size_t>(family)].Delete(key); }
  Status Commit() override { return WriteAll(*handle_, *written_, kNever); }
  std::shared_ptr<const Written> Take() { return std::move(written_); }

 private:
  // What this batch, or the one beneath it, says of a key; null: nothing.
  const std::optional<std::string_view>* Find(Family family, std::string_view key) const {
    if (const auto* mine = written_->Of(family).Find(key)) return mine;
    return beneath_ ? beneath_->Of(family).Find(key) : nullptr;
  }

  std::shared_ptr<Handle> handle_;
  std::shared_ptr<const Written> beneath_;
  std::shared_ptr<Written> written_ = std::make_shared<Written>();
};

bool CanPack() {
  const auto there = rocksdb::GetSupportedCompressions();
  return std::find(there.begin(), there.end(), rocksdb::kZSTD) != there.end();
}

rocksdb::ColumnFamilyOptions FamilyOptions(Family family, const std::shared_ptr<rocksdb::Cache>& cache,
                                           std::size_t memory_bytes) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  bool looked_up = false;
  if (family == Family::kName || family == Family::kFact || family == Family::kMeta || family == Family::kMention) {
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10, false));
    looked_up = true;
  }
  rocksdb::ColumnFamilyOptions options;
  // Most of what a batch looks up is not there yet.
  options.memtable_whole_key_filtering = looked_up;
  options.memtable_prefix_bloom_size_ratio = looked_up ? 0.05 : 0;
  // What is written once and seldom read, as when an event is shown or comes again, is packed tighter than what questions read.
  const bool packed = (family == Family::kRecord || family == Family::kName || family == Family::kHorizon) && CanPack();
  if (packed) table.block_size = 16u << 10;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  // Rows of a batch come in order, so each is looked for from where the last one went.
  options.memtable_insert_with_hint_prefix_extractor.reset(rocksdb::NewCappedPrefixTransform(0));
  options.write_buffer_size = std::max<std::size_t>(memory_bytes / 16, 4u << 20);
  options.max_write_buffer_number = 3;
  options.compression = packed ? rocksdb::kZSTD : rocksdb::kLZ4Compression;
  if (packed) options.compression_opts.level = 1;
  if (CanPack()) {
    options.bottommost_compression = rocksdb::kZSTD;
    options.bottommost_compression_opts.level = 1;
    options.bottommost_compression_opts.enabled = true;
  }
  options.level_compaction_dynamic_level_bytes = true;
  return options;
}

rocksdb::DBOptions DbOptions(const DatabaseOptions& o) {
  rocksdb::DBOptions options;
  options.create_if_missing = o.create && !o.read_only;
  options.create_missing_column_families = options.create_if_missing;
  options.db_write_buffer_size = o.memory_bytes / 2;
  options.keep_log_file_num = 2;
  options.max_log_file_size = 1u << 20;
  options.max_open_files = o.read_only ? -1 : 512;  // a reader keeps its files: the writer may delete them
  options.max_total_wal_size = 128u << 20;
  options.max_background_jobs = 2;
  options.allow_concurrent_memtable_write = false;  // there is one writer
  options.info_log_level = rocksdb::WARN_LEVEL;
  if (o.env != nullptr) options.env = o.env;
  return options;
}

class RocksDatabase : public Database {
 public:
  explicit RocksDatabase(DatabaseOptions options)
      : options_(std::move(options)), cache_(rocksdb::NewLRUCache(options_.memory_bytes / 2)) {}

  // What lies in memory alone is written as tables if it is much: the next that opens would read it from the write-ahead log, which takes
  // more room as well.
  ~RocksDatabase() override {
    if (options_.read_only || !handle_) return;
    if (const auto settled = committing_.Wait(); !settled) return;
    std::uint64_t bytes = 0, part = 0;
    for (auto* family : handle_->families)
      if (handle_->db->GetIntProperty(family, "rocksdb.cur-size-all-mem-tables", &part)) bytes += part;
    if (bytes >= kMuchInMemory) handle_->db->Flush({}, handle_->families).PermitUncheckedError();
  }

  Status OpenHandle() {
    std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
    for (int i = 0; i < kFamilyCount; ++i)
      descriptors.emplace_back(kFamilies[static_cast<std::size_t>(i)],
                               FamilyOptions(static_cast<Family>(i), cache_, options_.memory_bytes));
    auto fresh = std::make_shared<Handle>();
    rocksdb::DB* db = nullptr;
    rocksdb::Status s;
    const auto open = [&] {
      fresh = std::make_shared<Handle>();
      s = OpenOnce(descriptors, *fresh, &db);
      if (s.ok()) fresh->db.reset(db);
      return s.ok();
    };
    std::error_code ignored;
    if (!options_.read_only)
      for (const auto* family : kFamilies)
        std::filesystem::remove(options_.directory + "/" + kTablePrefix + family + ".sst", ignored);
    if (!options_.read_only || !std::filesystem::exists(options_.directory + "/CURRENT", ignored)) open();
    else if (!log::OpenSteadily(options_.directory, open))
      return Fail("model_busy", options_.directory + " was rewritten each time while it was opened", "ask again in a moment",
                  Blame::kUnavailable);
    if (!s.ok()) {
      if (s.IsNotFound() || s.ToString().find("does not exist") != std::string::npos ||
          s.ToString().find("No such file") != std::string::npos)
        return Fail("model_not_found", options_.directory + " holds no read model",
                    "append or import first, or run `tenure rebuild`", Blame::kCaller);
      if (s.IsInvalidArgument() && s.ToString().find("Column famil") != std::string::npos)
        return Fail("model_format_unknown",
                    options_.directory + " was written by another version of tenure (" + s.ToString() + ")",
                    "use the tenure that wrote it, or `tenure rebuild` to make it again from the log", Blame::kFault);
      return FromStatus(s, "opening " + options_.directory);
    }
    std::lock_guard lock(mutex_);
    handle_ = std::move(fresh);
    return {};
  }

  rocksdb::Status OpenOnce(const std::vector<rocksdb::ColumnFamilyDescriptor>& families, Handle& into, rocksdb::DB** db) const {
    into.families.clear();
    if (options_.read_only)
      return rocksdb::DB::OpenForReadOnly(DbOptions(options_), options_.directory, families, &into.families, db);
    return rocksdb::DB::Open(DbOptions(options_), options_.directory, families, &into.families, db);
  }

  std::unique_ptr<Batch> NewBatch() override { return std::make_unique<RocksBatch>(Current(), Behind()); }
  std::unique_ptr<Rows> NewSnapshot() const override {
    const auto behind = Behind();
    auto rows = std::make_unique<RocksSnapshot>(Current());
    if (!behind) return rows;
    return std::make_unique<RowsOver>(behind, std::move(rows));
  }
  Status CommitBehind(std::unique_ptr<Batch> batch) override {
    const auto written = static_cast<RocksBatch&>(*batch).Take();
    const auto begun = committing_.Give(
        [handle = Current(), written, of_tables = options_.rows_of_tables] { return WriteAll(*handle, *written, of_tables); });
    const std::lock_guard lock(mutex_);
    behind_ = begun ? written : nullptr;
    return begun;
  }
  Status Settle() override {
    const auto settled = committing_.Wait();
    const std::lock_guard lock(mutex_);
    behind_.reset();
    return settled;
  }
  Result<std::unique_ptr<TableWriter>> NewTable(Family family, const std::string& path) const override {
    const auto handle = Current();
    auto table = OpenTable(*handle->db, handle->Of(family), family, path);
    if (!table) return tl::unexpected(table.error());
    return std::move(*table);
  }
  Status TakeIn(const std::vector<TableFile>& files) override {
    const auto handle = Current();
    return IngestTables(*handle->db, handle->families, files);
  }
  Result<std::unique_ptr<Rows>> Reading(const std::vector<TableFile>& files) const override {
    const auto handle = Current();
    return ReadTables(*handle->db, handle->families, files);
  }
  Status Refresh() override { return options_.read_only ? OpenHandle() : Status{}; }
  std::int64_t SizeBytes() const override {
    std::uint64_t total = 0, part = 0;
    auto handle = Current();
    for (auto* f : handle->families)
      for (const char* property : {"rocksdb.total-sst-files-size", "rocksdb.size-all-mem-tables"})
        if (handle->db->GetIntProperty(f, property, &part)) total += part;
    return static_cast<std::int64_t>(total);
  }
  StorageState Storage() const override {
    auto handle = Current();
    return log::StorageOf("model", *handle->db, handle->families);
  }
  std::int64_t RowsWritten() const override { return static_cast<std::int64_t>(handle_->db->GetLatestSequenceNumber()); }

 private:
  std::shared_ptr<Handle> Current() const {
    std::lock_guard lock(mutex_);
    return handle_;
  }
  DatabaseOptions options_;
  std::shared_ptr<rocksdb::Cache> cache_;
  std::shared_ptr<const Written> Behind() const {
    std::lock_guard lock(mutex_);
    return behind_;
  }
  mutable std::mutex mutex_;
  std::shared_ptr<Handle> handle_;
  std::shared_ptr<const Written> behind_;  // until somebody waited for it, or the next was given
  OneBehind committing_;
};

}  // namespace

Result<std::vector<std::optional<std::string>>> Rows::GetAll(Family family, const std::vector<std::string>& keys) const {
  std::vector<std::optional<std::string>> out;
  out.reserve(keys.size());
  for (const auto& key : keys) {
    auto value = Get(family, key);
    if (!value) return tl::unexpected(value.error());
    out.push_back(std::move(*value));
  }
  return out;
}

Result<std::unique_ptr<Database>> Database::Open(const DatabaseOptions& options) {
  auto db = std::make_unique<RocksDatabase>(options);
  if (auto opened = db->OpenHandle(); !opened) return tl::unexpected(opened.error());
  return db;
}

}  // namespace tenure::history
