#pragma once
// The contents of backup.json: what a backup holds and how each of its files must be. Format: docs/formats/backup.md.
// Thread safety: plain values.
#include <string>
#include <string_view>
#include <vector>

#include "event/json_writer.h"
#include "tenure/backup.h"

namespace tenure::library {

inline constexpr int kBackupFormat = 1;
inline constexpr const char* kBackupFile = "backup.json";

struct BackedUpFile {
  std::string path;  // below the backup, with "/"
  std::int64_t bytes = 0;
  std::string sha256;  // hex
};

struct BackupFile {
  BackupContent content;
  std::vector<BackedUpFile> files;  // by path
};

// The members of a backup's content, in the object that is open in the writer.
void WriteContent(event::JsonWriter& w, const BackupContent& content);
std::string WriteBackupFile(const BackupFile& file);
// Errors (kFault): backup_damaged for any byte that isn't as written, backup_format_unknown for a newer format.
Result<BackupFile> ReadBackupFile(std::string_view text);

}  // namespace tenure::library
