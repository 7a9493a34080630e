#include "log/kept_log.h"

#include <algorithm>
#include <utility>

namespace tenure::log {
namespace {

using Records = std::vector<Record>;

Records::const_iterator FirstFrom(const Records& records, std::int64_t offset) {
  return std::lower_bound(records.begin(), records.end(), offset,
                          [](const Record& record, std::int64_t wanted) { return record.position.offset < wanted; });
}

tl::unexpected<Error> OutOfRange(std::int64_t offset) {
  return Fail("log_offset_out_of_range", "no record is kept at offset " + std::to_string(offset), "read from 0 up to the end",
              Blame::kCaller);
}

tl::unexpected<Error> Malformed(const Position& position, const char* what) {
  return Fail("known_malformed",
              std::string(TopicName(position.topic)) + "/" + std::to_string(position.partition) + "@" +
                  std::to_string(position.offset) + " " + what,
              "records of a partition rise, and end where the knowledge does", Blame::kInput);
}

}  // namespace

Result<std::unique_ptr<KeptLog>> KeptLog::Make(std::string id, std::vector<Record> records, PositionVector end) {
  std::unique_ptr<KeptLog> log(new KeptLog(std::move(id), std::move(end)));
  for (Record& record : records) {
    const Position position = record.position;
    Records& partition = log->partitions_[position.Where()];
    if (position.offset < 0 || (!partition.empty() && position.offset <= partition.back().position.offset))
      return Malformed(position, "does not come after the one before it");
    if (!log->end_.Holds(position)) return Malformed(position, "lies beyond what is known");
    partition.push_back(std::move(record));
  }
  return log;
}

Result<Appended> KeptLog::Append(const std::vector<NewRecord>&) {
  return Fail("log_read_only", "these records are kept, and none is added to them", "append to the record itself",
              Blame::kCaller);
}

Result<std::vector<TopicPartition>> KeptLog::Partitions() const {
  std::vector<TopicPartition> there;
  for (const auto& [where, next] : end_.next) there.push_back(where);
  return there;
}

Result<Slice> KeptLog::ReadOn(const TopicPartition& where, std::int64_t offset, std::size_t max_records) const {
  const std::int64_t end = end_.Next(where);
  if (offset < 0 || offset > end) return OutOfRange(offset);
  Slice slice;
  slice.next = end;
  const auto partition = partitions_.find(where);
  if (partition == partitions_.end()) return slice;
  std::size_t bytes = 0;
  for (auto it = FirstFrom(partition->second, offset); it != partition->second.end(); ++it) {
    bytes += it->key.size() + it->value.size();
    if (slice.records.size() == max_records || (!slice.records.empty() && bytes > kReadBytesMax)) {
      slice.next = it->position.offset;
      break;
    }
    slice.records.push_back(*it);
  }
  return slice;
}

Result<std::vector<Record>> KeptLog::Read(const TopicPartition& where, std::int64_t offset, std::size_t max_records) const {
  auto slice = ReadOn(where, offset, max_records);
  if (!slice) return tl::unexpected<Error>(slice.error());
  return std::move(slice->records);
}

Result<Record> KeptLog::At(const Position& position) const {
  const auto partition = partitions_.find(position.Where());
  if (partition == partitions_.end()) return OutOfRange(position.offset);
  const auto it = FirstFrom(partition->second, position.offset);
  if (it == partition->second.end() || it->position.offset != position.offset) return OutOfRange(position.offset);
  return *it;
}

Result<PositionVector> KeptLog::AtTime(RecordedTime k) const {
  PositionVector known;
  for (const auto& [where, records] : partitions_) {
    const auto later = std::find_if(records.begin(), records.end(), [&](const Record& record) { return record.stamp > k; });
    const std::int64_t next = later == records.end() ? end_.Next(where) : later->position.offset;
    if (next > 0) known.next[where] = next;
  }
  return known;
}

}  // namespace tenure::log
