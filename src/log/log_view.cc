#include "log/log_view.h"

#include <algorithm>
#include <memory>

#include "log/disk_error.h"

namespace tenure::log {
namespace {

std::string_view View(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

tl::unexpected<Error> OutOfRange(const Position& position, std::int64_t end) {
  return Fail("log_offset_out_of_range",
              "nothing stands at " + ToText(position) + ": the partition ends at " + std::to_string(end),
              "read from 0 up to the end", Blame::kCaller);
}

tl::unexpected<Error> Hole(const Position& position) {
  return Fail("log_corrupt", "the record at " + ToText(position) + " is missing", "restore the log's directory from a backup",
              Blame::kFault);
}

}  // namespace

std::vector<TopicPartition> LogView::Partitions() const {
  std::vector<TopicPartition> there;
  for (int topic = 0; topic < kTopics; ++topic)
    if (state_.next[static_cast<std::size_t>(topic)] > 0) there.push_back({static_cast<Topic>(topic), 0});
  return there;
}

PositionVector LogView::End() const {
  PositionVector end;
  for (const TopicPartition& where : Partitions()) end.next[where] = state_.Next(where);
  return end;
}

Result<std::vector<Record>> LogView::Read(const TopicPartition& where, std::int64_t offset, std::size_t max_records) const {
  const std::int64_t end = state_.Next(where);
  if (offset < 0 || offset > end) return OutOfRange({where.topic, where.partition, offset}, end);
  const auto count = static_cast<std::int64_t>(std::min(max_records, static_cast<std::size_t>(end - offset)));
  std::vector<Record> records;
  if (count == 0) return records;
  records.reserve(static_cast<std::size_t>(count));
  const auto first = RecordKey({where.topic, where.partition, offset});
  const auto beyond = RecordKey({where.topic, where.partition, offset + count});
  const rocksdb::Slice upper(beyond.data(), beyond.size());
  rocksdb::ReadOptions how;
  how.iterate_upper_bound = &upper;
  std::unique_ptr<rocksdb::Iterator> rows(database_.NewIterator(how));
  std::size_t bytes = 0;
  Position expected{where.topic, where.partition, offset};
  for (rows->Seek({first.data(), first.size()}); rows->Valid(); rows->Next(), ++expected.offset) {
    bytes += rows->value().size();
    if (!records.empty() && bytes > kReadBytesMax) return records;
    auto position = DecodeRecordKey(View(rows->key()));
    if (!position) return tl::unexpected<Error>(position.error());
    if (*position != expected) return Hole(expected);
    auto record = DecodeRecord(*position, View(rows->value()));
    if (!record) return tl::unexpected<Error>(record.error());
    records.push_back(std::move(*record));
  }
  if (!rows->status().ok()) return tl::unexpected<Error>(DatabaseError(rows->status(), "can't read " + ToText(expected)));
  if (expected.offset != offset + count) return Hole(expected);
  return records;
}

Result<Record> LogView::At(const Position& position) const {
  rocksdb::PinnableSlice bytes;
  if (auto s = Fetch(position, bytes); !s) return tl::unexpected<Error>(s.error());
  return DecodeRecord(position, View(bytes));
}

Result<PositionVector> LogView::AtTime(RecordedTime k) const {
  if (k >= state_.last_stamp) return End();
  PositionVector known;
  for (const TopicPartition& where : Partitions()) {
    auto next = FirstAfter(where.topic, k);
    if (!next) return tl::unexpected<Error>(next.error());
    if (*next > 0) known.next[where] = *next;
  }
  return known;
}

Status LogView::Fetch(const Position& position, rocksdb::PinnableSlice& bytes) const {
  const std::int64_t end = state_.Next(position.Where());
  if (position.offset < 0 || position.offset >= end) return OutOfRange(position, end);
  const auto key = RecordKey(position);
  const auto status = database_.Get({}, database_.DefaultColumnFamily(), rocksdb::Slice(key.data(), key.size()), &bytes);
  if (status.IsNotFound()) return Hole(position);
  if (!status.ok()) return tl::unexpected<Error>(DatabaseError(status, "can't read " + ToText(position)));
  return {};
}

// The lowest offset of the topic whose stamp is above k. Stamps rise, so halving finds it.
Result<std::int64_t> LogView::FirstAfter(Topic topic, RecordedTime k) const {
  std::int64_t low = 0, high = state_.Next({topic, 0});
  while (low < high) {
    const Position middle{topic, 0, low + (high - low) / 2};
    rocksdb::PinnableSlice bytes;
    if (auto s = Fetch(middle, bytes); !s) return tl::unexpected<Error>(s.error());
    auto stamp = DecodeStamp(middle, View(bytes));
    if (!stamp) return tl::unexpected<Error>(stamp.error());
    if (*stamp <= k) low = middle.offset + 1;
    else high = middle.offset;
  }
  return low;
}

}  // namespace tenure::log
