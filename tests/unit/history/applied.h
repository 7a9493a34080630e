#pragma once
// Rows as batches leave them, with the interval of checkpoints to choose, and what each batch read to make them.
#include <unistd.h>

#include <array>
#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "event/codec.h"
#include "history/applier.h"
#include "history/store.h"

namespace tenure::history {

// Gets and moves of cursors, by family.
struct Reads {
  std::array<std::int64_t, kFamilyCount> of{};
  std::int64_t& In(Family f) { return of[static_cast<std::size_t>(f)]; }
  std::int64_t All() const {
    std::int64_t n = 0;
    for (auto one : of) n += one;
    return n;
  }
};

class CountingCursor : public Cursor {
 public:
  CountingCursor(std::unique_ptr<Cursor> c, std::int64_t& moves) : c_(std::move(c)), moves_(moves) {}
  void Seek(std::string_view key) override { ++moves_, c_->Seek(key); }
  void SeekForPrev(std::string_view key) override { ++moves_, c_->SeekForPrev(key); }
  void Next() override { ++moves_, c_->Next(); }
  void Prev() override { ++moves_, c_->Prev(); }
  bool Valid() const override { return c_->Valid(); }
  std::string_view Key() const override { return c_->Key(); }
  std::string_view Value() const override { return c_->Value(); }
  Status Health() const override { return c_->Health(); }

 private:
  std::unique_ptr<Cursor> c_;
  std::int64_t& moves_;
};

class CountingBatch : public Batch {
 public:
  CountingBatch(Batch& batch, Reads& reads) : batch_(batch), reads_(reads) {}
  Result<std::optional<std::string>> Get(Family f, std::string_view key) const override {
    ++reads_.In(f);
    return batch_.Get(f, key);
  }
  std::unique_ptr<Cursor> Scan(Family f) const override { return std::make_unique<CountingCursor>(batch_.Scan(f), reads_.In(f)); }
  void Put(Family f, std::string_view key, std::string_view value) override { batch_.Put(f, key, value); }
  void Delete(Family f, std::string_view key) override { batch_.Delete(f, key); }
  Status Commit() override { return batch_.Commit(); }

 private:
  Batch& batch_;
  Reads& reads_;
};

inline constexpr std::size_t kNoCheckpoints = 1u << 30;

class Applied {
 public:
  explicit Applied(std::size_t checkpoint_every = kCheckpointEvery) : checkpoint_every_(checkpoint_every) {
    static int made = 0;
    namespace fs = std::filesystem;
    const fs::path root = fs::exists("/dev/shm") ? fs::path("/dev/shm") : fs::temp_directory_path();
    directory_ = (root / ("tenure-applied-" + std::to_string(::getpid()) + "-" + std::to_string(made++))).string();
    fs::remove_all(directory_);
    DatabaseOptions options;
    options.directory = directory_;
    options.memory_bytes = 16u << 20;
    auto db = Database::Open(options);
    if (!db) throw std::runtime_error(db.error().ToString());
    db_ = std::move(*db);
  }
  ~Applied() {
    db_.reset();
    std::filesystem::remove_all(directory_);
  }
  Applied(const Applied&) = delete;
  Applied& operator=(const Applied&) = delete;

  // One batch.
  void Apply(const std::vector<Incoming>& records) {
    auto batch = db_->NewBatch();
    reads = {};
    CountingBatch counting(*batch, reads);
    Applier applier(counting, correctors, digests, known_refs_, checkpoint_every_);
    std::deque<Prepared> events;
    for (const auto& r : records) {
      if (const auto* letter = std::get_if<StoredDeadLetter>(&r.record)) Must(applier.AddDeadLetter(r.position, *letter));
      else Must(applier.Add(events.emplace_back(Prepare(std::get<StoredEvent>(r.record)))));
    }
    Must(applier.Finish());
    for (auto kind : kFolded) resumed[kind] += applier.Resumed(kind);
    Must(batch->Commit());
  }

  // Everything that a fold writes, checkpoints apart.
  std::vector<std::pair<std::string, std::string>> Folded() const {
    std::vector<std::pair<std::string, std::string>> out;
    auto rows = db_->NewSnapshot();
    for (auto family : {Family::kFact, Family::kPiece, Family::kSubject, Family::kObject, Family::kMeta}) {
      auto c = rows->Scan(family);
      for (c->Seek(""); c->Valid(); c->Next())
        if (family != Family::kMeta || c->Key()[0] != 'f') out.emplace_back(c->Key(), WithoutCheckpoint(family, c->Value()));
    }
    return out;
  }
  Database& Rows() { return *db_; }
  std::int64_t Checkpoints() const {
    std::int64_t n = 0;
    auto rows = db_->NewSnapshot();
    auto c = rows->Scan(Family::kMeta);
    for (c->Seek("f"); c->ValidWithin("f"); c->Next()) ++n;
    return n;
  }

  static constexpr FactKind kFolded[] = {FactKind::kIdentity, FactKind::kCredential, FactKind::kRole, FactKind::kGrant,
                                         FactKind::kMembership};
  std::vector<std::string> correctors;
  Digests digests{};
  Reads reads;                               // of the last batch
  std::map<FactKind, std::int64_t> resumed;  // folds that began at a checkpoint

 private:
  static std::string WithoutCheckpoint(Family family, std::string_view value) {
    if (family != Family::kFact) return std::string(value);
    const auto seen = ReadLeaf(value);
    if (!seen) throw std::runtime_error(seen.error().ToString());
    Leaf leaf = OwnLeaf(*seen);
    leaf.checkpoint = false;
    return PackLeaf(leaf);
  }
  static void Must(const Status& s) {
    if (!s) throw std::runtime_error(s.error().ToString());
  }
  const std::size_t checkpoint_every_;
  std::string directory_;
  std::unique_ptr<Database> db_;
  std::unordered_set<std::string> known_refs_;
};

// Records in order of record, one partition a plane.
class Recorder {
 public:
  // `seconds` of effective time. A retraction says its topic: that of its target.
  template <class E>
  Incoming At(std::int64_t seconds, E data, std::optional<Topic> topic = {}) {
    Event event;
    event.payload = std::move(data);
    StoredEvent stored;
    const auto n = next_++;
    stored.meta.name = {"s", "e" + std::to_string(n)};
    stored.meta.type = event.Type();
    stored.meta.time = {seconds * 1'000'000};
    stored.meta.recorded = RecordedTime{1'000'000'000 + n};
    stored.meta.position = {topic ? *topic : event::TopicOf(event.Type()).value(), 0, n};
    stored.content = event::Sha256(stored.meta.name.id);
    stored.payload = std::move(event.payload);
    return {stored.meta.position, stored.meta.recorded, std::move(stored)};
  }
  // Takes it out, on its topic.
  Incoming Retract(const Incoming& target, std::string key) {
    const auto& stored = std::get<StoredEvent>(target.record);
    return At(0, EventRetracted{stored.meta.name, std::move(key), "wrong"}, stored.meta.position.topic);
  }

 private:
  std::int64_t next_ = 0;
};

}  // namespace tenure::history
