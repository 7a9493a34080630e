#include "projection/bulk.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <deque>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "history/beside.h"
#include "history/bulk_load.h"
#include "projection/incoming.h"

namespace tenure::projection {
namespace {

using history::BulkLoad;
using Progress = std::function<void(std::int64_t, std::int64_t)>;

constexpr std::size_t kReadRecords = 2'000;
// The share of the whole that reading and scattering takes.
constexpr double kScattering = 0.55;

struct Stretch {
  TopicPartition where;
  std::int64_t from, until;
};
using Stretches = std::vector<Stretch>;

// The next records, partition by partition; `stuck`: nothing more can be read there now.
Stretches NextStretches(const PositionVector& at, const PositionVector& until, const std::set<TopicPartition>& stuck,
                        std::int64_t records) {
  Stretches out;
  for (const auto& [where, end] : until.next) {
    const std::int64_t next = at.Next(where);
    if (records <= 0 || where.topic == Topic::kDeadLetter || next >= end || stuck.contains(where)) continue;
    out.push_back({where, next, std::min(end, next + records)});
    records -= out.back().until - next;
  }
  return out;
}

// To each worker about as many. A recorded time rests on the record before it, so a partition is shared only where stamps rise.
std::array<Stretches, BulkLoad::kWorkers> Dealt(const Stretches& all, bool shared) {
  std::array<Stretches, BulkLoad::kWorkers> out;
  std::int64_t total = 0, dealt = 0;
  for (const auto& one : all) total += one.until - one.from;
  const std::int64_t half = (total + 1) / 2;
  for (const auto& one : all) {
    const std::int64_t n = one.until - one.from, room = std::max<std::int64_t>(0, half - dealt);
    dealt += n;
    if (n <= room || (!shared && room > 0)) {
      out[0].push_back(one);
    } else if (!shared || room == 0) {
      out[1].push_back(one);
    } else {
      out[0].push_back({one.where, one.from, one.from + room});
      out[1].push_back({one.where, one.from + room, one.until});
    }
  }
  return out;
}

// One worker's records of one round.
class Reading {
 public:
  Reading(const log::Log& log, const BulkLoad& load, history::Scatter& into, std::atomic<std::int64_t>& done)
      : log_(log), load_(load), into_(into), done_(done) {}

  Status Read(const Stretches& stretches, const std::function<void()>& told) {
    for (const auto& stretch : stretches)
      if (auto s = ReadOne(stretch, told); !s) return s;
    return {};
  }
  BulkLoad::Round got;

 private:
  Status ReadOne(const Stretch& stretch, const std::function<void()>& told) {
    RecordedTime recorded = load_.LastRecorded(stretch.where);
    history::Place place{stretch.from, {}, {}, {}};
    for (std::int64_t next = stretch.from; next < stretch.until;) {
      const auto most = std::min<std::int64_t>(kReadRecords, stretch.until - next);
      auto slice = log_.ReadOn(stretch.where, next, static_cast<std::size_t>(most));
      if (!slice) return tl::unexpected(slice.error());
      if (slice->next <= next) break;
      for (const auto& record : slice->records) {
        if (record.position.offset >= stretch.until) break;
        auto incoming = ToIncoming(decoder_, record);
        recorded = std::max(recorded, incoming.recorded);
        SetRecorded(incoming, recorded);
        if (auto s = into_.Add(std::move(incoming)); !s) return s;
        place.last = record.position.offset;
        if (!log_.HasOneWriter() && &record == &slice->records.back()) place.hash = HashOfRecord(record);
      }
      const std::int64_t reached = std::min(slice->next, stretch.until);
      done_ += reached - next;
      got.reached.next[stretch.where] = place.next = next = reached;
      told();
    }
    place.recorded = got.last_recorded[stretch.where] = recorded;
    if (!log_.HasOneWriter() && place.last) got.places[stretch.where] = place;
    return {};
  }

  const log::Log& log_;
  const BulkLoad& load_;
  history::Scatter& into_;
  std::atomic<std::int64_t>& done_;
  event::Decoder decoder_;
};

class Loading {
 public:
  Loading(BulkLoad& load, const log::Log& log, const PositionVector& until, const Progress& progress)
      : load_(load),
        log_(log),
        until_(until),
        progress_(progress),
        to_do_(Distance({}, until)),
        done_(Distance({}, load.Reached())) {}

  Status Scatter() {
    std::set<TopicPartition> stuck;
    while (!load_.Scattered()) {
      const auto stretches = NextStretches(load_.Reached(), until_, stuck, load_.RecordsOfRound());
      if (stretches.empty()) return {};
      const PositionVector before = load_.Reached();
      if (auto s = Round(stretches); !s) return s;
      for (const auto& one : stretches)
        if (load_.Reached().Next(one.where) < one.until) stuck.insert(one.where);
    }
    return {};
  }
  void Tell(double share) const {
    if (progress_ && std::this_thread::get_id() == me_)
      progress_(static_cast<std::int64_t>(share * static_cast<double>(to_do_)), to_do_);
  }

 private:
  Status Round(const Stretches& stretches) {
    PositionVector expected;
    for (const auto& one : stretches) expected.next[one.where] = one.from;
    log_.Expect(expected);
    const auto dealt = Dealt(stretches, log_.StampsRise());
    std::deque<Reading> workers;
    for (std::size_t i = 0; i < BulkLoad::kWorkers; ++i) workers.emplace_back(log_, load_, load_.Worker(i), done_);
    const auto told = [this] { Tell(kScattering * static_cast<double>(done_) / static_cast<double>(to_do_)); };
    const auto read = history::EachBeside(workers.size(), [&](std::size_t i) { return workers[i].Read(dealt[i], told); });
    if (!read) return read;
    BulkLoad::Round round;
    for (auto& worker : workers) {  // of a partition that was shared the second has the later half
      for (const auto& [where, next] : worker.got.reached.next) round.reached.next[where] = next;
      for (const auto& [where, recorded] : worker.got.last_recorded) round.last_recorded[where] = recorded;
      for (const auto& [where, place] : worker.got.places) round.places[where] = place;
    }
    auto ended = load_.EndRound(round);
    told();
    return ended;
  }

  BulkLoad& load_;
  const log::Log& log_;
  const PositionVector& until_;
  const Progress& progress_;
  const std::thread::id me_ = std::this_thread::get_id();
  const std::int64_t to_do_;
  std::atomic<std::int64_t> done_;
};

}  // namespace

std::int64_t Distance(const PositionVector& from, const PositionVector& to) {
  std::int64_t records = 0;
  for (const auto& [where, next] : to.next)
    if (where.topic != Topic::kDeadLetter) records += std::max<std::int64_t>(0, next - from.Next(where));
  return records;
}

Result<std::int64_t> LoadInBulk(ReadModel& model, const log::Log& log, const PositionVector& until, const Progress& progress) {
  auto load = model.BeginBulk();
  if (!load) return tl::unexpected(load.error());
  if (!until.Covers((*load)->Reached())) (*load)->BeginAnew();
  Loading loading(**load, log, until, progress);
  if (auto s = loading.Scatter(); !s) return tl::unexpected(s.error());
  auto loaded = (*load)->Finish([&](double share) { loading.Tell(kScattering + (1 - kScattering) * share); });
  if (!loaded) return tl::unexpected(loaded.error());
  for (const auto& [where, place] : loaded->places)
    if (auto s = CheckPlace(log, where, place); !s) return tl::unexpected(s.error());
  load->reset();
  if (auto s = model.TakeIn(std::move(*loaded)); !s) return tl::unexpected(s.error());
  return Distance({}, model.Projected());
}

Result<std::unique_ptr<LoadingAhead>> LoadingAhead::Begin(const ReadModel& model) {
  auto load = model.BeginBulk();
  if (!load) return tl::unexpected(load.error());
  (*load)->BeginAnew();
  return std::unique_ptr<LoadingAhead>(new LoadingAhead(std::move(*load)));
}

LoadingAhead::LoadingAhead(std::unique_ptr<history::BulkLoad> load) : load_(std::move(load)) {}
LoadingAhead::~LoadingAhead() = default;

Status LoadingAhead::WriteRows() {
  for (const auto& [position, row] : rows_)
    if (auto s = load_->Records().Put(position, row); !s) return s;
  return {};
}

Status LoadingAhead::Add(std::vector<history::Incoming> records) {
  std::vector<std::pair<Position, std::string>> rows(records.size());
  for (const auto& record : records) {
    next_.next[record.position.Where()] = reached_.next[record.position.Where()] = record.position.offset + 1;
    last_recorded_[record.position.Where()] = record.recorded;
  }
  const auto scatter = [&](std::size_t worker) -> Status {
    const std::size_t half = records.size() / 2, end = worker == 0 ? half : records.size();
    for (std::size_t i = worker == 0 ? 0 : half; i < end; ++i) {
      const Position position = records[i].position;
      auto row = load_->Worker(worker).AddApart(std::move(records[i]));
      if (!row) return tl::unexpected(row.error());
      rows[i] = {position, std::move(*row)};
    }
    return {};
  };
  static_assert(BulkLoad::kWorkers == 2);
  const auto done = history::EachBeside(3, [&](std::size_t task) { return task < 2 ? scatter(task) : WriteRows(); });
  rows_ = std::move(rows);
  if (!done) return done;
  in_round_ += static_cast<std::int64_t>(records.size());
  return in_round_ < load_->RecordsOfRound() ? Status() : End();
}

Status LoadingAhead::End() {
  in_round_ = 0;
  if (auto s = WriteRows(); !s) return s;
  rows_.clear();
  return load_->EndRound({std::exchange(reached_, {}), std::exchange(last_recorded_, {}), {}});
}

}  // namespace tenure::projection
