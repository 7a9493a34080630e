#include "history/one_behind.h"

#include <utility>

namespace tenure::history {

OneBehind::~OneBehind() {
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !work_; });
    ending_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

Status OneBehind::Settled(std::unique_lock<std::mutex>& lock) {
  changed_.wait(lock, [&] { return !work_; });
  return std::exchange(outcome_, Status());
}

Status OneBehind::Give(std::function<Status()> work) {
  {
    std::unique_lock lock(mutex_);
    if (auto before = Settled(lock); !before) return before;
    work_ = std::move(work);
    if (!thread_.joinable()) thread_ = std::thread([this] { Run(); });
  }
  changed_.notify_all();
  return {};
}

Status OneBehind::Wait() {
  std::unique_lock lock(mutex_);
  return Settled(lock);
}

void OneBehind::Run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return work_ || ending_; });
    if (!work_) return;
    lock.unlock();
    Status outcome = work_();
    lock.lock();
    outcome_ = std::move(outcome);
    work_ = nullptr;
    changed_.notify_all();
  }
}

}  // namespace tenure::history
