#include "log/disk_error.h"

#include <rocksdb/status.h>

#include <cerrno>
#include <system_error>

namespace tenure::log {
namespace {

constexpr const char* kFreeSpace = "free some space there; nothing needs restarting";

}  // namespace

Error DiskError(int error_number, const std::string& what) {
  const std::string reason = what + ": " + std::generic_category().message(error_number);
  switch (error_number) {
    case ENOSPC:
    case EDQUOT:
      return {"log_disk_full", reason, kFreeSpace, Blame::kFault};
    case EACCES:
    case EPERM:
    case EROFS:
      return {"log_read_only", reason, "run as the directory's owner, or only ask questions", Blame::kCaller};
    default:
      return {"log_io", reason, "look at the disk and at the system's journal", Blame::kFault};
  }
}

Error DatabaseError(const rocksdb::Status& status, const std::string& what) {
  const std::string reason = what + ": " + status.ToString();
  if (status.IsNoSpace()) return {"log_disk_full", reason, kFreeSpace, Blame::kFault};
  if (status.IsCorruption())
    return {"log_corrupt", reason, "keep the directory as it is for inspection and restore a backup", Blame::kFault};
  // RocksDB has a lock of its own and no code for it. We get here only if something other than tenure has the database open.
  if (status.IsIOError() && reason.find("lock") != std::string::npos && reason.find("/LOCK") != std::string::npos)
    return {"log_locked", reason, "end the program that has the database open", Blame::kUnavailable};
  return {"log_io", reason, "look at the disk and at the system's journal", Blame::kFault};
}

}  // namespace tenure::log
