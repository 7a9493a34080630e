#pragma once
// One opened database and how far into it may be seen: the reading half of the embedded log. Private to src/log.
//
// Shows exactly the records below state.next, also while a writer adds more. Cheap to make; borrows the database.
// Thread safety: any number of threads.
#include <rocksdb/db.h>

#include "log/record_format.h"

namespace tenure::log {

class LogView {
 public:
  LogView(rocksdb::DB& database, const LogState& state) : database_(database), state_(state) {}

  std::vector<TopicPartition> Partitions() const;
  PositionVector End() const;
  Result<std::vector<Record>> Read(const TopicPartition& where, std::int64_t offset, std::size_t max_records) const;
  Result<Record> At(const Position& position) const;
  Result<PositionVector> AtTime(RecordedTime k) const;

 private:
  Status Fetch(const Position& position, rocksdb::PinnableSlice& bytes) const;
  Result<std::int64_t> FirstAfter(Topic topic, RecordedTime k) const;

  rocksdb::DB& database_;
  LogState state_;
};

}  // namespace tenure::log
