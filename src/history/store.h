#pragma once
// The bitemporal store: every assertion ever read, current belief as intervals, and views of any knowledge within it.
//
// A batch of records, the vector and the digests are written together or not at all. Views are consistent snapshots.
// Errors: model_* (see projection/read_model.h). Thread safety: one thread calls Apply and Refresh; everything else from any thread,
// and sees what was last applied as a whole. Each view is used by one thread.
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "history/database.h"
#include "history/digest.h"
#include "history/facts.h"
#include "history/fork.h"
#include "history/rows.h"
#include "history/views.h"

namespace tenure::history {

struct StoreOptions {
  DatabaseOptions database;
  std::string log_id;
  Hash256 config_hash{};
  std::vector<std::string> correctors;  // sorted
};

// What came of one record: its event, or why there is none.
struct Incoming {
  Position position;
  RecordedTime recorded;  // running maximum of the partition
  StoredRecord record;
};

// How far a partition has been read on a log whose records others may replace: the offset to go on from, and what its last record
// was, so that another record in its place is noticed.
struct Place {
  std::int64_t next = 0;
  std::optional<std::int64_t> last;  // offset of the last record, if one was read
  Hash256 hash{};                    // of that record's key and value
  RecordedTime recorded;             // the greatest of the partition
};

enum class Commit : std::uint8_t { kNow, kBehind };

class BulkLoad;

struct BulkOptions {
  std::size_t sort_bytes = 96u << 20;  // that are sorted in memory; fewer make more runs
  std::size_t part_bytes = 16u << 20;  // of sorted facts that are folded together
  std::size_t checkpoint_every = 16;   // kCheckpointEvery
};

// What a bulk load made: tables of all rows but those of the state, and the state.
struct BulkLoaded {
  std::vector<TableFile> tables;
  PositionVector projected;
  std::map<TopicPartition, RecordedTime> last_recorded;
  std::map<TopicPartition, Place> places;
  Digests digests{};
  std::int64_t events = 0, identities = 0;
};

class Store {
 public:
  static Result<std::unique_ptr<Store>> Open(const StoreOptions& options);

  // Records in any order of partitions; the vector moves past each of them. Behind: views of this store see them at once, and the rows
  // are written meanwhile, before those of the next batch. An error then may be that of the batch before: neither is in, and the
  // store stands where the database does.
  Status Apply(std::vector<Incoming> records, const std::map<TopicPartition, Place>& places = {}, Commit commit = Commit::kNow);
  // Everything from the beginning at once, in a folder of its own until it is taken in. REQUIRED: nothing is applied yet.
  Result<std::unique_ptr<BulkLoad>> BeginBulk(const BulkOptions& options) const;
  // Whether one was begun and not taken in.
  bool HasBulk() const;
  // The same, and nothing has been applied since: it becomes the model, at once or not at all, and the folder goes.
  Status TakeIn(BulkLoaded loaded);
  // Waits until everything applied is written. On an error the store stands where the database does.
  Status Settle();
  // Where each partition that was given a place has been read to; empty on logs that need none.
  Result<std::map<TopicPartition, Place>> Places() const;
  Status Refresh();

  PositionVector Projected() const { return Now()->state.projected; }
  // The greatest recorded time within v, where that is known without looking.
  std::optional<RecordedTime> GreatestRecorded(const PositionVector& v) const;
  RecordedTime LastRecorded(const TopicPartition& where) const;  // running recorded time; the least value before the first record
  Digests TableDigests() const { return Now()->state.digests; }
  std::int64_t Events() const { return Now()->state.events; }
  std::int64_t Identities() const { return Now()->state.identities; }
  std::int64_t SizeBytes() const { return db_->SizeBytes(); }
  StorageState Storage() const { return db_->Storage(); }
  std::int64_t RowsWritten() const { return db_->RowsWritten(); }

  Result<std::unique_ptr<FactView>> View(const PositionVector& v) const;
  // The same without these events (fork.h). Errors (kCaller): event_not_known.
  Result<std::unique_ptr<FactView>> ViewWithout(const PositionVector& v, std::vector<EventName> without) const;
  std::shared_ptr<const Rows> Snapshot() const { return Now()->current.rows; }
  // What was last applied, for as long as it is held; it is only read. Costs what the database keeps of rows replaced meanwhile.
  std::unique_ptr<const Store> Pinned() const;
  const std::vector<std::string>& Correctors() const { return options_.correctors; }

 private:
  // What one batch leaves for the next; on disk in the meta family.
  struct State {
    PositionVector projected;
    std::map<TopicPartition, RecordedTime> last_recorded;
    Digests digests{};
    std::int64_t events = 0, identities = 0;
  };
  // What readers see: the state, and the rows that it is the state of.
  struct Published {
    State state;
    CurrentState current;
  };
  // What is remembered of a knowledge that isn't the latest.
  std::shared_ptr<const PastState> PastOf(const PositionVector& v) const;
  struct KeptFork {
    PositionVector v;
    std::vector<EventName> without;  // sorted
    std::int64_t epoch;
    std::shared_ptr<const Fork> fork;
  };
  std::shared_ptr<const Fork> ForkOf(const PositionVector& v, const std::vector<EventName>& without, std::int64_t epoch) const;
  explicit Store(StoreOptions options) : options_(std::move(options)), fork_correctors_(CorrectorsOfForks(options_.correctors)) {}
  std::shared_ptr<const Published> Now() const;
  // The state that holds exactly v, if it is among the latest.
  std::shared_ptr<const Published> StateOf(const PositionVector& v) const;
  // `touched`: under which prefixes intervals changed; nullptr = any.
  void Publish(State state, const std::unordered_set<std::string>* touched);
  Status Begin();
  // Back to what the database holds, for `why`.
  Status FallBack(const Status& why);
  Status CheckLabel(const Rows& rows) const;
  static Result<State> ReadState(const Rows& rows);
  static std::string PackState(const State& state);
  std::string BulkFolder() const { return options_.database.directory + "/bulk"; }

  StoreOptions options_;
  const std::vector<std::string> fork_correctors_;
  std::shared_ptr<Database> db_;
  std::shared_ptr<Pages> pages_;
  std::shared_ptr<StandingIndex> index_;
  mutable std::mutex now_mutex_;
  std::shared_ptr<const Published> now_;
  std::deque<std::shared_ptr<const Published>>
      before_;  // for questions that began before the last batches came; the newest in front
  mutable std::deque<std::pair<PositionVector, std::shared_ptr<const PastState>>>
      past_;                            // under now_mutex_; the one used last in front
  mutable std::deque<KeptFork> forks_;  // likewise; of the latest state
  std::unordered_set<std::string> known_refs_;
  bool behind_ = false;  // the latest state is read from what may not be written yet
};

}  // namespace tenure::history
