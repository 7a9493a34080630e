// Carrying a model forward along its log, and building one from the beginning.
#include <algorithm>
#include <filesystem>
#include <future>
#include <system_error>

#include "event/codec.h"
#include "projection/bulk.h"
#include "projection/read_model.h"

namespace tenure::projection {
namespace {

// So many records of a partition make a batch; far behind, where many events of one fact come together, more.
constexpr std::size_t kBatchRecords = 2'000, kBulkRecords = 32'000;

using Progress = std::function<void(std::int64_t, std::int64_t)>;

struct Batch {
  Decoded decoded;
  PositionVector reached;
};

// One batch: the next records of every partition, cut at `until`. Their order among partitions does not matter.
Result<Batch> NextBatch(const log::Log& log, const PositionVector& at, const PositionVector& until, event::Decoder& decoder) {
  PositionVector expected;
  for (const auto& [where, end] : until.next)
    if (where.topic != Topic::kDeadLetter && at.Next(where) < end) expected.next[where] = at.Next(where);
  log.Expect(expected);
  std::vector<log::Record> records;
  Batch batch;
  const bool far = Distance(at, until) > static_cast<std::int64_t>(4 * kBulkRecords);
  const std::size_t of_each = far ? std::max(kBatchRecords, kBulkRecords / expected.next.size()) : kBatchRecords;
  for (const auto& [where, next] : expected.next) {
    const std::int64_t end = until.Next(where);
    auto slice = log.ReadOn(where, next, of_each);
    if (!slice) return tl::unexpected(slice.error());
    for (auto& r : slice->records)
      if (r.position.offset < end) records.push_back(std::move(r));
    batch.reached.next[where] = std::min(slice->next, end);
  }
  batch.decoded = Decode(decoder, records, !log.HasOneWriter());
  return batch;
}

// Reads a log, and the batch after the one that was asked for meanwhile on another thread. Only a log of one writer is read ahead of
// what the model holds: where others may replace records, what was read is held against the model first.
class BatchReader {
 public:
  BatchReader(const log::Log& log, const PositionVector& until) : log_(log), until_(until) {}

  // REQUIRED: `at` is where the batch before ended.
  Result<Batch> Next(const PositionVector& at) {
    auto batch = ahead_.valid() ? ahead_.get() : NextBatch(log_, at, until_, decoder_);
    if (batch && log_.HasOneWriter()) ReadAhead(at, batch->reached);
    return batch;
  }

 private:
  void ReadAhead(PositionVector at, const PositionVector& reached) {
    bool moves = false;
    for (const auto& [where, next] : reached.next) {
      moves = moves || next > at.Next(where);
      at.next[where] = next;
    }
    if (!moves || Distance(at, until_) == 0) return;
    try {
      ahead_ = std::async(std::launch::async, [this, at = std::move(at)] { return NextBatch(log_, at, until_, decoder_); });
    } catch (const std::system_error&) {  // the machine has no more threads: it is read when it is asked for
    }
  }

  const log::Log& log_;
  const PositionVector& until_;
  event::Decoder decoder_;
  std::future<Result<Batch>> ahead_;  // its end is waited for
};

Result<std::int64_t> AdvanceBehind(ReadModel& model, const log::Log& log, const PositionVector& until, const Progress& progress,
                                   PlacesGuard* guard) {
  const std::int64_t to_do = Distance(model.Projected(), until);
  std::int64_t done = 0;
  BatchReader reader(log, until);
  while (done < to_do) {
    const auto before = model.Projected();
    auto batch = reader.Next(before);
    if (!batch && batch.error().blame == Blame::kUnavailable) return tl::unexpected(batch.error());
    if (guard != nullptr)
      if (auto s = guard->Check(model, log, batch ? batch->reached : PositionVector{}); !s) return tl::unexpected(s.error());
    if (!batch) return tl::unexpected(batch.error());
    // On a log of one writer offsets have no holes, and nobody replaces records.
    if (auto s = model.ApplyDecoded(std::move(batch->decoded), log.HasOneWriter() ? PositionVector{} : batch->reached,
                                    history::Commit::kBehind);
        !s)
      return tl::unexpected(s.error());
    const std::int64_t advanced = Distance(before, model.Projected());
    if (advanced == 0) break;  // the rest is held back by a transaction that is still open
    done += advanced;
    if (progress) progress(done, to_do);
  }
  return done;
}

// Rows of one batch are written while the next one is folded; all are when this returns.
Result<std::int64_t> Advance(ReadModel& model, const log::Log& log, const PositionVector& until, const Progress& progress,
                             PlacesGuard* guard) {
  std::int64_t loaded = 0;
  if (model.IsForBulk(Distance(model.Projected(), until))) {
    auto in_bulk = LoadInBulk(model, log, until, progress);
    if (!in_bulk) return in_bulk;
    loaded = *in_bulk;
  }
  auto done = AdvanceBehind(model, log, until, progress, guard).map([&](std::int64_t more) { return loaded + more; });
  const auto settled = model.Settle();
  if (done && !settled) return tl::unexpected(settled.error());
  return done;
}

Error Replaced(const TopicPartition& where, std::int64_t offset, const std::string& what) {
  return {"log_replaced",
          std::string(TopicName(where.topic)) + "/" + std::to_string(where.partition) + " " + what + " at offset " +
              std::to_string(offset) + ", where the last projected record stood: the topic was made anew or cut",
          "restore the topic from a backup; a record that really begins anew needs a data directory of its own", Blame::kFault};
}

// A topic that was made anew and filled while nobody looked disturbs nobody. But what it holds was stamped later than what was
// projected: the first record not before that is its very first, or none. One request for all, and none of the stream is lost.
Status CheckBeginnings(const ReadModel& model, const log::Log& log, const PositionVector& taken) {
  if (log.HasOneWriter() || taken.next.empty()) return {};
  auto places = model.Places();
  if (!places) return tl::unexpected(places.error());
  std::map<TopicPartition, RecordedTime> greatest;
  for (const auto& [where, place] : *places)
    if (place.last && taken.next.contains(where)) greatest[where] = place.recorded;
  if (greatest.empty()) return {};
  auto first = log.FirstSince(greatest);
  if (!first) return tl::unexpected(first.error());
  for (const auto& [where, recorded] : greatest) {
    const history::Place& place = places->at(where);
    const auto since = first->find(where);
    if (since == first->end() || since->second > *place.last)
      return tl::unexpected(Replaced(where, *place.last, "has other records"));
    if (since->second == 0)  // it may have been so before
      if (auto s = CheckPlace(log, where, place); !s) return s;
  }
  return {};
}

}  // namespace

Hash256 HashOfRecord(const log::Record& record) {
  return event::Sha256(std::to_string(record.key.size()) + ":" + record.key + record.value);
}

Status CheckPlace(const log::Log& log, const TopicPartition& where, const history::Place& place) {
  if (!place.last) return {};
  auto record = log.At({where.topic, where.partition, *place.last});
  if (!record && record.error().code == "log_offset_out_of_range")
    return tl::unexpected(Replaced(where, *place.last, "has no record"));
  if (!record) return tl::unexpected(record.error());
  if (HashOfRecord(*record) != place.hash) return tl::unexpected(Replaced(where, *place.last, "has another record"));
  return {};
}

Status CheckPlaces(const ReadModel& model, const log::Log& log) {
  auto places = model.Places();
  if (!places) return tl::unexpected(places.error());
  for (const auto& [where, place] : *places)
    if (auto s = CheckPlace(log, where, place); !s) return s;
  return {};
}

Status PlacesGuard::Check(const ReadModel& model, const log::Log& log, const PositionVector& taken) {
  const std::int64_t now = log.Disturbances();
  if (checked_ == now) return CheckBeginnings(model, log, taken);
  const Status checked = CheckPlaces(model, log);
  if (checked) checked_ = now;
  return checked;
}

Result<std::int64_t> CatchUp(ReadModel& model, const log::Log& log, const PositionVector& end, const Progress& progress,
                             PlacesGuard* guard) {
  if (guard != nullptr) {
    const Status same = end.Covers(model.Projected()) ? guard->Check(model, log) : CheckPlaces(model, log);
    if (!same) return tl::unexpected(same.error());
  }
  return Advance(model, log, end, progress, guard);
}

Result<std::int64_t> CatchUp(ReadModel& model, const log::Log& log, const Progress& progress, PlacesGuard* guard) {
  auto end = log.End();
  if (!end) return tl::unexpected(end.error());
  return CatchUp(model, log, *end, progress, guard);
}

Result<std::unique_ptr<ReadModel>> Rebuild(const ModelOptions& fresh, const log::Log& log, const PositionVector& until,
                                           const Progress& progress) {
  std::error_code ignored;
  std::filesystem::create_directories(std::filesystem::path(fresh.directory).parent_path(), ignored);
  // A half-built model of the same log goes on where it stopped; anything else makes room.
  auto model = ReadModel::Open(fresh);
  if (!model || !until.Covers((*model)->Projected())) {
    if (model) model->reset();
    std::filesystem::remove_all(fresh.directory, ignored);
    model = ReadModel::Open(fresh);
    if (!model) return model;
  }
  if (auto done = Advance(**model, log, until, progress, nullptr); !done) return tl::unexpected(done.error());
  return model;
}

}  // namespace tenure::projection
