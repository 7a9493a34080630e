#include "projection/read_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <mutex>

#include "history/bulk_load.h"
#include "history/taint.h"
#include "projection/incoming.h"

namespace tenure::projection {
namespace {

using history::Family;

// Which vector a recorded time stands for, as long as nothing more is projected. Thread safety: any call from any thread.
class VectorMemo {
 public:
  std::optional<PositionVector> Of(const PositionVector& projected, RecordedTime k) {
    const std::lock_guard lock(mutex_);
    const auto known = projected == projected_ ? known_.find(k) : known_.end();
    return known == known_.end() ? std::nullopt : std::optional<PositionVector>(known->second);
  }
  void Keep(const PositionVector& projected, RecordedTime k, const PositionVector& v) {
    const std::lock_guard lock(mutex_);
    if (projected != projected_ || known_.size() >= kKept) known_.clear();
    projected_ = projected;
    known_[k] = v;
  }

 private:
  static constexpr std::size_t kKept = 1024;
  std::mutex mutex_;
  PositionVector projected_;
  std::map<RecordedTime, PositionVector> known_;
};

// Less would make runs too short to be worth a file.
constexpr std::size_t kSortBytesLeast = 96u << 20;

class Model : public ReadModel {
 public:
  Model(ModelOptions options, std::shared_ptr<const history::Store> store, history::Store* applied)
      : options_(std::move(options)), store_(std::move(store)), applied_(applied) {}

  Status Apply(const std::vector<log::Record>& records, const PositionVector& reached) override {
    return ApplyDecoded(Decode(decoder_, records, !reached.next.empty()), reached, history::Commit::kNow);
  }

  Status ApplyDecoded(Decoded decoded, const PositionVector& reached, history::Commit commit) override {
    const PositionVector projected = store_->Projected();
    std::map<TopicPartition, history::Place> places;
    for (const auto& [where, next] : reached.next)
      if (next > projected.Next(where)) places[where].next = next;
    std::map<TopicPartition, std::pair<std::int64_t, RecordedTime>> at;  // next offset, running recorded time
    std::vector<history::Incoming>& records = decoded.records;
    std::size_t taken = 0;
    for (auto& record : records) {
      if (record.position.topic == Topic::kDeadLetter) continue;
      const auto where = record.position.Where();
      auto it = at.find(where);
      if (it == at.end()) it = at.try_emplace(where, projected.Next(where), store_->LastRecorded(where)).first;
      auto& [next, recorded] = it->second;
      if (record.position.offset < next) continue;
      recorded = std::max(recorded, record.recorded);
      next = record.position.offset + 1;
      SetRecorded(record, recorded);
      if (const auto place = places.find(where); place != places.end()) place->second.last = record.position.offset;
      if (&records[taken] != &record) records[taken] = std::move(record);
      ++taken;
    }
    records.erase(records.begin() + static_cast<std::ptrdiff_t>(taken), records.end());
    if (records.empty() && places.empty()) return {};
    for (auto& [where, place] : places)
      if (place.last) place.hash = decoded.last.at(where);
    if (applied_ == nullptr) return TakesNothing();
    return applied_->Apply(std::move(records), places, commit);
  }
  Status Settle() override { return applied_ == nullptr ? Status() : applied_->Settle(); }
  bool IsForBulk(std::int64_t records) const override {
    return store_->Projected().next.empty() && (records >= options_.bulk_from || store_->HasBulk());
  }
  Result<std::unique_ptr<history::BulkLoad>> BeginBulk() const override {
    history::BulkOptions how = options_.bulk;
    if (how.sort_bytes == 0) how.sort_bytes = std::max(kSortBytesLeast, options_.memory_bytes / 4);
    return store_->BeginBulk(how);
  }
  Status TakeIn(history::BulkLoaded loaded) override {
    return applied_ == nullptr ? TakesNothing() : applied_->TakeIn(std::move(loaded));
  }
  Result<std::map<TopicPartition, history::Place>> Places() const override { return store_->Places(); }
  Status Refresh() override { return applied_ == nullptr ? Status() : applied_->Refresh(); }
  std::unique_ptr<ReadModel> Pinned() const override { return std::make_unique<Model>(options_, store_->Pinned(), nullptr); }
  PositionVector Projected() const override { return store_->Projected(); }
  Result<std::unique_ptr<history::FactView>> View(const PositionVector& v) const override { return store_->View(v); }
  Result<std::unique_ptr<history::FactView>> ViewWithout(const PositionVector& v,
                                                         const std::vector<EventName>& without) const override {
    return store_->ViewWithout(v, without);
  }

  Result<PositionVector> VectorAt(RecordedTime k) const override {
    PositionVector v;
    const PositionVector projected = store_->Projected();
    if (auto before = vectors_.Of(projected, k)) return *before;
    auto rows = store_->Snapshot();
    for (const auto& [where, next] : projected.next) {
      auto known = FirstAfter(*rows, where, next, k);
      if (!known) return tl::unexpected(known.error());
      if (*known > 0) v.next[where] = *known;
    }
    vectors_.Keep(projected, k, v);
    return v;
  }

  Result<std::optional<RecordedTime>> GreatestRecorded(const PositionVector& v) const override {
    std::optional<RecordedTime> greatest = store_->GreatestRecorded(v);
    if (greatest) return greatest;
    auto rows = store_->Snapshot();
    for (const auto& [where, next] : v.next) {
      auto last = LastBefore(*rows, where, next);
      if (!last) return tl::unexpected(last.error());
      if (*last && (!greatest || *greatest < **last)) greatest = **last;
    }
    return greatest;
  }

  Result<std::optional<RecordedTime>> FirstRecorded() const override { return FirstBeyond({}); }

  Result<std::optional<RecordedTime>> FirstBeyond(const PositionVector& v) const override {
    std::optional<RecordedTime> first;
    const PositionVector projected = store_->Projected();
    auto rows = store_->Snapshot();
    for (const auto& [where, next] : projected.next) {
      if (next <= v.Next(where)) continue;
      auto c = rows->Scan(Family::kRecord);
      c->Seek(history::RecordKey({where.topic, where.partition, v.Next(where)}));
      if (auto health = c->Health(); !health) return tl::unexpected(health.error());
      if (!c->ValidWithin(PartitionPrefix(where))) continue;
      const RecordedTime recorded = RecordedOf(c->Value());
      if (!first || recorded < *first) first = recorded;
    }
    return first;
  }

  Result<RecordedTime> RecordedAt(const Position& position) const override {
    auto bytes = store_->Snapshot()->Get(Family::kRecord, history::RecordKey(position));
    if (!bytes) return tl::unexpected(bytes.error());
    if (!*bytes) return Fail("position_not_found", "no record is projected at this position", "", Blame::kCaller);
    return RecordedOf(**bytes);
  }

  Result<std::optional<Known>> Find(const EventName& name) const override { return FindIn(*store_->Snapshot(), name); }

  Result<std::vector<std::optional<Known>>> FindAll(const std::vector<const EventName*>& names) const override {
    const auto rows = store_->Snapshot();
    std::vector<std::optional<Known>> all;
    all.reserve(names.size());
    for (const EventName* name : names) {
      auto found = FindIn(*rows, *name);
      if (!found) return tl::unexpected(found.error());
      all.push_back(*found);
    }
    return all;
  }

  Result<history::EventState> StateOf(const Position& position, const PositionVector& v) const override {
    auto rows = store_->Snapshot();
    auto record = history::ReadRecord(*rows, position);
    if (!record) return tl::unexpected(record.error());
    if (!*record) return Fail("position_not_found", "no record is projected at this position", "", Blame::kCaller);
    const auto* e = std::get_if<history::StoredEvent>(&**record);
    if (e == nullptr) return history::EventState::kDeadLetter;
    return history::Settlement(*rows, &v, store_->Correctors()).StateOf(*e);
  }

  Result<std::vector<ModelDeadLetter>> DeadLetters(const PositionVector& v) const override {
    auto rows = store_->Snapshot();
    history::Settlement settlement(*rows, &v, store_->Correctors());
    history::Folder folder(*rows, &v, &settlement);
    auto entries = history::DeadLettersIn(*rows, v, settlement, folder);
    if (!entries) return tl::unexpected(entries.error());
    std::vector<ModelDeadLetter> out;
    for (auto& e : *entries)
      out.push_back({e.position, e.recorded, e.reason, e.text, e.key, e.name, e.type ? std::string(event::TypeName(*e.type)) : "",
                     e.time, e.state, e.resolved_by});
    return out;
  }

  std::vector<std::pair<std::string, std::string>> Digests() const override {
    std::vector<std::pair<std::string, std::string>> out;
    for (int t = 0; t < history::kTables; ++t)
      out.emplace_back(history::TableName(static_cast<history::Table>(t)),
                       store_->TableDigests()[static_cast<std::size_t>(t)].Hex());
    return out;
  }
  std::string DigestLabel() const override {
    std::string config;
    for (auto byte : options_.config.Hash()) config += fmt::format("{:02x}", byte);
    return fmt::format("model {} projection {} config {}", history::kModelFormat, history::kProjectionVersion,
                       config.substr(0, 16));
  }
  Result<std::vector<std::string>> Compare(const ReadModel& other, const std::string& table, std::size_t max) const override;
  StorageState Storage() const override { return store_->Storage(); }
  Counts Count() const override { return {store_->Events(), store_->Identities(), store_->SizeBytes(), store_->RowsWritten()}; }

 private:
  static Status TakesNothing() { return Fail("model_not_open", "a pinned read model takes nothing in", "", Blame::kFault); }
  Result<std::optional<Known>> FindIn(const history::Rows& rows, const EventName& name) const {
    const history::NameHash hash = history::HashOf(name);
    history::Settlement settlement(rows, nullptr, store_->Correctors());
    auto row = settlement.Row(hash);
    if (!row) return tl::unexpected(row.error());
    if (row->copies.empty()) return std::nullopt;  // as good as always
    auto copy = settlement.Canonical(hash);
    if (!copy) return tl::unexpected(copy.error());
    if (!*copy) return std::nullopt;
    return Known{(*copy)->order.position, (*copy)->content};
  }
  static RecordedTime RecordedOf(std::string_view value) {
    history::Reader r(value);
    r.Byte();
    return RecordedTime{r.Time()};
  }
  static std::string PartitionPrefix(const TopicPartition& where) {
    return history::RecordKey({where.topic, where.partition, 0}).substr(0, 5);
  }
  // The first offset whose record is later than k: recorded times never fall in a partition. Offsets may have holes.
  Result<std::int64_t> FirstAfter(const history::Rows& rows, const TopicPartition& where, std::int64_t next,
                                  RecordedTime k) const {
    auto c = rows.Scan(Family::kRecord);
    std::int64_t low = 0, high = next;
    while (low < high) {
      const std::int64_t middle = low + (high - low) / 2;
      c->Seek(history::RecordKey({where.topic, where.partition, middle}));
      const bool later = !c->ValidWithin(PartitionPrefix(where)) || k < RecordedOf(c->Value());
      if (later) high = middle;
      else low = OffsetOf(c->Key()) + 1;
    }
    if (auto health = c->Health(); !health) return tl::unexpected(health.error());
    return std::min(low, next);
  }
  static std::int64_t OffsetOf(std::string_view key) { return history::Reader(key).At().offset; }
  Result<std::optional<RecordedTime>> LastBefore(const history::Rows& rows, const TopicPartition& where,
                                                 std::int64_t next) const {
    if (next <= 0) return std::nullopt;
    auto c = rows.Scan(Family::kRecord);
    c->SeekForPrev(history::RecordKey({where.topic, where.partition, next - 1}));
    if (auto health = c->Health(); !health) return tl::unexpected(health.error());
    if (!c->ValidWithin(PartitionPrefix(where))) return std::nullopt;
    return RecordedOf(c->Value());
  }

  ModelOptions options_;
  std::shared_ptr<const history::Store> store_;
  history::Store* const applied_;  // the same; null: it is pinned
  event::Decoder decoder_;
  mutable VectorMemo vectors_;
};

std::string Shown(const history::FactKey& fact) {
  constexpr std::string_view kKinds[] = {"",          "identity",    "credential", "link",      "role",
                                         "grant",     "role_revoke", "membership", "approval",  "review",
                                         "exception", "resolution",  "usage",      "retraction"};
  return fmt::format("{} of {}{}{}", kKinds[static_cast<std::size_t>(fact.kind)], fact.subject, fact.object.empty() ? "" : " ",
                     fact.object);
}

// Rows of one table as text: name and value, in key order. Positions may differ between logs, but not between a model and its rebuild.
Family FamilyOf(const std::string& table) {
  if (table == history::TableName(history::Table::kAssertions)) return Family::kFact;
  if (table == history::TableName(history::Table::kIntervals)) return Family::kSubject;
  return Family::kTaint;
}

std::string NameOfRow(Family family, std::string_view key) {
  if (family == Family::kTaint) return "taint";
  if (auto parts = history::ParseLeafKey(key); family == Family::kFact && parts) return Shown(parts->fact);
  history::Reader r(key);
  history::FactKey fact;
  fact.subject = r.Text();
  fact.kind = static_cast<history::FactKind>(r.Byte());
  r.Byte(), r.Time(), r.Time();
  if (auto rest = history::ParseFactRest(r.Rest())) fact.object = rest->object;
  return Shown(fact);
}

Result<std::vector<std::string>> Model::Compare(const ReadModel& other, const std::string& table, std::size_t max) const {
  const auto* peer = dynamic_cast<const Model*>(&other);
  if (peer == nullptr) return Fail("verify_other_kind", "the other model is of another kind", "", Blame::kFault);
  const Family family = FamilyOf(table);
  auto mine = store_->Snapshot(), theirs = peer->store_->Snapshot();
  auto a = mine->Scan(family), b = theirs->Scan(family);
  std::vector<std::string> out;
  a->Seek(""), b->Seek("");
  while (out.size() < max && (a->Valid() || b->Valid())) {
    const bool only_a = a->Valid() && (!b->Valid() || a->Key() < b->Key());
    const bool only_b = b->Valid() && (!a->Valid() || b->Key() < a->Key());
    if (only_a) out.push_back("only in the live model: " + NameOfRow(family, a->Key()));
    else if (only_b) out.push_back("missing in the live model: " + NameOfRow(family, b->Key()));
    else if (a->Value() != b->Value()) out.push_back("other value in the live model: " + NameOfRow(family, a->Key()));
    if (!only_b) a->Next();
    if (!only_a) b->Next();
  }
  return out;
}

}  // namespace

Decoded Decode(event::Decoder& decoder, const std::vector<log::Record>& records, bool with_last) {
  Decoded decoded;
  decoded.records.reserve(records.size());
  std::map<TopicPartition, const log::Record*> last;
  for (const auto& record : records) {
    decoded.records.push_back(ToIncoming(decoder, record));
    if (with_last) last[record.position.Where()] = &record;
  }
  for (const auto& [where, record] : last) decoded.last[where] = HashOfRecord(*record);
  return decoded;
}

Result<std::unique_ptr<ReadModel>> ReadModel::Open(const ModelOptions& options) {
  history::StoreOptions store_options;
  store_options.database.directory = options.directory;
  store_options.database.read_only = options.read_only;
  store_options.database.memory_bytes = options.memory_bytes;
  store_options.database.env = options.env;
  store_options.log_id = options.log_id;
  store_options.config_hash = options.config.Hash();
  store_options.correctors = options.config.correctors;
  std::sort(store_options.correctors.begin(), store_options.correctors.end());
  auto store = history::Store::Open(store_options);
  if (!store) return tl::unexpected(store.error());
  history::Store* applied = store->get();
  return std::make_unique<Model>(options, std::move(*store), applied);
}

}  // namespace tenure::projection
