#pragma once
// A directory whose entry in its parent is on disk: else a power cut after the first append could take the whole log with it.
#include <string>

#include "tenure/result.h"

namespace tenure::log {

// Makes it and the parents that are missing, syncing each new entry. Nothing if it is there. Errors: log_io, log_disk_full,
// log_read_only (kCaller: no permission).
Status MakeDurableDirectory(const std::string& path);

}  // namespace tenure::log
