#pragma once
// One piece of work at a time on a thread of its own, beside whoever gives it.
//
// Thread safety: any thread may wait; one gives. The destructor waits for what was given.
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "tenure/result.h"

namespace tenure::history {

class OneBehind {
 public:
  OneBehind() = default;
  ~OneBehind();
  OneBehind(const OneBehind&) = delete;
  OneBehind& operator=(const OneBehind&) = delete;

  // Waits for the work before it, then begins this. Its error, if nobody has been told it yet: then this is not begun.
  Status Give(std::function<Status()> work);
  // Waits until nothing is under way. The error of the last work, once.
  Status Wait();

 private:
  void Run();
  Status Settled(std::unique_lock<std::mutex>& lock);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::function<Status()> work_;  // empty: idle
  Status outcome_;
  bool ending_ = false;
  std::thread thread_;  // begun with the first work
};

}  // namespace tenure::history
