#pragma once
// AWS CloudTrail as events: files in, batches of complete events out. The mapping: docs/reference/cloudtrail.md.
//
// What a record becomes is a function of the record alone (source `aws.cloudtrail/<account>`, id eventID or `<eventID>/<suffix>`),
// so importing twice, or in other portions, gives the same events. Uses of power are handed over as they are read; changes are held
// back (within kHeldBytesMax) and handed over in the order of time, and within one second in causal order, whatever the order of
// files. Beyond that limit the older half goes first, cut between two seconds.
//
// Memory is bounded, about 150 MiB at the most, however large the capture. What cannot be read is refused and counted, and the
// import goes on; only the sink's and the record's own errors stop it.
// Thread safety: one thread at a time; callbacks run on it.
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "connect/causal_order.h"
#include "tenure/event.h"
#include "tenure/result.h"

namespace tenure::connect {

struct BatchOutcome {
  std::int64_t appended = 0, duplicates = 0, conflicts = 0;
  std::vector<std::pair<std::size_t, Error>> refused;  // index within the batch; the others were taken
};
// Takes at most kBatchEventsMax events, in this order. An error stops the import (a fault of the log).
using BatchSink = std::function<Result<BatchOutcome>(std::vector<Event>&& events)>;
inline constexpr std::size_t kBatchEventsMax = 10'000;

// all_bytes is 0 while nobody knows (standard input).
using CloudTrailProgress =
    std::function<void(const std::string& file, std::int64_t done_bytes, std::int64_t all_bytes, std::int64_t records)>;

struct CloudTrailOptions {
  bool usage = true;            // false: no access.used
  CloudTrailProgress progress;  // now and then; may be empty
  // All events in the record whose key is one of `keys`, those of one key by time and order of record, what this import handed over
  // included; of an event only name, time, payload and authid need to be there. Asked a few times
  // at most in an import, with references of policies or identities. Empty: the importer knows only what it reads itself.
  Recorded recorded;
};

struct RefusedRecord {
  std::string file;         // as found; "-" is standard input
  std::int64_t record = 0;  // from 1; 0: the file itself
  Error error;
};
// Something that the record should hold and these files don't tell.
struct EvidenceGap {
  std::string ref, text;
  EffectiveTime at;
};

struct CloudTrailSummary {
  std::int64_t files = 0, records = 0;  // read; refused ones included
  std::int64_t events = 0;              // handed over
  std::int64_t appended = 0, duplicates = 0, conflicts = 0;
  std::map<std::string, std::int64_t> ignored;  // records, by kind: usage, without caller, without effect, insight, digest
  std::vector<RefusedRecord> refused;           // the first kListedMax
  std::int64_t refused_count = 0;
  std::vector<EvidenceGap> gaps;  // the first kListedMax, by time
  std::int64_t gaps_count = 0;
  bool gaps_complete = true;  // false: too many things to keep all in mind
};
inline constexpr std::size_t kListedMax = 1'000;

class CloudTrailImport {
 public:
  static constexpr std::size_t kRecordBytesMax = 1024 * 1024;
  static constexpr std::size_t kHeldBytesMax = 48 * 1024 * 1024;

  CloudTrailImport(CloudTrailOptions options, BatchSink sink);
  ~CloudTrailImport();
  CloudTrailImport(const CloudTrailImport&) = delete;
  CloudTrailImport& operator=(const CloudTrailImport&) = delete;

  // Reads files, folders (see input_files.h) or "-". May be called again. A path that cannot be read is refused, not an error.
  // Errors: what the sink or `recorded` returned; nothing may follow but Summary.
  Status Add(const std::vector<std::string>& paths);
  // The same from memory; `name` stands for the file.
  Status AddText(const std::string& name, std::string_view text);
  // Hands over what was held back. REQUIRED last call. Errors as above.
  Status Finish();
  // Whole after Finish, partial before.
  const CloudTrailSummary& Summary() const;

 private:
  struct Run;
  std::unique_ptr<Run> run_;
};

}  // namespace tenure::connect
