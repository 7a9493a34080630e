#pragma once
// Group commit: callers that come while a commit is under way are committed together by one of them, with one sync.
//
// Who finds the queue empty leads: it commits for itself and for those that queued up behind, in the order in which they
// came, and wakes them. There is one leader at a time, so what only a commit touches needs no lock. Thread-safe.
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <vector>

#include "log/record_format.h"

namespace tenure::log {

class AppendQueue {
 public:
  // One caller that waits; lives on its stack.
  struct Request {
    const std::vector<NewRecord>* records = nullptr;  // null: only a floor
    RecordedTime floor = kNeverStamped;               // for the stamps of all requests behind this one
    Result<Appended> result;                          // set by the commit
    bool done = false;
    std::condition_variable turn;
  };
  using Group = std::vector<Request*>;

  // `commit` sets the result of each request of a group, in the order of the group. Called by one thread at a time.
  explicit AppendQueue(std::function<void(const Group&)> commit) : commit_(std::move(commit)) {}

  // Returns when the request was committed or has failed.
  Result<Appended> Submit(Request& mine);

 private:
  Group TakeGroup() const;

  const std::function<void(const Group&)> commit_;
  std::mutex mutex_;
  std::deque<Request*> waiting_;  // the leader and its group stay in front until they are done
};

}  // namespace tenure::log
