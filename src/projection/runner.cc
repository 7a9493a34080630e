// Carrying a model forward along its log, and building one from the beginning.
#include <algorithm>
#include <filesystem>

#include "projection/read_model.h"

namespace tenure::projection {
namespace {

constexpr std::size_t kBatchRecords = 2000;

using Progress = std::function<void(std::int64_t, std::int64_t)>;

std::int64_t Distance(const PositionVector& from, const PositionVector& to) {
  std::int64_t records = 0;
  for (const auto& [where, next] : to.next)
    if (where.topic != Topic::kDeadLetter) records += std::max<std::int64_t>(0, next - from.Next(where));
  return records;
}

// One batch: the next records of every partition, cut at `until`. Their order among partitions does not matter.
Result<std::vector<log::Record>> NextBatch(const log::Log& log, const PositionVector& at, const PositionVector& until) {
  std::vector<log::Record> batch;
  for (const auto& [where, end] : until.next) {
    const std::int64_t next = at.Next(where);
    if (where.topic == Topic::kDeadLetter || next >= end) continue;
    auto records = log.Read(where, next, kBatchRecords);
    if (!records) return records;
    for (auto& r : *records)
      if (r.position.offset < end) batch.push_back(std::move(r));
  }
  return batch;
}

Result<std::int64_t> Advance(ReadModel& model, const log::Log& log, const PositionVector& until, const Progress& progress) {
  const std::int64_t to_do = Distance(model.Projected(), until);
  std::int64_t done = 0;
  while (done < to_do) {
    auto batch = NextBatch(log, model.Projected(), until);
    if (!batch) return tl::unexpected(batch.error());
    if (batch->empty()) break;
    const auto before = model.Projected();
    if (auto s = model.Apply(*batch); !s) return tl::unexpected(s.error());
    done += Distance(before, model.Projected());
    if (progress) progress(done, to_do);
  }
  return done;
}

}  // namespace

Result<std::int64_t> CatchUp(ReadModel& model, const log::Log& log, const Progress& progress) {
  auto end = log.End();
  if (!end) return tl::unexpected(end.error());
  return Advance(model, log, *end, progress);
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
  if (auto done = Advance(**model, log, until, progress); !done) return tl::unexpected(done.error());
  return model;
}

}  // namespace tenure::projection
