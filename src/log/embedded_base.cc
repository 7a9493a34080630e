#include "log/embedded_base.h"

#include <chrono>
#include <utility>

#include "log/storage_state.h"

namespace tenure::log {
namespace {

RecordedTime SystemNow() {
  using namespace std::chrono;
  return RecordedTime{duration_cast<microseconds>(system_clock::now().time_since_epoch()).count()};
}

}  // namespace

Result<std::unique_ptr<EmbeddedLog>> EmbeddedLog::Open(const EmbeddedOptions& options) {
  EmbeddedOptions complete = options;
  if (!complete.now) complete.now = SystemNow;
  return complete.read_only ? OpenReader(std::move(complete)) : OpenWriter(std::move(complete));
}

EmbeddedBase::EmbeddedBase(EmbeddedOptions options) : options_(std::move(options)) {}

template <class Question>
auto EmbeddedBase::Ask(const Question& question) const -> decltype(question(std::declval<const LogView&>())) {
  const std::shared_lock lock(database_mutex_);
  if (!database_)
    return Fail("log_io", "the log in \"" + options_.directory + "\" can't be opened again since the disk failed",
                "look at the disk; the next append tries again", Blame::kFault);
  return question(LogView(*database_, Shown()));
}

Result<std::vector<TopicPartition>> EmbeddedBase::Partitions() const {
  return Ask([](const LogView& view) -> Result<std::vector<TopicPartition>> { return view.Partitions(); });
}

Result<PositionVector> EmbeddedBase::End() const {
  return Ask([](const LogView& view) -> Result<PositionVector> { return view.End(); });
}

Result<std::vector<Record>> EmbeddedBase::Read(const TopicPartition& where, std::int64_t offset, std::size_t max_records) const {
  return Ask([&](const LogView& view) { return view.Read(where, offset, max_records); });
}

Result<Record> EmbeddedBase::At(const Position& position) const {
  return Ask([&](const LogView& view) { return view.At(position); });
}

Result<PositionVector> EmbeddedBase::AtTime(RecordedTime k) const {
  return Ask([&](const LogView& view) { return view.AtTime(k); });
}

std::optional<StorageState> EmbeddedBase::Storage() const {
  const std::shared_lock lock(database_mutex_);
  if (!database_) return std::nullopt;
  return StorageOf("log", *database_, {database_->DefaultColumnFamily()});
}

LogState EmbeddedBase::Shown() const {
  const std::lock_guard lock(state_mutex_);
  return state_;
}

void EmbeddedBase::Show(const LogState& state) {
  const std::lock_guard lock(state_mutex_);
  state_ = state;
}

Status EmbeddedBase::CheckAcknowledged(std::optional<RecordedTime> mark, const LogState& state) const {
  if (!mark || *mark <= state.Closed()) return {};
  return Fail(
      "log_corrupt",
      "the log in \"" + options_.directory + "\" ends before what it has acknowledged: records are lost from its end",
      "restore the whole directory from a backup; to go on without the lost records, delete the file `acknowledged` in it",
      Blame::kFault);
}

}  // namespace tenure::log
