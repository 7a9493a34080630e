#pragma once
// The read model of one log: assertions, their fold as intervals, taints, and the position vector, in RocksDB.
//
// Rows of a batch and the vector go in one WriteBatch: a crash anywhere neither loses nor doubles. State is a function of the
// records in the vector with their positions and recorded times; order of delivery, batch sizes and restarts cannot change it.
// Formats: docs/formats/model.md. Errors: model_format_unknown, model_other_log, model_other_config, model_not_found, model_locked,
// model_disk_full, model_io, model_corrupt, vector_not_projected.
// Thread safety: one thread calls Apply and Refresh; all else from any thread, each view used by one.
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "event/codec.h"
#include "history/facts.h"
#include "history/store.h"
#include "log/log.h"
#include "tenure/answer.h"

namespace rocksdb {
class Env;
}

namespace tenure::projection {

// Part of every token and of the digest's label; fixed when a data directory is created.
struct FoldConfig {
  std::vector<std::string> correctors;  // sources whose retractions count for any target; sorted, distinct
  Hash256 Hash() const;
};

struct ModelOptions {
  std::string directory;   // the model's own folder, e.g. DIR/model
  std::string log_id;      // must be that of the model, or model_other_log
  FoldConfig config;       // likewise, or model_other_config
  bool read_only = false;  // beside a writer
  std::size_t memory_bytes = 128u << 20;
  rocksdb::Env* env = nullptr;                 // for fault tests; not owned
  std::int64_t bulk_from = 50'000;             // so many records, or more, are loaded into an empty model rather than applied
  history::BulkOptions bulk{.sort_bytes = 0};  // 0: by memory_bytes
};

// Records that were decoded before the model is given them (incoming.h); the recorded time of each is its stamp still.
struct Decoded {
  std::vector<history::Incoming> records;  // of any partitions, each partition ascending
  std::map<TopicPartition, Hash256> last;  // HashOfRecord of the last one of each, on a log where others may replace records
};

struct ModelDeadLetter {
  Position position;
  RecordedTime recorded;
  std::string reason, text, key;  // code, full text, record key
  std::optional<EventName> name;
  std::string type;
  OptionalTime time;
  std::string state;  // open, void, replaced
  std::optional<Position> resolved_by;
};

class ReadModel {
 public:
  virtual ~ReadModel() = default;
  static Result<std::unique_ptr<ReadModel>> Open(const ModelOptions& options);

  // Records of any partitions, each partition ascending; those below Projected() are skipped. An offset that is not among them is taken
  // for one where the log has no record (Kafka's transaction markers): a reader that could miss one must ask the log itself.
  // `reached`: on a log where others may replace records, the offsets to go on from, which may lie beyond the last record; the place of
  // each is kept with a hash of its last record.
  virtual Status Apply(const std::vector<log::Record>& records, const PositionVector& reached = {}) = 0;
  // The same; the outcome is that of the records' own bytes.
  virtual Status ApplyDecoded(Decoded decoded, const PositionVector& reached = {},
                              history::Commit commit = history::Commit::kNow) = 0;
  // Waits for what was applied with kBehind (history/store.h). On an error Projected() is back at what is written.
  virtual Status Settle() = 0;
  // Whether so many records are better loaded (history/bulk_load.h) than applied: they are many and it has none yet, or a load was begun.
  virtual bool IsForBulk(std::int64_t records) const = 0;
  virtual Result<std::unique_ptr<history::BulkLoad>> BeginBulk() const = 0;
  virtual Status TakeIn(history::BulkLoaded loaded) = 0;
  virtual Result<std::map<TopicPartition, history::Place>> Places() const = 0;
  virtual Status Refresh() = 0;  // read-only: see what the writer has projected since

  // This model as it is now, whatever is applied meanwhile. Only read; nothing may be applied to it.
  virtual std::unique_ptr<ReadModel> Pinned() const = 0;

  virtual PositionVector Projected() const = 0;  // safe from any thread
  // The knowledge of everything projected (answers from intervals), or of any V within it (folds again); else vector_not_projected.
  virtual Result<std::unique_ptr<history::FactView>> View(const PositionVector& v) const = 0;
  // The same as if each of these events had been retracted, after all that v holds; nothing is written. Errors (kCaller): event_not_known.
  virtual Result<std::unique_ptr<history::FactView>> ViewWithout(const PositionVector& v,
                                                                 const std::vector<EventName>& without) const = 0;

  // The vector of projected records with recorded time <= K, and the greatest recorded time in V (nullopt: V is empty).
  virtual Result<PositionVector> VectorAt(RecordedTime k) const = 0;
  virtual Result<std::optional<RecordedTime>> GreatestRecorded(const PositionVector& v) const = 0;
  virtual Result<std::optional<RecordedTime>> FirstRecorded() const = 0;
  // The least recorded time of the projected records that v doesn't hold; nullopt: there are none.
  virtual Result<std::optional<RecordedTime>> FirstBeyond(const PositionVector& v) const = 0;
  virtual Result<RecordedTime> RecordedAt(const Position& position) const = 0;

  // A name that is already in the record: the first copy's position and content, for the door's duplicate check.
  struct Known {
    Position position;
    Hash256 content;
  };
  virtual Result<std::optional<Known>> Find(const EventName& name) const = 0;
  // The same of many names at one moment, in their order.
  virtual Result<std::vector<std::optional<Known>>> FindAll(const std::vector<const EventName*>& names) const = 0;
  // State of one record in V, for listings.
  virtual Result<history::EventState> StateOf(const Position& position, const PositionVector& v) const = 0;

  virtual Result<std::vector<ModelDeadLetter>> DeadLetters(
      const PositionVector& v) const = 0;  // conflicts included, reason "conflict"
  // Sum modulo 2^256 of SHA-256 over the tuples of each table, hex; the label names format, projection version and fold configuration.
  virtual std::vector<std::pair<std::string, std::string>> Digests() const = 0;
  virtual std::string DigestLabel() const = 0;
  // Names of tuples that differ, up to max; for verify.
  virtual Result<std::vector<std::string>> Compare(const ReadModel& other, const std::string& table, std::size_t max) const = 0;
  struct Counts {
    std::int64_t events = 0, identities = 0, size_bytes = 0;
    std::int64_t rows_written = 0;  // puts and deletes, ever
  };
  virtual Counts Count() const = 0;
  virtual StorageState Storage() const = 0;
};

// Decoding, as ApplyDecoded takes it. `with_last`: the last record of each partition is hashed as well.
Decoded Decode(event::Decoder& decoder, const std::vector<log::Record>& records, bool with_last);

// The hash that a place keeps of its last record.
Hash256 HashOfRecord(const log::Record& record);
// Holds a place against the log. log_replaced (kFault): another record, or none, stands where the last projected one stood, so the
// topic was made anew or cut; log_truncated likewise.
Status CheckPlace(const log::Log& log, const TopicPartition& where, const history::Place& place);
// The same of each of the model's.
Status CheckPlaces(const ReadModel& model, const log::Log& log);

// The same, once at first and then whenever the log was disturbed since it was last done; else, of the partitions that something is to
// be taken from, whether they still begin as early as they did.
class PlacesGuard {
 public:
  Status Check(const ReadModel& model, const log::Log& log, const PositionVector& taken = {});

 private:
  std::optional<std::int64_t> checked_;  // the log's disturbances then
};

// Reads the log from the model's vector to `end`, the log's, and applies it, in batches; returns the number of records applied.
// `progress` (may be empty) is told records done and to do. With a guard, places are checked before anything read after a disturbance
// is applied, and when the log ends before what was projected; errors are then those of CheckPlaces too.
Result<std::int64_t> CatchUp(ReadModel& model, const log::Log& log, const PositionVector& end,
                             const std::function<void(std::int64_t, std::int64_t)>& progress, PlacesGuard* guard);
Result<std::int64_t> CatchUp(ReadModel& model, const log::Log& log,
                             const std::function<void(std::int64_t, std::int64_t)>& progress = {}, PlacesGuard* guard = nullptr);
// Builds a model of the log up to `until` in a fresh folder beside (any left over half-built is removed or resumed).
Result<std::unique_ptr<ReadModel>> Rebuild(const ModelOptions& fresh, const log::Log& log, const PositionVector& until,
                                           const std::function<void(std::int64_t, std::int64_t)>& progress = {});

// Opaque tokens: log id, hash of the fold configuration, vector, checksum; URL-safe. Errors (kCaller): token_malformed,
// token_other_log, token_other_config.
struct TokenContent {
  PositionVector vector;
  std::vector<TopicPartition> unread;  // partitions that held records of which none was known, ascending
  friend bool operator==(const TokenContent&, const TokenContent&) = default;
};
std::string EncodeToken(const std::string& log_id, const FoldConfig& config, const PositionVector& v,
                        const std::vector<TopicPartition>& unread = {});
Result<TokenContent> DecodeToken(std::string_view token, const std::string& log_id, const FoldConfig& config);

}  // namespace tenure::projection
