#pragma once
// A log of records that somebody kept elsewhere, in memory, to be read only: what a read model of them is built from.
//
// Positions, stamps and bytes are as given, gaps between offsets too. Nothing is ever added, so every time is closed.
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "log/log.h"

namespace tenure::log {

class KeptLog : public Log {
 public:
  // `records`: each partition ascending, and below its `end`. Errors (kInput): known_malformed.
  static Result<std::unique_ptr<KeptLog>> Make(std::string id, std::vector<Record> records, PositionVector end);

  const std::string& Id() const override { return id_; }
  Result<Appended> Append(const std::vector<NewRecord>& records) override;  // log_read_only
  Result<std::vector<TopicPartition>> Partitions() const override;
  Result<PositionVector> End() const override { return end_; }
  // One slice of it; where offsets are missing, fewer records than asked for don't mean the end.
  Result<std::vector<Record>> Read(const TopicPartition& where, std::int64_t offset, std::size_t max_records) const override;
  Result<Slice> ReadOn(const TopicPartition& where, std::int64_t offset, std::size_t max_records) const override;
  Result<Record> At(const Position& position) const override;
  Result<PositionVector> AtTime(RecordedTime k) const override;
  Result<bool> IsClosed(RecordedTime, const PositionVector&) const override { return true; }

 private:
  KeptLog(std::string id, PositionVector end) : id_(std::move(id)), end_(std::move(end)) {}

  std::string id_;
  PositionVector end_;
  std::map<TopicPartition, std::vector<Record>> partitions_;
};

}  // namespace tenure::log
