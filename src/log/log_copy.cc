#include "log/log_copy.h"

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <filesystem>
#include <memory>
#include <optional>

#include "log/acknowledged_mark.h"
#include "log/disk_error.h"
#include "log/durable_directory.h"
#include "log/log_database.h"
#include "log/record_format.h"

namespace tenure::log {
namespace {

constexpr std::size_t kBatchBytes = 4U << 20;
constexpr std::size_t kReadAheadBytes = 2U << 20;

tl::unexpected<Error> Corrupt(const std::string& directory, const std::string& reason) {
  return Fail("log_corrupt", "the log in \"" + directory + "\": " + reason, "restore it from an earlier backup", Blame::kFault);
}

std::string_view View(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

// Holds the rows, in the order of their keys, to what the state says of them.
class RowCheck {
 public:
  RowCheck(std::string directory, const LogState& state) : directory_(std::move(directory)), state_(state) {}

  Status Row(std::string_view key, std::string_view value) {
    if (key == kFormatKey || key == kIdKey || key == kStateKey) return {};
    auto position = DecodeRecordKey(key);
    if (!position) return tl::unexpected<Error>(position.error());
    auto& next = seen_.Next(position->topic);
    if (position->partition != 0 || position->offset != next)
      return Corrupt(directory_, ToText(*position) + " stands where offset " + std::to_string(next) + " is due");
    auto record = DecodeRecord(*position, value);
    if (!record) return tl::unexpected<Error>(record.error());
    if (next > 0 && record->stamp <= last_stamp_)
      return Corrupt(directory_, "the stamp of " + ToText(*position) + " doesn't rise");
    last_stamp_ = record->stamp;
    ++next;
    ++records_;
    return {};
  }

  Status End() const {
    if (seen_.next == state_.next) return {};
    return Corrupt(directory_, "it holds another number of records than it says");
  }

  std::int64_t Records() const { return records_; }

 private:
  const std::string directory_;
  const LogState state_;
  LogState seen_;
  RecordedTime last_stamp_;
  std::int64_t records_ = 0;
};

// Without the write-ahead log: the copy counts only when all of it is in tables, which are synced.
class Copier {
 public:
  Copier(rocksdb::DB& to, std::string directory) : to_(to), directory_(std::move(directory)) {}

  Status Put(const rocksdb::Slice& key, const rocksdb::Slice& value) {
    batch_.Put(key, value);
    return batch_.GetDataSize() < kBatchBytes ? Status() : Write();
  }

  Status Finish() {
    if (auto s = Write(); !s) return s;
    return Checked(to_.Flush(rocksdb::FlushOptions()));
  }

 private:
  Status Write() {
    rocksdb::WriteOptions how;
    how.disableWAL = true;
    const auto written = to_.Write(how, &batch_);
    batch_.Clear();
    return Checked(written);
  }
  Status Checked(const rocksdb::Status& status) const {
    if (status.ok()) return {};
    return tl::unexpected<Error>(DatabaseError(status, "can't write the copy in \"" + directory_ + "\""));
  }

  rocksdb::DB& to_;
  const std::string directory_;
  rocksdb::WriteBatch batch_;
};

std::int64_t CountOf(const LogState& state) {
  std::int64_t records = 0;
  for (const auto next : state.next) records += next;
  return records;
}

// What RocksDB tells of its own work is no part of the log.
void RemoveNotes(const std::string& directory) {
  std::error_code ec;
  for (std::filesystem::directory_iterator it(directory, ec), end; !ec && it != end; it.increment(ec)) {
    const std::string name = it->path().filename();
    std::error_code ignored;
    if (name == "LOCK" || name.rfind("LOG", 0) == 0) std::filesystem::remove(it->path(), ignored);
  }
}

}  // namespace

Result<LogCopied> CopyLog(const std::string& from, const std::string& to,
                          const std::function<void(std::int64_t, std::int64_t)>& progress) {
  const auto mark = AcknowledgedMark::Get(from);
  auto source = OpenForReading(from, nullptr);
  if (!source) return tl::unexpected<Error>(source.error());
  auto head = ReadHead(**source, from);
  if (!head) return tl::unexpected<Error>(head.error());
  if (mark && *mark > head->state.Closed()) return Corrupt(from, "it ends before what it has acknowledged");
  if (auto s = MakeDurableDirectory(to); !s) return tl::unexpected<Error>(s.error());
  auto target = OpenForWriting(to, nullptr);
  if (!target) return tl::unexpected<Error>(target.error());

  rocksdb::ReadOptions reading;
  reading.fill_cache = false;
  reading.readahead_size = kReadAheadBytes;
  std::unique_ptr<rocksdb::Iterator> rows((*source)->NewIterator(reading));
  RowCheck check(from, head->state);
  Copier copier(**target, to);
  const std::int64_t to_do = CountOf(head->state);
  for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
    if (auto s = check.Row(View(rows->key()), View(rows->value())); !s) return tl::unexpected<Error>(s.error());
    if (auto s = copier.Put(rows->key(), rows->value()); !s) return tl::unexpected<Error>(s.error());
    if (progress && check.Records() % 1024 == 0) progress(check.Records(), to_do);
  }
  if (!rows->status().ok()) return tl::unexpected<Error>(DatabaseError(rows->status(), "can't read the log in \"" + from + "\""));
  if (auto s = check.End(); !s) return tl::unexpected<Error>(s.error());
  if (auto s = copier.Finish(); !s) return tl::unexpected<Error>(s.error());
  const auto closed = (*target)->Close();
  if (!closed.ok()) return tl::unexpected<Error>(DatabaseError(closed, "can't end the copy in \"" + to + "\""));
  target->reset();
  RemoveNotes(to);

  LogCopied copied{head->id, {}, check.Records()};
  for (int t = 0; t < kTopics; ++t) {
    const auto topic = static_cast<Topic>(t);
    if (const auto next = head->state.Next(TopicPartition{topic, 0}); next > 0) copied.end.next[{topic, 0}] = next;
  }
  return copied;
}

}  // namespace tenure::log
