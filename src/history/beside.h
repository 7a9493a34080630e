#pragma once
// A second thread for work that falls into parts which don't touch each other.
//
// The caller does the work itself, part by part, and the thread takes parts as far as it gets to it: nobody ever waits for a thread that
// the machine hasn't run yet. One thread a process, begun with the first work; while it works for one caller, others do theirs alone.
// Thread safety: any call from any thread.
#include <cstddef>
#include <functional>

#include "tenure/result.h"

namespace tenure::history {

// Calls part(begin, end) for parts that cover [0, count), each once, some of them on another thread; returns when all are done. What
// the caller wrote before is seen by them, and what they write is seen after. `part` must not throw.
void InParts(std::size_t count, std::size_t a_part, const std::function<void(std::size_t begin, std::size_t end)>& part);

// The same with tasks that may fail: one after the other is begun until one has failed. The first error, if any.
Status EachBeside(std::size_t count, const std::function<Status(std::size_t)>& task);

}  // namespace tenure::history
