#include "library/known_record.h"

#include <algorithm>
#include <filesystem>
#include <limits>
#include <tuple>
#include <utility>

#include "log/kept_log.h"

namespace tenure::library {
namespace {

constexpr std::size_t kReadRecords = 1'000;

struct Taken {
  std::vector<KeptRecord> records;
  std::size_t bytes = 0;
};

Status TakePartition(const log::Log& log, const TopicPartition& where, std::int64_t end, Taken& taken) {
  RecordedTime recorded{std::numeric_limits<std::int64_t>::min()};
  for (std::int64_t at = 0; at < end;) {
    auto slice = log.ReadOn(where, at, kReadRecords);
    if (!slice) return tl::unexpected<Error>(slice.error());
    for (log::Record& r : slice->records) {
      if (r.position.offset >= end) return {};
      recorded = std::max(recorded, r.stamp);
      taken.bytes += r.key.size() + r.value.size() + r.verified_writer.size();
      if (taken.bytes > kEvidenceBytesMax)
        return Fail("evidence_too_large", "the records that are known have more than 1 GiB", "ask as known at an earlier time",
                    Blame::kCaller);
      taken.records.push_back(
          {r.position, r.stamp, recorded, std::move(r.key), std::move(r.value), std::move(r.verified_writer)});
    }
    if (slice->next <= at)
      return Fail("evidence_log_short", std::string(TopicName(where.topic)) + " ends at " + std::to_string(at),
                  "the log must hold what is projected: name it with --kafka, or see tenure verify", Blame::kFault);
    at = slice->next;
  }
  return {};
}

bool Earlier(const KeptRecord& a, const KeptRecord& b) {
  return std::tie(a.recorded, a.position) < std::tie(b.recorded, b.position);
}

}  // namespace

Result<KnownRecord> TakeKnown(const OpenRecord& record, const std::string& token) {
  auto content = projection::DecodeToken(token, record.log->Id(), record.dir.config);
  if (!content) return tl::unexpected<Error>(content.error());
  if (!record.model->Projected().Covers(content->vector))
    return Fail("position_not_projected", "the read model hasn't reached the position of that token yet", "ask again in a moment",
                Blame::kUnavailable);
  KnownRecord known;
  known.log_id = record.log->Id();
  known.token = token;
  known.topic_prefix = record.dir.topic_prefix;
  known.correctors = record.dir.config.correctors;
  known.digest = record.model->DigestLabel();
  Taken taken;
  for (const auto& [where, end] : content->vector.next)
    if (auto s = TakePartition(*record.log, where, end, taken); !s) return tl::unexpected<Error>(s.error());
  known.records = std::move(taken.records);
  std::sort(known.records.begin(), known.records.end(), Earlier);
  return known;
}

Result<OpenRecord> OpenKnown(KnownRecord known, const std::string& folder, EffectiveTime now, const Progress& progress) {
  OpenRecord record;
  record.dir.path = folder;
  record.dir.config.correctors = std::move(known.correctors);
  record.dir.topic_prefix = std::move(known.topic_prefix);
  record.shared = true;  // nothing else changes it
  record.now = [now] { return now; };
  auto content = projection::DecodeToken(known.token, known.log_id, record.dir.config);
  if (!content) return tl::unexpected<Error>(content.error());
  std::vector<log::Record> records;
  records.reserve(known.records.size());
  for (KeptRecord& r : known.records)
    records.push_back({r.position, r.stamp, std::move(r.key), std::move(r.value), std::move(r.verified_writer)});
  known.records.clear();
  auto log = log::KeptLog::Make(known.log_id, std::move(records), content->vector);
  if (!log) return tl::unexpected<Error>(log.error());
  std::error_code ignored;  // opening the model tells of it
  std::filesystem::create_directories(folder, ignored);
  projection::ModelOptions fresh;
  fresh.directory = record.dir.Model();
  fresh.log_id = known.log_id;
  fresh.config = record.dir.config;
  auto model = projection::Rebuild(fresh, **log, content->vector, progress);
  if (!model) return tl::unexpected<Error>(model.error());
  record.log = std::move(*log);
  record.model = std::move(*model);
  return record;
}

}  // namespace tenure::library
