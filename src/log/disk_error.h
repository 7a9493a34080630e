#pragma once
// What the operating system or RocksDB said of the disk, as an error of the log with what to do about it.
#include <string>

#include "tenure/result.h"

namespace rocksdb {
class Status;
}

namespace tenure::log {

// `what` says what was tried. Full disk or quota: log_disk_full. No permission: log_read_only (kCaller). Others: log_io.
Error DiskError(int error_number, const std::string& what);

// Likewise; also log_corrupt, log_locked. REQUIRED: not ok.
Error DatabaseError(const rocksdb::Status& status, const std::string& what);

}  // namespace tenure::log
