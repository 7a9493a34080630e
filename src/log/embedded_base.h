#pragma once
// What the writer and the readers of an embedded log share: the opened database and the questions to it. Private to src/log.
#include <rocksdb/db.h>

#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>

#include "log/embedded.h"
#include "log/log_view.h"

namespace tenure::log {

class EmbeddedBase : public EmbeddedLog {
 public:
  const std::string& Id() const override { return id_; }
  Result<std::vector<TopicPartition>> Partitions() const override;
  Result<PositionVector> End() const override;
  Result<std::vector<Record>> Read(const TopicPartition& where, std::int64_t offset, std::size_t max_records) const override;
  Result<Record> At(const Position& position) const override;
  Result<PositionVector> AtTime(RecordedTime k) const override;
  std::optional<StorageState> Storage() const override;

 protected:
  explicit EmbeddedBase(EmbeddedOptions options);

  LogState Shown() const;
  void Show(const LogState& state);
  // log_corrupt if the log ends before what was acknowledged.
  Status CheckAcknowledged(std::optional<RecordedTime> mark, const LogState& state) const;

  const EmbeddedOptions options_;
  std::string id_;
  // Held shared while reading, exclusively while the database is exchanged. Null only while a broken disk lets nobody open it.
  mutable std::shared_mutex database_mutex_;
  std::unique_ptr<rocksdb::DB> database_;

 private:
  template <class Question>
  auto Ask(const Question& question) const -> decltype(question(std::declval<const LogView&>()));

  mutable std::mutex state_mutex_;
  LogState state_;
};

Result<std::unique_ptr<EmbeddedLog>> OpenWriter(EmbeddedOptions options);
Result<std::unique_ptr<EmbeddedLog>> OpenReader(EmbeddedOptions options);

}  // namespace tenure::log
