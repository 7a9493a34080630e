#pragma once
// A log in memory for tests: any number of partitions, and stamps that a test sets, falling ones included.
//
// A MemoryLog is a handle on a store; handles made from one store share it, as openings of one directory do. With explicit
// placement (AppendTo) a test builds any interleaving that a Kafka cluster can show. Thread-safe.
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "log/log.h"

namespace tenure::log {

struct MemoryLogOptions {
  std::int32_t partitions = 1;        // of each topic; a topic is there from its first record on, then with all of them
  std::function<RecordedTime()> now;  // what stamps are taken from, as it is; default counts 1, 2, 3 ... microseconds
  std::string id;                     // default: one that no other log of this process has
};

class MemoryLog : public Log {
 public:
  explicit MemoryLog(MemoryLogOptions options = {});
  // Another handle on the same records.
  std::unique_ptr<MemoryLog> Share() const;

  // One record where the test wants it, with the stamp the test wants (it may be lower than the one before).
  Position AppendTo(TopicPartition where, RecordedTime stamp, std::string key, std::string value,
                    std::string verified_writer = "");
  // No stamp given from now on is at or below k: what a closed time rests on, where the partitions don't show it.
  void CloseUpTo(RecordedTime k);

  const std::string& Id() const override;
  // A record goes to the partition that its key hashes to; records of one call are stamped one by one.
  Result<Appended> Append(const std::vector<NewRecord>& records) override;
  Result<std::vector<TopicPartition>> Partitions() const override;
  Result<PositionVector> End() const override;
  Result<std::vector<Record>> Read(const TopicPartition& where, std::int64_t offset, std::size_t max_records) const override;
  Result<Record> At(const Position& position) const override;
  Result<PositionVector> AtTime(RecordedTime k) const override;
  // Closed if CloseUpTo said so, or if every partition of every plane has a record above k.
  Result<bool> IsClosed(RecordedTime k, const PositionVector& known) const override;

 private:
  struct Store;
  explicit MemoryLog(std::shared_ptr<Store> store) : store_(std::move(store)) {}
  std::shared_ptr<Store> store_;
};

}  // namespace tenure::log
