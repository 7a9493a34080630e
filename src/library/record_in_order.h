#pragma once
// The records of an embedded log in order of record, read on from the beginning. Its stamps rise over all topics and are the recorded
// times, so the least stamp comes first. Thread safety: one thread.
#include <deque>
#include <map>
#include <optional>

#include "log/log.h"

namespace tenure::library {

class RecordInOrder {
 public:
  // `log` outlives it; records at and beyond `until` are not read.
  RecordInOrder(const log::Log& log, PositionVector until) : log_(log), until_(std::move(until)) {}

  // Nothing at the end. Errors: the log's.
  Result<std::optional<log::Record>> Next();

 private:
  Status Fill(const TopicPartition& where, std::int64_t end);

  const log::Log& log_;
  const PositionVector until_;
  PositionVector read_;
  std::map<TopicPartition, std::deque<log::Record>> buffers_;
};

}  // namespace tenure::library
