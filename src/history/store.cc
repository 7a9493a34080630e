#include "history/store.h"

#include <algorithm>
#include <filesystem>
#include <limits>
#include <system_error>
#include <utility>

#include "history/applier.h"
#include "history/bulk_load.h"
#include "history/views.h"

namespace tenure::history {
namespace {

constexpr char kFormatKey[] = "M:format";
constexpr char kLogKey[] = "M:log";
constexpr char kConfigKey[] = "M:config";
constexpr char kStateKey[] = "M:state";
const std::string kPlacePrefix = "M:place:";

constexpr std::int64_t kNothingRecorded = std::numeric_limits<std::int64_t>::min();

// Each holds a snapshot of the database, and they are for questions that are a moment old.
constexpr std::size_t kStatesKept = 4;
// Older knowledge that is asked about again and again; each is small but for its pages, which go when others are asked for more.
constexpr std::size_t kPastsKept = 64;
// What was left out is asked about again by the next question of the same inquiry.
constexpr std::size_t kForksKept = 4;
constexpr std::size_t kForkBytesMin = 4u << 20;

std::string_view BytesOf(const Hash256& h) { return {reinterpret_cast<const char*>(h.data()), h.size()}; }

std::string PlaceKey(const TopicPartition& where) { return kPlacePrefix + RecordKey({where.topic, where.partition, 0}); }
// REQUIRED: it has a last record.
std::string PackPlace(const TopicPartition& where, const Place& place) {
  return RecordKey({where.topic, where.partition, *place.last}) + std::string(BytesOf(place.hash));
}

}  // namespace

Result<std::unique_ptr<Store>> Store::Open(const StoreOptions& options) {
  std::unique_ptr<Store> store(new Store(options));
  auto db = Database::Open(options.database);
  if (!db) return tl::unexpected(db.error());
  store->db_ = std::move(*db);
  store->pages_ = std::make_shared<Pages>(options.database.memory_bytes / 2);
  store->index_ = std::make_shared<StandingIndex>(*store->pages_);
  if (auto s = store->Begin(); !s) return tl::unexpected(s.error());
  return store;
}

Status Store::Begin() {
  auto rows = db_->NewSnapshot();
  auto format = rows->Get(Family::kMeta, kFormatKey);
  if (!format) return tl::unexpected(format.error());
  if (!*format) {
    if (options_.database.read_only) {  // the writer has not begun: an empty model
      Publish({}, nullptr);
      return {};
    }
    auto batch = db_->NewBatch();
    batch->Put(Family::kMeta, kFormatKey, std::string(1, static_cast<char>(kModelFormat)));
    batch->Put(Family::kMeta, kLogKey, options_.log_id);
    batch->Put(Family::kMeta, kConfigKey, BytesOf(options_.config_hash));
    batch->Put(Family::kMeta, kStateKey, PackState({}));
    if (auto s = batch->Commit(); !s) return s;
    Publish({}, nullptr);
    return {};
  }
  if (auto s = CheckLabel(*rows); !s) return s;
  auto state = ReadState(*rows);
  if (!state) return tl::unexpected(state.error());
  if (!options_.database.read_only && !state->projected.next.empty()) {
    std::error_code ignored;  // of a load that was killed when it had been taken in
    std::filesystem::remove_all(BulkFolder(), ignored);
  }
  Publish(std::move(*state), nullptr);
  return {};
}

std::shared_ptr<const Store::Published> Store::Now() const {
  const std::lock_guard lock(now_mutex_);
  return now_;
}

std::shared_ptr<const Store::Published> Store::StateOf(const PositionVector& v) const {
  const std::lock_guard lock(now_mutex_);
  if (now_->state.projected == v) return now_;
  for (const auto& state : before_)
    if (state->state.projected == v) return state;
  return nullptr;
}

std::optional<RecordedTime> Store::GreatestRecorded(const PositionVector& v) const {
  const auto state = StateOf(v);
  if (!state) return std::nullopt;
  std::optional<RecordedTime> greatest;
  for (const auto& [where, recorded] : state->state.last_recorded)
    if (recorded.us != kNothingRecorded && (!greatest || *greatest < recorded)) greatest = recorded;
  return greatest;
}

// REQUIRED: nothing is written between the state's commit and this.
void Store::Publish(State state, const std::unordered_set<std::string>* touched) {
  const auto before = Now();
  const std::int64_t epoch = before ? before->current.epoch + 1 : 0;
  auto fresh = std::make_shared<const Published>(
      Published{std::move(state), {db_->NewSnapshot(), pages_, index_, epoch, std::make_shared<StateMemo>()}});
  pages_->Begin(epoch, touched);
  index_->Begin(epoch, touched);
  const std::lock_guard lock(now_mutex_);
  forks_.clear();
  if (touched == nullptr) before_.clear();
  else if (now_) before_.push_front(now_);
  if (before_.size() > kStatesKept) before_.pop_back();
  now_.swap(fresh);
}

std::unique_ptr<const Store> Store::Pinned() const {
  std::unique_ptr<Store> pinned(new Store(options_));
  pinned->db_ = db_;
  pinned->pages_ = pages_;
  pinned->index_ = index_;
  pinned->now_ = Now();
  return pinned;
}

Status Store::CheckLabel(const Rows& rows) const {
  auto format = rows.Get(Family::kMeta, kFormatKey);
  auto log = rows.Get(Family::kMeta, kLogKey);
  auto config = rows.Get(Family::kMeta, kConfigKey);
  if (!format || !log || !config)
    return Fail("model_io", "the read model's label cannot be read", "check the disk", Blame::kFault);
  const int found = format->value_or("").empty() ? 0 : static_cast<std::uint8_t>((**format)[0]);
  if (found != kModelFormat)
    return Fail("model_format_unknown",
                "the read model has format " + std::to_string(found) + ", this tenure reads " + std::to_string(kModelFormat),
                "use the tenure that wrote it, or `tenure rebuild` to make it again from the log", Blame::kFault);
  if (log->value_or("") != options_.log_id)
    return Fail("model_other_log", "the read model was made from another log (" + log->value_or("") + ")",
                "point --data at the right directory, or `tenure rebuild`", Blame::kFault);
  if (config->value_or("") != BytesOf(options_.config_hash))
    return Fail("model_other_config", "the read model was made with other correctors", "`tenure rebuild` makes it again",
                Blame::kFault);
  return {};
}

std::string Store::PackState(const State& s) {
  ValueWriter w;
  w.Varint(static_cast<std::uint64_t>(s.events)).Varint(static_cast<std::uint64_t>(s.identities));
  for (const auto& d : s.digests) w.Raw(d.Bytes());
  w.Varint(s.projected.next.size());
  for (const auto& [tp, next] : s.projected.next) {
    w.At({tp.topic, tp.partition, next});
    const auto last = s.last_recorded.find(tp);
    w.Time(last == s.last_recorded.end() ? kNothingRecorded : last->second.us);
  }
  return w.Take();
}

Result<Store::State> Store::ReadState(const Rows& rows) {
  auto bytes = rows.Get(Family::kMeta, kStateKey);
  if (!bytes) return tl::unexpected(bytes.error());
  const std::string state = bytes->value_or("");
  Reader r(state);
  State s;
  s.events = static_cast<std::int64_t>(r.Varint());
  s.identities = static_cast<std::int64_t>(r.Varint());
  for (auto& d : s.digests) d = Digest::FromBytes(r.Cut(32));
  for (auto n = r.Varint(); n > 0 && r.Ok(); --n) {
    const Position p = r.At();
    s.projected.next[p.Where()] = p.offset;
    s.last_recorded[p.Where()] = RecordedTime{r.Time()};
  }
  if (!r.Ok()) return Fail("model_corrupt", "the read model's state cannot be read", "run `tenure rebuild`", Blame::kFault);
  return s;
}

RecordedTime Store::LastRecorded(const TopicPartition& where) const {
  const auto now = Now();
  const auto it = now->state.last_recorded.find(where);
  return it == now->state.last_recorded.end() ? RecordedTime{kNothingRecorded} : it->second;
}

Status Store::Apply(std::vector<Incoming> records, const std::map<TopicPartition, Place>& places, Commit commit) {
  State next = Now()->state;
  auto batch = db_->NewBatch();
  std::vector<Prepared> events;  // outlive the applier
  std::optional<Applier> applying(std::in_place, *batch, options_.correctors, next.digests, known_refs_);
  Applier& applier = *applying;
  std::vector<StoredEvent> stored;
  stored.reserve(records.size());
  for (auto& incoming : records) {
    next.projected.next[incoming.position.Where()] = incoming.position.offset + 1;
    next.last_recorded[incoming.position.Where()] = incoming.recorded;
    if (auto* event = std::get_if<StoredEvent>(&incoming.record)) stored.push_back(std::move(*event));
    else if (auto s = applier.AddDeadLetter(incoming.position, std::get<StoredDeadLetter>(incoming.record)); !s) return s;
  }
  events = PrepareAll(std::move(stored));
  next.events += static_cast<std::int64_t>(events.size());
  if (auto s = applier.Expect(events); !s) return s;
  for (const auto& event : events)
    if (auto s = applier.Add(event); !s) return s;
  for (const auto& [where, place] : places) {
    next.projected.next[where] = std::max(next.projected.Next(where), place.next);
    if (!place.last) continue;
    batch->Put(Family::kMeta, PlaceKey(where), PackPlace(where, place));
  }
  if (auto s = applier.Finish(); !s) return s;
  next.identities += applier.NewRefs();
  batch->Put(Family::kMeta, kStateKey, PackState(next));
  const auto touched = applier.TakeTouched();
  applying.reset();  // what it reads with belongs to the batch
  if (commit == Commit::kBehind) {
    if (auto s = db_->CommitBehind(std::move(batch)); !s) return FallBack(s);
    behind_ = true;
  } else {
    if (auto s = Settle(); !s) return s;
    if (auto s = batch->Commit(); !s) {
      known_refs_.clear();  // it may remember what was not written
      return s;
    }
  }
  Publish(std::move(next), &touched);
  return {};
}

Result<std::unique_ptr<BulkLoad>> Store::BeginBulk(const BulkOptions& options) const {
  std::string label = KeyWriter()
                          .Byte(kModelFormat)
                          .Big32(static_cast<std::uint32_t>(kProjectionVersion))
                          .Raw(BytesOf(options_.config_hash))
                          .Raw(options_.log_id)
                          .Take();
  return BulkLoad::Open(*db_, BulkFolder(), std::move(label), options_.correctors, options);
}

bool Store::HasBulk() const {
  std::error_code ignored;
  return std::filesystem::exists(BulkFolder(), ignored);
}

Status Store::TakeIn(BulkLoaded loaded) {
  State next;
  next.projected = std::move(loaded.projected);
  next.last_recorded = std::move(loaded.last_recorded);
  next.digests = loaded.digests;
  next.events = loaded.events;
  next.identities = loaded.identities;
  auto table = db_->NewTable(Family::kMeta, BulkFolder() + "/state.sst");
  if (!table) return tl::unexpected(table.error());
  for (const auto& [where, place] : loaded.places)
    if (place.last)
      if (auto s = (*table)->Put(PlaceKey(where), PackPlace(where, place)); !s) return s;
  if (auto s = (*table)->Put(kStateKey, PackState(next)); !s) return s;
  auto file = (*table)->Finish();
  if (!file) return tl::unexpected(file.error());
  loaded.tables.push_back(std::move(*file));
  if (auto s = db_->TakeIn(loaded.tables); !s) return s;
  std::error_code ignored;  // what stays goes when the model is opened
  std::filesystem::remove_all(BulkFolder(), ignored);
  known_refs_.clear();
  return Begin();
}

Status Store::Settle() {
  if (auto settled = db_->Settle(); !settled) return FallBack(settled);
  if (!std::exchange(behind_, false)) return {};
  // The same state, read from the database instead of from what was on its way there.
  const auto now = Now();
  CurrentState current = now->current;
  current.rows = db_->NewSnapshot();
  auto written = std::make_shared<const Published>(Published{now->state, std::move(current)});
  const std::lock_guard lock(now_mutex_);
  now_.swap(written);
  return {};
}

Status Store::FallBack(const Status& why) {
  known_refs_.clear();
  if (auto begun = Begin(); !begun) return begun;
  return why;
}

Result<std::map<TopicPartition, Place>> Store::Places() const {
  std::map<TopicPartition, Place> places;
  const auto now = Now();
  auto c = now->current.rows->Scan(Family::kMeta);
  for (c->Seek(kPlacePrefix); c->ValidWithin(kPlacePrefix); c->Next()) {
    Reader value(c->Value());
    const Position last = value.At();
    const auto hash = value.Rest();
    Place place{now->state.projected.Next(last.Where()), last.offset, {}, LastRecorded(last.Where())};
    if (!value.Ok() || hash.size() != place.hash.size())
      return Fail("model_corrupt", "the row of a partition's last record can't be read", "run `tenure rebuild`", Blame::kFault);
    std::copy(hash.begin(), hash.end(), place.hash.begin());
    places[last.Where()] = place;
  }
  if (auto health = c->Health(); !health) return tl::unexpected(health.error());
  return places;
}

Status Store::Refresh() {
  if (auto s = db_->Refresh(); !s) return s;
  return Begin();
}

Result<std::unique_ptr<FactView>> Store::View(const PositionVector& v) const {
  const auto now = Now();
  if (!now->state.projected.Covers(v))
    return Fail("vector_not_projected", "the position lies beyond what is projected",
                "wait until it is projected, or append with this directory", Blame::kUnavailable);
  if (const auto state = StateOf(v)) return MakeCurrentView(state->current, v, options_.correctors);
  PastState past = *PastOf(v);
  past.rows = now->current.rows;
  past.epoch = now->current.epoch;
  return MakePastView(past, v, options_.correctors);
}

std::shared_ptr<const Fork> Store::ForkOf(const PositionVector& v, const std::vector<EventName>& without,
                                          std::int64_t epoch) const {
  const std::lock_guard lock(now_mutex_);
  for (const auto& kept : forks_)
    if (kept.epoch == epoch && kept.v == v && kept.without == without) return kept.fork;
  return nullptr;
}

Result<std::unique_ptr<FactView>> Store::ViewWithout(const PositionVector& v, std::vector<EventName> without) const {
  std::sort(without.begin(), without.end());
  without.erase(std::unique(without.begin(), without.end()), without.end());
  if (without.empty()) return View(v);
  const auto now = Now();
  if (!now->state.projected.Covers(v)) return View(v);  // says why not
  const std::int64_t epoch = now->current.epoch;
  if (const auto kept = ForkOf(v, without, epoch)) return kept->View();
  auto fork = Fork::Make(now->current.rows, now->state.projected == v, v, without, fork_correctors_,
                         std::max(options_.database.memory_bytes / 16, kForkBytesMin));
  if (!fork) return tl::unexpected(fork.error());
  {
    const std::lock_guard lock(now_mutex_);
    forks_.push_front({v, std::move(without), epoch, *fork});
    if (forks_.size() > kForksKept) forks_.pop_back();
  }
  return (*fork)->View();
}

std::shared_ptr<const PastState> Store::PastOf(const PositionVector& v) const {
  const std::lock_guard lock(now_mutex_);
  const auto known = std::find_if(past_.begin(), past_.end(), [&](const auto& one) { return one.first == v; });
  auto state = known != past_.end() ? known->second
                                    : std::make_shared<const PastState>(
                                          PastState{nullptr, pages_, 0, pages_->NewKnowledge(), std::make_shared<StateMemo>()});
  if (known != past_.end()) past_.erase(known);
  past_.emplace_front(v, state);
  if (past_.size() > kPastsKept) past_.pop_back();
  return state;
}

}  // namespace tenure::history
