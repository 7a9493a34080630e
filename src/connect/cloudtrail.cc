#include "connect/cloudtrail.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "connect/byte_stream.h"
#include "connect/input_files.h"
#include "connect/managed_policies.h"
#include "connect/outbox.h"
#include "connect/policy_versions.h"
#include "connect/record_mapper.h"
#include "connect/record_scanner.h"
#include "event/codec.h"

namespace tenure::connect {
namespace {

constexpr std::int64_t kProgressEveryRecords = 1'000;
constexpr std::size_t kIgnoredKindsMax = 64;

}  // namespace

struct CloudTrailImport::Run {
  Run(CloudTrailOptions given, BatchSink sink)
      : options(std::move(given)),
        mapper(options.usage),
        order(options.recorded),
        outbox(std::move(sink), summary, [this](const Origin& origin, Error error) { Refuse(origin, std::move(error)); }) {}

  Status ReadFile(const InputFile& file);
  Status TakeRecord(const Origin& origin, std::string_view text);
  Status TakeMapped(const Origin& origin, MappedRecord mapped);
  Status KnowManagedPolicy(const Origin& origin, const std::string& arn);
  Status HandOverOlderHalf();
  Status HandOver(std::vector<ChangeRecord> records);
  Status AddPolicyContents();
  void GatherGaps();
  void Refuse(const Origin& origin, Error error);
  void Tell(bool now);

  RecordScanner ScannerOf(std::int32_t file);

  CloudTrailOptions options;
  CloudTrailSummary summary;
  RecordMapper mapper;
  CausalOrder order;
  Outbox outbox;
  PolicyVersions versions;
  std::vector<std::string> files;  // Origin::file points here
  std::vector<ChangeRecord> held;
  std::size_t held_bytes = 0;
  std::set<std::string> managed_policies;  // that were looked up
  std::int64_t done_bytes = 0, all_bytes = 0;
};

CloudTrailImport::CloudTrailImport(CloudTrailOptions options, BatchSink sink)
    : run_(std::make_unique<Run>(std::move(options), std::move(sink))) {}
CloudTrailImport::~CloudTrailImport() = default;
const CloudTrailSummary& CloudTrailImport::Summary() const { return run_->summary; }

Status CloudTrailImport::Add(const std::vector<std::string>& paths) {
  std::vector<InputFile> all;
  for (const auto& path : paths) {
    auto found = FilesOf(path);
    if (!found) {
      run_->files.push_back(path);
      run_->Refuse({static_cast<std::int32_t>(run_->files.size()) - 1, 0}, found.error());
      continue;
    }
    for (auto& file : *found) {
      run_->all_bytes += file.bytes;
      all.push_back(std::move(file));
    }
  }
  for (const auto& file : all)
    if (auto ok = run_->ReadFile(file); !ok) return ok;
  return {};
}

Status CloudTrailImport::AddText(const std::string& name, std::string_view text) {
  run_->files.push_back(name);
  ++run_->summary.files;
  auto scanner = run_->ScannerOf(static_cast<std::int32_t>(run_->files.size()) - 1);
  auto ok = scanner.Feed(text);
  if (ok) scanner.Finish();
  return ok;
}

Status CloudTrailImport::Finish() {
  if (auto ok = run_->HandOver(std::exchange(run_->held, {})); !ok) return ok;
  if (auto ok = run_->outbox.Flush(); !ok) return ok;
  if (auto ok = run_->AddPolicyContents(); !ok) return ok;
  run_->GatherGaps();
  run_->Tell(true);
  return {};
}

RecordScanner CloudTrailImport::Run::ScannerOf(std::int32_t file) {
  return RecordScanner(
      kRecordBytesMax,
      [this, file](std::int64_t number, std::string_view text) {
        ++summary.records;
        return TakeRecord({file, number}, text);
      },
      [this, file](std::int64_t number, Error error) {
        ++summary.records;
        Refuse({file, number}, std::move(error));
      });
}

// A stream that breaks off was never whole: what the scanner would say of its end adds nothing.
Status CloudTrailImport::Run::ReadFile(const InputFile& file) {
  files.push_back(file.path);
  ++summary.files;
  const auto index = static_cast<std::int32_t>(files.size()) - 1;
  auto scanner = ScannerOf(index);
  const std::int64_t before = done_bytes;
  bool stopped = false;
  const auto read = ReadBytes(file.path, [&](std::string_view piece, std::int64_t file_bytes) {
    done_bytes = before + file_bytes;
    auto ok = scanner.Feed(piece);
    stopped = !ok;
    return ok;
  });
  if (stopped) return read;
  if (read) scanner.Finish();
  else Refuse({index, scanner.Records() == 0 ? 0 : scanner.Records() + 1}, read.error());
  Tell(true);
  return {};
}

Status CloudTrailImport::Run::TakeRecord(const Origin& origin, std::string_view text) {
  Tell(false);
  auto mapped = mapper.Map(text);
  if (mapped) return TakeMapped(origin, std::move(*mapped));
  Refuse(origin, std::move(mapped.error()));
  return {};
}

Status CloudTrailImport::Run::TakeMapped(const Origin& origin, MappedRecord mapped) {
  for (auto& remark : mapped.remarks) {
    ++summary.gaps_count;
    if (summary.gaps.size() < kListedMax) summary.gaps.push_back({std::move(remark.ref), std::move(remark.text), mapped.time});
  }
  if (const auto* ignored = std::get_if<Ignored>(&mapped.what)) {
    if (summary.ignored.size() < kIgnoredKindsMax || summary.ignored.contains(ignored->kind)) ++summary.ignored[ignored->kind];
    return {};
  }
  if (!mapped.managed_policy.empty())
    if (auto ok = KnowManagedPolicy(origin, mapped.managed_policy); !ok) return ok;
  if (auto* used = std::get_if<Event>(&mapped.what)) {
    std::vector<Event> one;
    one.push_back(std::move(*used));
    return outbox.Put(std::move(one), origin);
  }
  auto& change = std::get<ChangeRecord>(mapped.what);
  change.origin = origin;
  held_bytes += change.bytes;
  held.push_back(std::move(change));
  return held_bytes > kHeldBytesMax ? HandOverOlderHalf() : Status{};
}

Status CloudTrailImport::Run::KnowManagedPolicy(const Origin& origin, const std::string& arn) {
  auto definition = ManagedPolicyDefinition(arn);
  if (!definition || !managed_policies.insert(arn).second) return {};
  auto complete = event::Complete(std::move(*definition));
  if (!complete) return tl::unexpected(complete.error());
  std::vector<Event> one;
  one.push_back(std::move(*complete));
  return outbox.Put(std::move(one), origin);
}

// One second stays together. If all that is held is of one second, it goes as a whole.
Status CloudTrailImport::Run::HandOverOlderHalf() {
  const auto middle = held.begin() + static_cast<std::ptrdiff_t>(held.size() / 2);
  std::ranges::nth_element(held, middle, {}, &ChangeRecord::time);
  const EffectiveTime cut = middle->time;
  auto newer = std::ranges::partition(held, [&](const ChangeRecord& r) { return r.time < cut; });
  if (newer.begin() == held.begin()) newer = {held.end(), held.end()};
  std::vector<ChangeRecord> older(std::make_move_iterator(held.begin()), std::make_move_iterator(newer.begin()));
  held.erase(held.begin(), newer.begin());
  held_bytes = 0;
  for (const auto& record : held) held_bytes += record.bytes;
  return HandOver(std::move(older));
}

Status CloudTrailImport::Run::HandOver(std::vector<ChangeRecord> records) {
  if (auto ok = order.Arrange(records); !ok) return ok;
  for (auto& record : records) {
    for (const auto& event : record.events) versions.Note(event);
    if (auto ok = outbox.Put(std::move(record.events), record.origin); !ok) return ok;
  }
  return {};
}

Status CloudTrailImport::Run::AddPolicyContents() {
  auto contents = versions.Resolve(options.recorded);
  if (!contents) return tl::unexpected(contents.error());
  for (auto& event : *contents) {
    std::vector<Event> one;
    one.push_back(std::move(event));
    if (auto ok = outbox.Put(std::move(one), {-1, 0}); !ok) return ok;
  }
  return outbox.Flush();
}

void CloudTrailImport::Run::GatherGaps() {
  for (const auto& lost : order.LostEnds()) {
    ++summary.gaps_count;
    if (summary.gaps.size() >= kListedMax) continue;
    summary.gaps.push_back(
        {lost.subject, "deleted, and no end was seen of: " + lost.what + " (begun by " + lost.began_in + ")", lost.at});
  }
  std::ranges::sort(summary.gaps, [](const EvidenceGap& a, const EvidenceGap& b) {
    return std::tie(a.at, a.ref, a.text) < std::tie(b.at, b.ref, b.text);
  });
  summary.gaps_complete = !order.Full();
}

void CloudTrailImport::Run::Refuse(const Origin& origin, Error error) {
  ++summary.refused_count;
  if (summary.refused.size() >= kListedMax) return;
  const bool known = origin.file >= 0 && static_cast<std::size_t>(origin.file) < files.size();
  summary.refused.push_back(
      {known ? files[static_cast<std::size_t>(origin.file)] : std::string(), origin.record, std::move(error)});
}

void CloudTrailImport::Run::Tell(bool now) {
  if (!options.progress || files.empty() || (!now && summary.records % kProgressEveryRecords != 0)) return;
  options.progress(files.back(), done_bytes, all_bytes, summary.records);
}

}  // namespace tenure::connect
