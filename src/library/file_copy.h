#pragma once
// Whole files, copied, hashed and put on disk, for backups. Errors: backup_io (kFault), backup_no_space (kFault).
// Thread safety: free functions.
#include <string>
#include <vector>

#include "library/backup_file.h"

namespace tenure::library {

Result<std::string> ReadWholeFile(const std::string& path);
// Bytes and hash of `from`, all of them now also in `to`, which wasn't there, and synced.
struct Copied {
  std::int64_t bytes = 0;
  std::string sha256;
};
Result<Copied> CopyDurably(const std::string& from, const std::string& to);
// The files below the folder, with hash, by path; each one and each folder is synced. `beneath`: what their paths begin with.
Result<std::vector<BackedUpFile>> SealFolder(const std::string& folder, const std::string& beneath);
Status SyncFolder(const std::string& folder);
Status MakeFolder(const std::string& folder);  // and those above it
Status RenameTo(const std::string& from, const std::string& to);
std::int64_t BytesBelow(const std::string& folder);
std::int64_t BytesFree(const std::string& folder);  // for a user without privileges; 0 if that can't be told
void RemoveBelow(const std::string& folder);        // what is in it and the folder; what can't be removed stays

}  // namespace tenure::library
