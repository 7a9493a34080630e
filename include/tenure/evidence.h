#pragma once
// A question, its answer and all that the answer rests on in one file, which anybody can hold against itself without the record.
//
// A pack is made of one question: asked once to learn its knowledge V, then with the moment and V fixed, so that it repeats. It holds every
// record in V byte for byte. Checking it reads each file against the manifest, the manifest against its signature, then folds the records
// anew and asks again: the answer must have the same bytes. Format: docs/formats/evidence-pack.md.
// Without a signature a consistent forgery, all of it made anew with other records, can't be told from a true pack.
// Thread safety: free functions over plain values.
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tenure/position.h"
#include "tenure/result.h"
#include "tenure/tenure.h"
#include "tenure/time.h"

namespace tenure {

// What a pack holds at most, unpacked; making or checking it takes about five times its size in memory.
inline constexpr std::size_t kEvidenceBytesMax = std::size_t{1} << 30;

// One record of the log as it stands there.
struct KeptRecord {
  Position position;
  RecordedTime stamp, recorded;
  std::string key, value, verified_writer;  // key and value: any bytes
};

// All that a knowledge is made of, and how it is folded.
struct KnownRecord {
  std::string log_id, token;
  std::optional<std::string> topic_prefix;  // of a record on Kafka, where offsets may be missing
  std::vector<std::string> correctors;
  std::string digest;               // label of the version that folded it: format, projection, configuration
  std::vector<KeptRecord> records;  // in order of record
};

// The question of a pack. With moment, token and policy it is answered alike wherever the records are.
struct EvidenceQuestion {
  std::vector<std::string> arguments;  // as on the command line: "who", "*", "*", "--as-of", ...
  EffectiveTime moment;                // what `now` means in it
  std::string token;                   // what is known; empty = as the arguments say
  std::string policy;                  // JSON, by which findings judge
};
// Answers it from that record, as one line of JSON.
using EvidenceAsker = std::function<Result<std::string>(std::unique_ptr<Tenure> record, const EvidenceQuestion& question)>;

struct EvidenceOptions {
  EvidenceQuestion question;  // REQUIRED: arguments and moment; `token` is unused, an empty policy is that in force
  std::string to;             // REQUIRED: the file; it isn't there yet
  std::string key_pem;        // an Ed25519 private key: the manifest is signed with it; empty = unsigned
  std::string made_by;        // REQUIRED: program and version, kept with it
  EvidenceAsker ask;          // REQUIRED
  Progress folding;
};
struct EvidenceSummary {
  std::vector<std::string> arguments;
  EffectiveTime moment;
  std::string token;
  std::string made_by;
  std::int64_t files = 0, bytes = 0, records = 0;
  std::string manifest_sha256;  // hex
  std::string signer_pem;       // empty = unsigned
  // False: another version, whose fold has another label, made it. The answer was the same all the same.
  bool same_fold = true;
  // False: another version made it, so that its report and its schemas were not compared with what the events give. They may say anything.
  bool report_compared = true;
};

// Writes the pack, checks it as CheckEvidence does, and only then gives it its name. Errors: evidence_exists, evidence_too_large,
// evidence_key_malformed (kCaller), evidence_io (kFault), those of the question and of CheckEvidence (the latter would be a bug).
Result<EvidenceSummary> MakeEvidence(Tenure& record, const EvidenceOptions& options);

struct EvidenceCheckOptions {
  std::string file;        // REQUIRED
  std::string signer_pem;  // the public key that must have signed it; empty = whoever did
  std::string made_by;     // REQUIRED: of this program: the report and the schemas are compared where the pack names the same
  EvidenceAsker ask;       // REQUIRED
  Progress folding;
};
// Needs the file alone; scratch goes below $TMPDIR and is removed. Errors: evidence_not_found, evidence_key_malformed (kCaller);
// evidence_not_a_pack, evidence_file_missing, evidence_file_extra, evidence_file_changed, evidence_signature_wrong,
// evidence_signer_other, evidence_unsigned (a signer was named), evidence_events_missing, evidence_answer_differs (kInput);
// evidence_format_unknown, evidence_io (kFault).
Result<EvidenceSummary> CheckEvidence(const EvidenceCheckOptions& options);

}  // namespace tenure
