#pragma once
// The log contract: topics and partitions of records, appended and read, never changed.
//
// Two implementations (embedded, Kafka) pass one conformance suite, tests/conformance. Recorded time of a record is
// max(stamp, recorded of the record before it in its partition); stamps are the log's, never a producer's. Order of record is
// (recorded, topic, partition, offset).
// Thread safety: one Append at a time per Log from any thread (calls are serialised); reads from any thread.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tenure/position.h"
#include "tenure/result.h"
#include "tenure/time.h"

namespace tenure::log {

// What is handed over for appending; value is one structured-mode CloudEvent.
struct NewRecord {
  Topic topic;
  std::string key;
  std::string value;
  std::string verified_writer;  // empty = nobody was verified
};

struct Record {
  Position position;
  RecordedTime stamp;           // as the log gave it; may fall inside a partition on Kafka
  std::string key;
  std::string value;            // structured-mode JSON (binary mode is re-assembled by the reader of the log)
  std::string verified_writer;
};

struct Appended {
  std::vector<Position> positions;  // one each record, in order
  std::vector<RecordedTime> stamps; // likewise
  bool clock_behind = false;        // the machine's clock is behind the last stamp; stamps rise all the same
};

class Log {
 public:
  virtual ~Log() = default;

  // Stable for the life of the log: part of tokens, so that a token of another log is a named error.
  virtual const std::string& Id() const = 0;

  // All or nothing, durable when it returns. A failure whose outcome cannot be known has code log_append_unknown.
  virtual Result<Appended> Append(const std::vector<NewRecord>& records) = 0;

  // Partitions that exist now, of the four plane topics (and dead-letter). A topic that isn't there has none; no error.
  virtual Result<std::vector<TopicPartition>> Partitions() const = 0;

  // End of each partition: the next offset to be written.
  virtual Result<PositionVector> End() const = 0;

  // Up to max_records of one partition from `offset` on, ascending. Empty at the end. offset beyond the end: log_offset_out_of_range.
  virtual Result<std::vector<Record>> Read(const TopicPartition& where, std::int64_t offset, std::size_t max_records) const = 0;

  // K is closed when no record can still be given a recorded time <= K. `known` is what the caller has projected.
  virtual Result<bool> IsClosed(RecordedTime k, const PositionVector& known) const = 0;
};

}  // namespace tenure::log
