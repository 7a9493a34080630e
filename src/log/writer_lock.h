#pragma once
// The right to write one log directory: an exclusive lock on its file `writer`, which holds the process id of who has it.
//
// Taken before RocksDB is opened and kept while RocksDB is reopened after a disk error, so no other writer slips in between.
// The kernel releases it when the process ends, however it ends; what a dead process left in the file means nothing.
// Works between processes and between two openings in one process. Move-only; released by the destructor.
#include <string>

#include "tenure/result.h"

namespace tenure::log {

class WriterLock {
 public:
  // REQUIRED: the directory exists. Errors: log_locked (kUnavailable) naming the directory and the holder, log_read_only (kCaller)
  // where we may not write, log_disk_full, log_io.
  static Result<WriterLock> Take(const std::string& directory);

  WriterLock(WriterLock&& other) noexcept;
  WriterLock& operator=(WriterLock&& other) noexcept;
  ~WriterLock();

 private:
  explicit WriterLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_ = -1;
};

}  // namespace tenure::log
