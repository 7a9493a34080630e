#pragma once
// The log contract: topics and partitions of records, appended and read, never changed.
//
// Every implementation (embedded, Kafka, the in-memory one of the tests) passes one conformance suite, tests/conformance. The
// recorded time of a record is max(stamp, recorded of the record before it in its partition); stamps are the log's, never a
// producer's. Order of record is (recorded, topic, partition, offset).
//
// Errors that any call may return: log_io, log_disk_full, log_corrupt, log_format_unknown (kFault).
// Thread safety: any call from any thread. Appends are put in one order; those that wait for each other share one sync.
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tenure/answer.h"
#include "tenure/position.h"
#include "tenure/result.h"
#include "tenure/time.h"

namespace tenure::log {

// What one Append takes; the doors refuse earlier and with better words.
inline constexpr std::size_t kAppendRecordsMax = 10'000;
inline constexpr std::size_t kRecordBytesMax = 1'048'576;  // key, value and verified_writer together
// What one Read returns at most, so that a reader's memory doesn't depend on the size of the records (one record always fits).
inline constexpr std::size_t kReadBytesMax = 64U << 20;

// What is handed over for appending; value is one structured-mode CloudEvent.
struct NewRecord {
  Topic topic;
  std::string key;              // any bytes
  std::string value;            // any bytes
  std::string verified_writer;  // empty = nobody was verified
};

struct Record {
  Position position;
  RecordedTime stamp;  // as the log gave it; may fall inside a partition on Kafka
  std::string key;
  std::string value;  // structured-mode JSON (binary mode is re-assembled by the reader of the log)
  std::string verified_writer;
};

// What a read gives: records, and the offset to go on from. On Kafka that may be beyond the last record by the markers of
// transactions, and of transactions that were aborted.
struct Slice {
  std::vector<Record> records;
  std::int64_t next = 0;
};

struct Ends {
  PositionVector end, stable;
};

struct Appended {
  std::vector<Position> positions;   // one each record, in order
  std::vector<RecordedTime> stamps;  // likewise
  bool clock_behind = false;         // the machine's clock is behind an earlier stamp; stamps rise all the same
};

class Log {
 public:
  virtual ~Log() = default;

  // Stable for the life of the log: part of tokens, so that a token of another log is a named error.
  virtual const std::string& Id() const = 0;

  // As the engine below sees it; nothing where that is another machine's matter.
  virtual std::optional<StorageState> Storage() const { return std::nullopt; }

  // Sees what was acknowledged since; needed only where a reader is a still picture.
  virtual Status Refresh() { return {}; }
  // Whether nobody but this process can append while it has the log open for writing.
  virtual bool HasOneWriter() const { return true; }
  // Whether each record of a partition is stamped later than the one before it.
  virtual bool StampsRise() const { return false; }

  // All or nothing, durable when it returns; no records is a legal no-op. After any error but log_append_unknown nothing of it
  // is in the log. log_append_unknown: it may be; append it again (the events' names make that harmless).
  // Others: log_read_only, log_batch_too_large, log_record_too_large (kCaller).
  virtual Result<Appended> Append(const std::vector<NewRecord>& records) = 0;

  // Partitions that exist now, of the four plane topics (and dead-letter), ascending. A topic that isn't there has none; no error.
  virtual Result<std::vector<TopicPartition>> Partitions() const = 0;

  // End of each partition: the next offset to be written.
  virtual Result<PositionVector> End() const = 0;

  // End, and the same no further than transactions that are still open (on Kafka the last stable offsets): what can be read now.
  virtual Result<Ends> BothEnds() const {
    auto end = End();
    if (!end) return tl::unexpected<Error>(end.error());
    return Ends{*end, *end};
  }

  // Rises whenever something befell the log after which what was read of it may have been replaced: a connection was lost, another
  // broker leads, an offset was refused. Who sees it rise holds what it has against the log again.
  virtual std::int64_t Disturbances() const { return 0; }

  // Up to max_records of one partition from `offset` on, ascending, without gaps on the embedded log. Only an empty answer
  // (to max_records > 0) means the end: fewer than asked for may also be kReadBytesMax at work. A partition that isn't there
  // ends at 0. Negative or beyond the end: log_offset_out_of_range (kCaller).
  virtual Result<std::vector<Record>> Read(const TopicPartition& where, std::int64_t offset, std::size_t max_records) const = 0;

  // The same, with the offset that the next read begins at. A slice without records whose `next` is not above `offset` is the end.
  virtual Result<Slice> ReadOn(const TopicPartition& where, std::int64_t offset, std::size_t max_records) const {
    auto records = Read(where, offset, max_records);
    if (!records) return tl::unexpected<Error>(records.error());
    const std::int64_t next = records->empty() ? offset : records->back().position.offset + 1;
    return Slice{std::move(*records), next};
  }

  // A hint that reads from these offsets follow, so that what they need can be on its way together.
  virtual void Expect(const PositionVector& from) const { static_cast<void>(from); }

  // The one record at that position; log_offset_out_of_range (kCaller) if none is there.
  virtual Result<Record> At(const Position& position) const = 0;

  // The records that the log holds now with recorded time <= k. Once k is closed, the answer is the same for ever.
  // Logarithmic in the length of each partition.
  virtual Result<PositionVector> AtTime(RecordedTime k) const = 0;

  // The first offset of each of these partitions whose stamp is not before the one given; a partition that has none is missing. Where
  // others write, it tells a partition from one that was made anew in its place: that one's stamps begin later.
  virtual Result<std::map<TopicPartition, std::int64_t>> FirstSince(const std::map<TopicPartition, RecordedTime>& stamps) const {
    std::map<TopicPartition, std::int64_t> first;
    auto end = End();
    if (!end) return tl::unexpected<Error>(end.error());
    for (const auto& [where, stamp] : stamps) {
      auto before = AtTime(RecordedTime{stamp.us - 1});
      if (!before) return tl::unexpected<Error>(before.error());
      if (before->Next(where) < end->Next(where)) first[where] = before->Next(where);
    }
    return first;
  }

  // K is closed when no record can still be given a recorded time <= K; true stays true. `known` is what the caller has read:
  // on Kafka it is the evidence (each partition has shown a later record, or its end was reached long enough after K); the
  // embedded log doesn't need it. True doesn't mean that `known` holds all records up to K. That is for the caller to check,
  // AFTER this call: known.Covers(*AtTime(k)).
  virtual Result<bool> IsClosed(RecordedTime k, const PositionVector& known) const = 0;
};

}  // namespace tenure::log
