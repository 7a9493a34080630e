#include "conformance/memory_log.h"

#include <algorithm>
#include <atomic>
#include <limits>
#include <utility>

namespace tenure::log {
namespace {

constexpr RecordedTime kNever{std::numeric_limits<std::int64_t>::min()};

struct Partition {
  std::vector<Record> records;
  std::vector<RecordedTime> recorded;  // of each record: never falls

  RecordedTime LastRecorded() const { return recorded.empty() ? kNever : recorded.back(); }
};

tl::unexpected<Error> OutOfRange(std::int64_t offset) {
  return Fail("log_offset_out_of_range", "nothing stands at offset " + std::to_string(offset), "read from 0 up to the end",
              Blame::kCaller);
}

}  // namespace

struct MemoryLog::Store {
  MemoryLogOptions options;
  std::mutex mutex;
  std::map<TopicPartition, Partition> partitions;
  RecordedTime closed = kNever;
  RecordedTime clock_seen = kNever;

  void MakeTopic(Topic topic) {
    for (std::int32_t i = 0; i < options.partitions; ++i) partitions[{topic, i}];
  }

  Position Put(const TopicPartition& where, RecordedTime stamp, Record record) {
    MakeTopic(where.topic);
    Partition& partition = partitions[where];
    if (stamp <= closed) stamp.us = closed.us + 1;
    record.position = {where.topic, where.partition, static_cast<std::int64_t>(partition.records.size())};
    record.stamp = stamp;
    partition.recorded.push_back(std::max(stamp, partition.LastRecorded()));
    partition.records.push_back(std::move(record));
    return partition.records.back().position;
  }

  // Null if there is none.
  const Partition* Find(const TopicPartition& where) const {
    const auto it = partitions.find(where);
    return it == partitions.end() ? nullptr : &it->second;
  }
};

MemoryLog::MemoryLog(MemoryLogOptions options) : store_(std::make_shared<Store>()) {
  static std::atomic<int> made{0};
  if (options.id.empty()) options.id = "memory-" + std::to_string(++made);
  if (!options.now) options.now = [ticks = std::make_shared<std::atomic<std::int64_t>>(0)] { return RecordedTime{++*ticks}; };
  store_->options = std::move(options);
}

std::unique_ptr<MemoryLog> MemoryLog::Share() const { return std::unique_ptr<MemoryLog>(new MemoryLog(store_)); }

Position MemoryLog::AppendTo(TopicPartition where, RecordedTime stamp, std::string key, std::string value,
                             std::string verified_writer) {
  const std::lock_guard lock(store_->mutex);
  return store_->Put(where, stamp, {{}, {}, std::move(key), std::move(value), std::move(verified_writer)});
}

void MemoryLog::CloseUpTo(RecordedTime k) {
  const std::lock_guard lock(store_->mutex);
  store_->closed = std::max(store_->closed, k);
}

const std::string& MemoryLog::Id() const { return store_->options.id; }

Result<Appended> MemoryLog::Append(const std::vector<NewRecord>& records) {
  if (records.size() > kAppendRecordsMax)
    return Fail("log_batch_too_large", std::to_string(records.size()) + " records", "append fewer", Blame::kCaller);
  for (const NewRecord& record : records)
    if (record.key.size() + record.value.size() + record.verified_writer.size() > kRecordBytesMax)
      return Fail("log_record_too_large", "a record is too large", "make it smaller", Blame::kCaller);
  const std::lock_guard lock(store_->mutex);
  Appended appended;
  for (const NewRecord& record : records) {
    const RecordedTime now = store_->options.now();
    appended.clock_behind = appended.clock_behind || now < store_->clock_seen;
    store_->clock_seen = std::max(store_->clock_seen, now);
    const auto partition =
        static_cast<std::int32_t>(std::hash<std::string>()(record.key) % static_cast<std::size_t>(store_->options.partitions));
    const Position position =
        store_->Put({record.topic, partition}, now, {{}, {}, record.key, record.value, record.verified_writer});
    appended.positions.push_back(position);
    appended.stamps.push_back(store_->Find(position.Where())->records.back().stamp);
  }
  return appended;
}

Result<std::vector<TopicPartition>> MemoryLog::Partitions() const {
  const std::lock_guard lock(store_->mutex);
  std::vector<TopicPartition> there;
  for (const auto& [where, partition] : store_->partitions) there.push_back(where);
  return there;
}

Result<PositionVector> MemoryLog::End() const { return AtTime({std::numeric_limits<std::int64_t>::max()}); }

Result<std::vector<Record>> MemoryLog::Read(const TopicPartition& where, std::int64_t offset, std::size_t max_records) const {
  const std::lock_guard lock(store_->mutex);
  static const Partition kEmpty;
  const Partition* partition = store_->Find(where);
  const auto& all = (partition == nullptr ? kEmpty : *partition).records;
  if (offset < 0 || offset > static_cast<std::int64_t>(all.size())) return OutOfRange(offset);
  std::vector<Record> records;
  std::size_t bytes = 0;
  for (auto i = static_cast<std::size_t>(offset); i < all.size() && records.size() < max_records; ++i) {
    bytes += all[i].key.size() + all[i].value.size();
    if (!records.empty() && bytes > kReadBytesMax) break;
    records.push_back(all[i]);
  }
  return records;
}

Result<Record> MemoryLog::At(const Position& position) const {
  const std::lock_guard lock(store_->mutex);
  const Partition* partition = store_->Find(position.Where());
  if (partition == nullptr || position.offset < 0 || position.offset >= static_cast<std::int64_t>(partition->records.size()))
    return OutOfRange(position.offset);
  return partition->records[static_cast<std::size_t>(position.offset)];
}

Result<PositionVector> MemoryLog::AtTime(RecordedTime k) const {
  const std::lock_guard lock(store_->mutex);
  PositionVector known;
  for (const auto& [where, partition] : store_->partitions) {
    const auto after = std::upper_bound(partition.recorded.begin(), partition.recorded.end(), k);
    if (after != partition.recorded.begin()) known.next[where] = after - partition.recorded.begin();
  }
  return known;
}

Result<bool> MemoryLog::IsClosed(RecordedTime k, const PositionVector&) const {
  const std::lock_guard lock(store_->mutex);
  if (k <= store_->closed) return true;
  for (int topic = 0; topic < kPlaneTopics; ++topic)
    for (std::int32_t i = 0; i < store_->options.partitions; ++i) {
      const Partition* partition = store_->Find({static_cast<Topic>(topic), i});
      if (partition == nullptr || partition->LastRecorded() <= k) return false;
    }
  return true;
}

}  // namespace tenure::log
