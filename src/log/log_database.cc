#include "log/log_database.h"

#include <rocksdb/cache.h>
#include <rocksdb/convenience.h>
#include <rocksdb/env.h>
#include <rocksdb/sst_partitioner.h>
#include <rocksdb/table.h>
#include <sys/random.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "log/disk_error.h"
#include "log/steady_opening.h"

namespace tenure::log {
namespace {

constexpr std::size_t kWriteBufferBytes = 16U << 20;  // replayed by each reader that opens beside a writer, so not large
constexpr std::size_t kCacheBytes = 8U << 20;
constexpr std::size_t kBlockBytes = 16U << 10;

rocksdb::CompressionType BestCompression() {
  const auto there = rocksdb::GetSupportedCompressions();
  for (const auto wanted : {rocksdb::kZSTD, rocksdb::kLZ4Compression})
    if (std::find(there.begin(), there.end(), wanted) != there.end()) return wanted;
  return rocksdb::kNoCompression;
}

rocksdb::Options CommonOptions(rocksdb::Env* env) {
  rocksdb::Options options;
  if (env != nullptr) options.env = env;
  // A torn tail was never acknowledged, so recovery stops there in peace. A damaged one was: the acknowledged mark tells.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  options.track_and_verify_wals_in_manifest = true;
  options.max_open_files = -1;  // files are opened at once, so one that the writer deletes later stays readable
  options.skip_stats_update_on_db_open = true;
  rocksdb::BlockBasedTableOptions table;
  table.block_size = kBlockBytes;
  table.block_cache = rocksdb::NewLRUCache(kCacheBytes);
  table.format_version = 5;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  options.write_buffer_size = kWriteBufferBytes;
  return options;
}

rocksdb::Options WritingOptions(rocksdb::Env* env) {
  rocksdb::Options options = CommonOptions(env);
  options.create_if_missing = true;
  options.max_write_buffer_number = 2;
  options.compression = BestCompression();
  options.compression_opts.level = 1;
  // Records come in ascending order in each topic, so below level 1 files are moved, not merged, provided that none holds two topics.
  // Level 1 is the only one that is rewritten: keep it small.
  options.max_bytes_for_level_base = 4 * kWriteBufferBytes;
  options.sst_partitioner_factory = rocksdb::NewSstPartitionerFixedPrefixFactory(1);
  options.keep_log_file_num = 2;
  options.max_log_file_size = 1U << 20;
  options.max_manifest_file_size = 4U << 20;
  options.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  options.max_background_jobs = 2;
  // After an error the log is reopened, which tells what became of the batch; RocksDB shall not heal itself in the meantime.
  options.max_bgerror_resume_count = 0;
  return options;
}

Status RefusePieces(const std::string& directory) {
  std::error_code ec;
  if (std::filesystem::exists(directory + "/CURRENT", ec)) return {};
  for (std::filesystem::directory_iterator it(directory, ec), end; !ec && it != end; it.increment(ec)) {
    const std::string extension = it->path().extension();
    std::error_code size_ec;
    const bool holds_records = extension == ".sst" || (extension == ".log" && it->file_size(size_ec) > 0);
    if (holds_records)
      return Fail("log_corrupt",
                  "\"" + directory + "\" holds " + it->path().filename().string() + " but not CURRENT, which names the others",
                  "restore the whole directory from a backup", Blame::kFault);
  }
  return {};
}

Result<std::string> RandomId() {
  unsigned char bytes[16];
  if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes)
    return tl::unexpected<Error>(DiskError(errno, "no random bytes for the log's id"));
  constexpr char kHex[] = "0123456789abcdef";
  std::string id;
  for (const unsigned char byte : bytes) {
    id += kHex[byte >> 4];
    id += kHex[byte & 15];
  }
  return id;
}

// Nothing if there is no such row.
Result<std::optional<std::string>> Row(rocksdb::DB& database, std::string_view key, const std::string& directory) {
  std::string value;
  const auto status = database.Get({}, rocksdb::Slice(key.data(), key.size()), &value);
  if (status.IsNotFound()) return std::optional<std::string>();
  if (!status.ok()) return tl::unexpected<Error>(DatabaseError(status, "can't read the log in \"" + directory + "\""));
  return std::optional<std::string>(std::move(value));
}

tl::unexpected<Error> NotFound(const std::string& directory) {
  return Fail("log_not_found", "\"" + directory + "\" holds no log", "append something first, or check the path", Blame::kCaller);
}

Result<bool> HoldsAnyRow(rocksdb::DB& database, const std::string& directory) {
  std::unique_ptr<rocksdb::Iterator> rows(database.NewIterator({}));
  rows->SeekToFirst();
  if (!rows->status().ok())
    return tl::unexpected<Error>(DatabaseError(rows->status(), "can't read the log in \"" + directory + "\""));
  return rows->Valid();
}

}  // namespace

Result<std::unique_ptr<rocksdb::DB>> OpenForWriting(const std::string& directory, rocksdb::Env* env) {
  if (auto s = RefusePieces(directory); !s) return tl::unexpected<Error>(s.error());
  rocksdb::DB* database = nullptr;
  const auto status = rocksdb::DB::Open(WritingOptions(env), directory, &database);
  if (!status.ok()) return tl::unexpected<Error>(DatabaseError(status, "can't open the log in \"" + directory + "\""));
  return std::unique_ptr<rocksdb::DB>(database);
}

Result<std::unique_ptr<rocksdb::DB>> OpenForReading(const std::string& directory, rocksdb::Env* env) {
  std::error_code ec;
  if (!std::filesystem::exists(directory + "/CURRENT", ec)) {
    if (ec) return tl::unexpected<Error>(DiskError(ec.value(), "can't look into \"" + directory + "\""));
    return NotFound(directory);
  }
  const rocksdb::Options options = CommonOptions(env);
  rocksdb::Status status;
  std::unique_ptr<rocksdb::DB> database;
  const bool decided = OpenSteadily(directory, [&] {
    rocksdb::DB* opened = nullptr;
    status = rocksdb::DB::OpenForReadOnly(options, directory, &opened);
    database.reset(opened);
    return status.ok();
  });
  if (!status.ok()) return tl::unexpected<Error>(DatabaseError(status, "can't open the log in \"" + directory + "\""));
  if (decided) return database;
  return Fail("log_busy", "the log in \"" + directory + "\" was rewritten each time while it was opened", "ask again in a moment",
              Blame::kUnavailable);
}

Result<LogHead> ReadHead(rocksdb::DB& database, const std::string& directory) {
  auto format = Row(database, kFormatKey, directory);
  if (!format) return tl::unexpected<Error>(format.error());
  if (!format->has_value()) {
    auto holds = HoldsAnyRow(database, directory);
    if (!holds) return tl::unexpected<Error>(holds.error());
    if (!*holds) return NotFound(directory);
    return Fail("log_corrupt", "the database in \"" + directory + "\" is no log of tenure: it has rows but no format",
                "check the path", Blame::kFault);
  }
  if (auto s = CheckFormat(**format, directory); !s) return tl::unexpected<Error>(s.error());
  auto id = Row(database, kIdKey, directory);
  if (!id) return tl::unexpected<Error>(id.error());
  auto bytes = Row(database, kStateKey, directory);
  if (!bytes) return tl::unexpected<Error>(bytes.error());
  if (!id->has_value() || !bytes->has_value())
    return Fail("log_corrupt", "the log in \"" + directory + "\" has lost its id or its state",
                "restore the directory from a backup", Blame::kFault);
  auto state = DecodeState(**bytes);
  if (!state) return tl::unexpected<Error>(state.error());
  return LogHead{std::move(**id), *state};
}

Result<LogHead> CreateOrReadHead(rocksdb::DB& database, const std::string& directory) {
  auto there = ReadHead(database, directory);
  if (there || there.error().code != "log_not_found") return there;
  auto id = RandomId();
  if (!id) return tl::unexpected<Error>(id.error());
  const auto slice = [](std::string_view text) { return rocksdb::Slice(text.data(), text.size()); };
  rocksdb::WriteBatch batch;
  batch.Put(slice(kFormatKey), EncodeFormat());
  batch.Put(slice(kIdKey), *id);
  batch.Put(slice(kStateKey), EncodeState({}));
  rocksdb::WriteOptions durable;
  durable.sync = true;
  const auto status = database.Write(durable, &batch);
  if (!status.ok()) return tl::unexpected<Error>(DatabaseError(status, "can't begin the log in \"" + directory + "\""));
  return LogHead{std::move(*id), LogState{}};
}

}  // namespace tenure::log
