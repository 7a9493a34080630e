#pragma once
// Opening a RocksDB directory for reading beside a writer.
//
// RocksDB reads which files there are, then looks for write-ahead logs. What a writer moves from the one into the other in between
// is in neither for such a reader. Thread safety: free functions.
#include <functional>
#include <string>

namespace tenure::log {

// Calls `open`, which tells whether it succeeded, until the directory's version was the same before and after. True: the last
// outcome counts, success or error. False: it succeeded each time, and the directory was rewritten each time. A directory without a
// database has no version: look for CURRENT first.
bool OpenSteadily(const std::string& directory, const std::function<bool()>& open);

}  // namespace tenure::log
