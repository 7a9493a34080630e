#include "library/ordered_sending.h"

#include <algorithm>
#include <limits>
#include <thread>
#include <utility>

namespace tenure::library {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kBatchRecordsMax = 5'000;
constexpr std::size_t kBatchBytesMax = 16U << 20;
// Between two batches, so that the second is recorded later also by the clock of another broker.
constexpr std::chrono::milliseconds kPause{10};

}  // namespace

Result<OrderedSending> OrderedSending::To(log::Log& log, bool keep_places) {
  OrderedSending sending(log, keep_places);
  sending.last_ = RecordedTime{std::numeric_limits<std::int64_t>::min()};
  sending.pause_ = kPause;
  auto partitions = log.Partitions();
  if (!partitions) return tl::unexpected<Error>(partitions.error());
  for (std::size_t topic = 0; topic < sending.one_partition_.size(); ++topic)
    sending.one_partition_[topic] = std::count_if(partitions->begin(), partitions->end(), [&](const TopicPartition& p) {
                                      return p.topic == static_cast<Topic>(topic);
                                    }) == 1;
  return sending;
}

// Records of one lane keep the order in which they are added.
std::string OrderedSending::LaneOf(const log::NewRecord& record) const {
  const auto topic = static_cast<std::size_t>(record.topic);
  return std::to_string(topic) + (one_partition_[topic] ? "" : " " + record.key);
}

Status OrderedSending::Add(BatchOrder::Ties ties, log::NewRecord record) {
  const std::string lane = LaneOf(record);
  const bool full = batch_.size() >= kBatchRecordsMax || bytes_ + record.value.size() > kBatchBytesMax;
  if (full || order_.LeavesToChance(ties, lane))
    if (auto s = Flush(); !s) return s;
  order_.Add(std::move(ties), lane);
  Take(std::move(record));
  return {};
}

Status OrderedSending::AddAlone(log::NewRecord record) {
  if (auto s = Flush(); !s) return s;
  Take(std::move(record));
  return Flush();
}

Status OrderedSending::Flush() {
  if (batch_.empty()) return {};
  std::this_thread::sleep_until(acknowledged_ + pause_);
  auto appended = log_->Append(batch_);
  if (!appended) return tl::unexpected<Error>(appended.error());
  acknowledged_ = Clock::now();
  sent_ += static_cast<std::int64_t>(batch_.size());
  NoteRecorded(*appended);
  batch_.clear();
  bytes_ = 0;
  order_.Clear();
  return {};
}

void OrderedSending::Take(log::NewRecord record) {
  bytes_ += record.value.size();
  batch_.push_back(std::move(record));
}

// Clocks of brokers that differ are met here; from then on the pause is longer by as much.
void OrderedSending::NoteRecorded(const log::Appended& appended) {
  RecordedTime latest = last_;
  for (std::size_t i = 0; i < appended.positions.size(); ++i) {
    RecordedTime& recorded = running_[appended.positions[i].Where()];
    recorded = std::max(recorded, appended.stamps[i]);
    latest = std::max(latest, recorded);
    if (recorded <= last_) fell_back_by_ = std::max(fell_back_by_, std::chrono::microseconds(last_.us - recorded.us + 1));
  }
  last_ = latest;
  pause_ = kPause + fell_back_by_;
  appended_.clock_behind = appended_.clock_behind || appended.clock_behind;
  if (!keep_places_) return;
  appended_.positions.insert(appended_.positions.end(), appended.positions.begin(), appended.positions.end());
  appended_.stamps.insert(appended_.stamps.end(), appended.stamps.begin(), appended.stamps.end());
}

}  // namespace tenure::library
