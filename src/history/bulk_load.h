#pragma once
// Many records into an empty model: scattered into sorted runs on disk, merged and folded fact by fact, and taken in as tables.
//
// The outcome is that of Store::Apply, byte for byte but for checkpoints. Rounds of records are scattered by two threads (Worker), each
// into files of its own; then Finish does the rest. The folder holds what is done: opened again after a crash, a load goes on with the
// round, or the part of the facts, that was being made. Nothing is in the model before Store::TakeIn.
// Memory: about `sort_bytes`, what one subject's pieces and one fact's events take, and some 20 bytes for each event that isn't plain (came
// more than once, retracts, was retracted). Errors: model_disk_full, model_io, model_corrupt.
// Thread safety: one thread; each worker one thread.
#include <array>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "history/bulk_names.h"
#include "history/bulk_scatter.h"
#include "history/bulk_state.h"
#include "history/bulk_table.h"
#include "history/refolder.h"
#include "history/store.h"

namespace tenure::history {

struct FoldInput;

class BulkLoad {
 public:
  static constexpr std::size_t kWorkers = 2;
  // `folder` is made if need be. `label`: what the load is for; one of another label makes room. `database` outlives this object.
  static Result<std::unique_ptr<BulkLoad>> Open(const Database& database, std::string folder, std::string label,
                                                std::vector<std::string> correctors, const BulkOptions& options);

  // Forgets what was done.
  void BeginAnew();
  // What is scattered and kept.
  const PositionVector& Reached() const { return state_.reached; }
  RecordedTime LastRecorded(const TopicPartition& where) const;
  const std::map<TopicPartition, Place>& Places() const { return state_.places; }
  // Whether everything had been scattered when it was opened: then only Finish is left, for records up to Reached().
  bool Scattered() const { return state_.stage != BulkStage::kScattering; }
  // A round of so many records fills the memory.
  std::int64_t RecordsOfRound() const;

  // A round: each worker is given records in ascending order of positions, then the round is ended.
  Scatter& Worker(std::size_t i) { return *workers_[i]; }
  // Takes the rows that workers gave (Scatter::AddApart), each partition's in ascending order. Another thread than theirs may.
  RecordTables& Records() { return *records_; }
  struct Round {
    PositionVector reached;  // of partitions that got on
    std::map<TopicPartition, RecordedTime> last_recorded;
    std::map<TopicPartition, Place> places;
  };
  Status EndRound(const Round& round);

  // `progress` is told the share that is done, from 0 to 1, on the caller's thread.
  Result<BulkLoaded> Finish(const std::function<void(double)>& progress);

 private:
  BulkLoad(const Database& database, std::string folder, std::string label, std::vector<std::string> correctors,
           const BulkOptions& options);
  void MakeWorkers();
  Status Keep() const { return KeepBulkState(folder_, label_, state_); }
  Status EndScattering();
  Status Name();
  Status Fold(const std::function<void(double)>& progress);
  Status FoldOne(const FoldInput& input, std::size_t part);
  Status MakeTables();
  // Of no more use, here or to whoever goes on.
  Status Drop(std::initializer_list<Sorted> which);

  const Database& database_;
  const std::string folder_, label_;
  const std::vector<std::string> correctors_;
  const BulkOptions options_;
  BulkState state_;
  BulkFiles files_;
  std::array<std::unique_ptr<Scatter>, kWorkers> workers_;
  std::unique_ptr<RecordTables> records_;
  std::mutex mutex_;  // of the state, while parts are folded
  std::map<std::string, std::string, std::less<>> incarnations_;
  std::vector<TableFile> last_tables_;
  std::int64_t identities_ = 0;
};

}  // namespace tenure::history
