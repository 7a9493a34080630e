#include "log/append_queue.h"

#include <utility>

namespace tenure::log {
namespace {

// A group grows to this before the next one begins: beyond it a sync costs little for each record, and the first waits for all.
constexpr std::size_t kGroupBytes = 4U << 20;

std::size_t BytesOf(const AppendQueue::Request& request) {
  std::size_t bytes = 0;
  if (request.records != nullptr)
    for (const NewRecord& record : *request.records) bytes += record.key.size() + record.value.size();
  return bytes;
}

}  // namespace

Result<Appended> AppendQueue::Submit(Request& mine) {
  std::unique_lock lock(mutex_);
  waiting_.push_back(&mine);
  mine.turn.wait(lock, [&] { return mine.done || waiting_.front() == &mine; });
  if (mine.done) return std::move(mine.result);
  const Group group = TakeGroup();
  lock.unlock();
  commit_(group);
  lock.lock();
  for (Request* request : group) {
    waiting_.pop_front();
    request->done = true;
    if (request != &mine) request->turn.notify_one();  // under the lock: it can't return, and so vanish, before we are through
  }
  if (!waiting_.empty()) waiting_.front()->turn.notify_one();
  return std::move(mine.result);
}

AppendQueue::Group AppendQueue::TakeGroup() const {
  Group group;
  std::size_t bytes = 0;
  for (Request* request : waiting_) {
    bytes += BytesOf(*request);
    if (!group.empty() && bytes > kGroupBytes) break;
    group.push_back(request);
  }
  return group;
}

}  // namespace tenure::log
