#include "history/beside.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>

namespace tenure::history {
namespace {

struct Work {
  std::size_t count, a_part;
  const std::function<void(std::size_t, std::size_t)>& part;
  std::atomic<std::size_t> next{0};

  void Do() {
    for (std::size_t begin = 0; (begin = next.fetch_add(a_part)) < count;) part(begin, std::min(begin + a_part, count));
  }
};

class Beside {
 public:
  ~Beside() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
  }

  void Do(Work& work) {
    const bool offered = Offer(work);
    work.Do();
    if (!offered) return;
    std::unique_lock lock(mutex_);
    work_ = nullptr;
    changed_.wait(lock, [&] { return !working_; });
    taken_ = false;
  }

 private:
  bool Offer(Work& work) {
    {
      const std::lock_guard lock(mutex_);
      if (taken_ || std::thread::hardware_concurrency() < 2) return false;
      try {
        if (!thread_.joinable()) thread_ = std::thread([this] { Run(); });
      } catch (const std::system_error&) {  // the machine has no more threads
        return false;
      }
      taken_ = true;
      work_ = &work;
    }
    changed_.notify_all();
    return true;
  }
  void Run() {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [&] { return work_ != nullptr || ending_; });
      if (work_ == nullptr) return;
      Work& work = *work_;
      working_ = true;
      lock.unlock();
      work.Do();
      lock.lock();
      working_ = false;
      if (work_ == &work) work_ = nullptr;
      changed_.notify_all();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  Work* work_ = nullptr;  // offered
  bool working_ = false;  // the thread is in it
  bool taken_ = false;    // by a caller, until its work is done
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace

void InParts(std::size_t count, std::size_t a_part, const std::function<void(std::size_t begin, std::size_t end)>& part) {
  Work work{count, a_part, part, {}};
  if (count <= a_part) {
    work.Do();
    return;
  }
  static Beside beside;
  beside.Do(work);
}

Status EachBeside(std::size_t count, const std::function<Status(std::size_t)>& task) {
  std::mutex mutex;
  Status status;
  const auto failed = [&](const Status& done) {
    const std::lock_guard lock(mutex);
    if (status && !done) status = done;
    return !status;
  };
  InParts(count, 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end && !failed({}); ++i) failed(task(i));
  });
  return status;
}

}  // namespace tenure::history
