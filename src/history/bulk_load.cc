#include "history/bulk_load.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <iterator>
#include <limits>
#include <system_error>
#include <thread>
#include <utility>

#include "history/beside.h"
#include "history/bulk_fold.h"
#include "history/bulk_table.h"

namespace tenure::history {
namespace {

constexpr std::size_t kBytesOfRecord = 500;
// How the time of Finish falls on its steps.
constexpr double kNamed = 0.2, kFolded = 0.75;

// Rows of sorted runs as rows of the model.
class Merged {
 public:
  Merged(const Database& database, Family family, const std::vector<Run>& runs, std::string from, std::string until,
         const std::string& prefix)
      : runs_(Pointers(runs)), from_(std::move(from)), until_(std::move(until)), table_(database, family, prefix) {}

  // `each`: of each key, once.
  Result<std::vector<TableFile>> Write(const std::function<void(std::string_view)>& each) {
    RunMerge merge(runs_, from_, until_);
    std::string last;
    for (bool first = true; merge.Valid(); merge.Next()) {
      if (!first && merge.Key() == last) continue;
      first = false;
      last = merge.Key();
      if (each) each(last);
      if (auto s = table_.Put(last, merge.Value()); !s) return tl::unexpected(s.error());
    }
    if (auto health = merge.Health(); !health) return tl::unexpected(health.error());
    return table_.Finish();
  }

 private:
  const std::vector<const Run*> runs_;
  const std::string from_, until_;
  RollingTable table_;
};

bool IsIdentity(std::string_view mention) {
  Reader r(mention);
  if (r.Byte() != 'I') return false;
  r.Text();
  return r.AtEnd();
}

}  // namespace

BulkLoad::BulkLoad(const Database& database, std::string folder, std::string label, std::vector<std::string> correctors,
                   const BulkOptions& options)
    : database_(database),
      folder_(std::move(folder)),
      label_(std::move(label)),
      correctors_(std::move(correctors)),
      options_(options),
      files_(folder_, state_.files_made) {}

Result<std::unique_ptr<BulkLoad>> BulkLoad::Open(const Database& database, std::string folder, std::string label,
                                                 std::vector<std::string> correctors, const BulkOptions& options) {
  std::unique_ptr<BulkLoad> load(new BulkLoad(database, std::move(folder), std::move(label), std::move(correctors), options));
  std::error_code failed;
  std::filesystem::create_directories(load->folder_, failed);
  if (failed)
    return Fail("model_io", "making " + load->folder_ + ": " + failed.message(), "check the disk of the data directory",
                Blame::kFault);
  if (auto found = FindBulkState(load->folder_, load->label_)) load->state_ = std::move(*found);
  load->MakeWorkers();
  return load;
}

void BulkLoad::MakeWorkers() {
  RemoveOthers(folder_, state_);
  for (auto& worker : workers_) worker = std::make_unique<Scatter>(database_, files_.Next(""), options_.sort_bytes / kWorkers);
  records_ = std::make_unique<RecordTables>(database_, files_.Next(""));
}

void BulkLoad::BeginAnew() {
  state_ = {};
  MakeWorkers();
}

RecordedTime BulkLoad::LastRecorded(const TopicPartition& where) const {
  const auto at = state_.last_recorded.find(where);
  return at == state_.last_recorded.end() ? RecordedTime{std::numeric_limits<std::int64_t>::min()} : at->second;
}

std::int64_t BulkLoad::RecordsOfRound() const {
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(options_.sort_bytes / kBytesOfRecord));
}

Status BulkLoad::EndRound(const Round& round) {
  std::array<Scatter::Made, kWorkers> made;
  const auto finished = EachBeside(kWorkers, [&](std::size_t i) -> Status {
    auto one = workers_[i]->Finish();
    if (!one) return tl::unexpected(one.error());
    made[i] = std::move(*one);
    return {};
  });
  if (!finished) return finished;
  auto records = records_->Finish();
  if (!records) return tl::unexpected(records.error());
  std::move(records->begin(), records->end(), std::back_inserter(state_.tables));
  for (auto& one : made) {
    Append(state_.runs, std::move(one.runs));
    std::move(one.tables.begin(), one.tables.end(), std::back_inserter(state_.tables));
    for (std::size_t t = 0; t < one.digests.size(); ++t) state_.digests[t].Add(one.digests[t]);
    state_.events += one.events;
  }
  for (const auto& [where, next] : round.reached.next) state_.reached.next[where] = next;
  for (const auto& [where, recorded] : round.last_recorded) state_.last_recorded[where] = recorded;
  for (const auto& [where, place] : round.places) state_.places[where] = place;
  return Keep();
}

Status BulkLoad::EndScattering() {
  for (auto& worker : workers_) worker.reset();
  records_.reset();
  if (Scattered()) return {};
  state_.stage = BulkStage::kScattered;
  return Keep();
}

Status BulkLoad::Drop(std::initializer_list<Sorted> which) {
  std::vector<Run> dropped;
  for (const auto one : which) {
    auto runs = std::exchange(Of(state_.runs, one), {});
    std::move(runs.begin(), runs.end(), std::back_inserter(dropped));
  }
  if (auto s = Keep(); !s) return s;
  for (const auto& run : dropped) {
    std::error_code ignored;
    std::filesystem::remove(run.path, ignored);
  }
  return {};
}

Status BulkLoad::Name() {
  if (state_.stage == BulkStage::kNamed) return {};
  auto named = LoadNames(database_, files_, state_, correctors_, options_.sort_bytes);
  if (!named) return tl::unexpected(named.error());
  Append(state_.runs, std::move(named->runs));
  std::move(named->tables.begin(), named->tables.end(), std::back_inserter(state_.tables));
  for (std::size_t t = 0; t < named->digests.size(); ++t) state_.digests[t].Add(named->digests[t]);
  std::vector<const Run*> facts;
  std::size_t bytes = 0;
  for (const auto which : {Sorted::kBeings, Sorted::kRevokes, Sorted::kFacts})
    for (const auto& run : Of(state_.runs, which)) facts.push_back(&run), bytes += run.bytes;
  for (const auto& cut : CutsOf(facts, bytes / options_.part_bytes + 1))
    if (auto subject = BeginOfSubject(cut); state_.cuts.empty() || state_.cuts.back() < subject)
      state_.cuts.push_back(std::move(subject));
  state_.folded.assign(state_.cuts.size() + 1, false);
  state_.stage = BulkStage::kNamed;
  return Drop({Sorted::kNames});
}

Status BulkLoad::FoldOne(const FoldInput& input, std::size_t part) {
  const std::string from = part == 0 ? "" : state_.cuts[part - 1], until = part == state_.cuts.size() ? "" : state_.cuts[part];
  std::string prefix;
  {
    const std::lock_guard lock(mutex_);
    if (state_.folded[part]) return {};
    prefix = files_.Next("");
  }
  auto folded = FoldPart(input, from, until, prefix);
  if (!folded) return tl::unexpected(folded.error());
  const std::lock_guard lock(mutex_);
  Append(state_.runs, std::move(folded->runs));
  std::move(folded->tables.begin(), folded->tables.end(), std::back_inserter(state_.tables));
  for (std::size_t t = 0; t < folded->digests.size(); ++t) state_.digests[t].Add(folded->digests[t]);
  state_.folded[part] = true;
  return Keep();
}

Status BulkLoad::Fold(const std::function<void(double)>& progress) {
  auto flags = FlagsByPosition::Read(Of(state_.runs, Sorted::kFlags));
  if (!flags) return tl::unexpected(flags.error());
  BulkState seen;  // which the parts don't change
  seen.runs = state_.runs;
  seen.tables = state_.tables;
  FoldInput input{database_, seen, *flags, {}, options_.checkpoint_every, options_.sort_bytes / 4};
  auto incarnations = LoadIncarnations(input);
  if (!incarnations) return tl::unexpected(incarnations.error());
  input.incarnations = std::move(*incarnations);
  const auto me = std::this_thread::get_id();
  const std::size_t parts = state_.folded.size();
  std::atomic<std::size_t> done{0};
  const auto folded = EachBeside(parts, [&](std::size_t i) {
    auto one = FoldOne(input, i);
    ++done;
    if (progress && std::this_thread::get_id() == me)
      progress(kNamed + (kFolded - kNamed) * static_cast<double>(done) / static_cast<double>(parts));
    return one;
  });
  if (!folded) return folded;
  incarnations_ = std::move(input.incarnations);
  return Drop(
      {Sorted::kRevokes, Sorted::kFacts});  // those of beings tell of incarnations once more, should the rest be done again
}

// What is sorted by now, and what an earlier attempt may have half done: all of it is made again.
Status BulkLoad::MakeTables() {
  struct Task {
    Family family;
    Sorted which;
    std::string from, until, prefix;
  };
  std::vector<Task> tasks;
  std::size_t bytes = 0;
  for (const auto& run : Of(state_.runs, Sorted::kObjects)) bytes += run.bytes;
  auto cuts = CutsOf(Pointers(Of(state_.runs, Sorted::kObjects)), bytes / options_.part_bytes + 1);
  cuts.insert(cuts.begin(), "");
  for (std::size_t i = 0; i < cuts.size(); ++i)
    tasks.push_back({Family::kObject, Sorted::kObjects, cuts[i], i + 1 < cuts.size() ? cuts[i + 1] : "", files_.Next("object")});
  tasks.push_back({Family::kMention, Sorted::kMentions, "", "", files_.Next("mention")});
  tasks.push_back({Family::kHorizon, Sorted::kHorizons, "", "", files_.Next("horizon")});
  tasks.push_back({Family::kTaint, Sorted::kTaints, "", "", files_.Next("taint")});
  std::vector<TableFile> made;
  const auto written = EachBeside(tasks.size(), [&](std::size_t i) -> Status {
    const Task& task = tasks[i];
    std::int64_t identities = 0;
    Merged merged(database_, task.family, Of(state_.runs, task.which), task.from, task.until, task.prefix);
    auto tables = merged.Write([&](std::string_view key) { identities += task.family == Family::kMention && IsIdentity(key); });
    if (!tables) return tl::unexpected(tables.error());
    const std::lock_guard lock(mutex_);
    identities_ += identities;
    std::move(tables->begin(), tables->end(), std::back_inserter(last_tables_));
    return {};
  });
  if (!written) return written;
  RollingTable rows(database_, Family::kMeta, files_.Next("meta"));
  for (const auto& [key, value] : incarnations_)
    if (auto s = rows.Put(key, value); !s) return s;
  auto tables = rows.Finish();
  if (!tables) return tl::unexpected(tables.error());
  std::move(tables->begin(), tables->end(), std::back_inserter(last_tables_));
  return {};
}

Result<BulkLoaded> BulkLoad::Finish(const std::function<void(double)>& progress) {
  if (auto s = EndScattering(); !s) return tl::unexpected(s.error());
  if (auto s = Name(); !s) return tl::unexpected(s.error());
  if (progress) progress(kNamed);
  if (auto s = Fold(progress); !s) return tl::unexpected(s.error());
  if (auto s = MakeTables(); !s) return tl::unexpected(s.error());
  BulkLoaded out;
  out.tables = state_.tables;
  std::move(last_tables_.begin(), last_tables_.end(), std::back_inserter(out.tables));
  out.projected = state_.reached;
  out.last_recorded = state_.last_recorded;
  out.places = state_.places;
  out.digests = state_.digests;
  out.events = state_.events;
  out.identities = identities_;
  if (progress) progress(1);
  return out;
}

}  // namespace tenure::history
