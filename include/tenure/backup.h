#pragma once
// A record on the embedded log, copied to a place of its own and brought back from there.
//
// A backup is made beside whoever writes, and holds all that was acknowledged before it began, no part of an append, and nothing else:
// log, tenure.json, and backup.json, which names each file with its hash and says which digests a read model of it has. It is whole or
// not there. Bringing it back checks every byte and every digest first. Format: docs/formats/backup.md.
// Errors of both: data_*, log_*, model_*, backup_io and backup_no_space (kFault), backup_running (kUnavailable: another process makes
// or restores the same). Thread safety: free functions.
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tenure/answer.h"
#include "tenure/result.h"
#include "tenure/tenure.h"
#include "tenure/time.h"

namespace tenure {

struct BackupOptions {
  std::string data_dir;  // REQUIRED: only read
  std::string to;        // REQUIRED: isn't there yet; the directories above it are made
  std::string label;     // any text, kept with it
  std::string made_by;   // the program and its version, kept with it
  EffectiveTime now;     // kept with it
  Progress copying, proving;
};

// What a backup says of itself.
struct BackupContent {
  EffectiveTime made_at;
  std::string made_by, label;
  std::string log_id;
  std::string token;                                         // the position of its last record
  std::optional<RecordedTime> recorded_until;                // of its last record; nullopt: it has none
  std::vector<std::pair<TopicPartition, std::int64_t>> end;  // the next offset of each partition
  std::int64_t records = 0, bytes = 0;
  std::string digest;               // label of the digests
  std::vector<TableDigest> tables;  // of a read model of it; `live` alone
};

// Copies the log as it stands now and proves the copy: a read model is built of it, whose digests are kept. Errors: backup_exists,
// backup_on_kafka (kCaller: the record is on the brokers).
Result<BackupContent> MakeBackup(const BackupOptions& options);

struct RestoreOptions {
  std::string from;      // REQUIRED: a backup; only read
  std::string data_dir;  // REQUIRED: isn't there, or is empty
  Progress copying, proving;
};
struct RestoreReport {
  BackupContent content;
  // False: this version's digests can't be compared with those of the version that made the backup. Every file was as backed up.
  bool digests_compared = true;
};

// After an error data_dir is as it was; after a crash it is no data directory, and restoring again clears it. Errors: backup_not_found,
// restore_not_empty (kCaller); backup_damaged (kFault) naming the file, backup_differs (kFault), backup_format_unknown (kFault).
Result<RestoreReport> RestoreBackup(const RestoreOptions& options);

}  // namespace tenure
