#include "library/record_in_order.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tenure::library {
namespace {
constexpr std::size_t kReadAhead = 1000;
}

Result<std::optional<log::Record>> RecordInOrder::Next() {
  std::deque<log::Record>* first = nullptr;
  for (const auto& [where, end] : until_.next) {
    if (static_cast<int>(where.topic) >= kPlaneTopics) continue;
    if (auto s = Fill(where, end); !s) return tl::unexpected<Error>(s.error());
    auto& buffer = buffers_[where];
    if (!buffer.empty() && (first == nullptr || buffer.front().stamp < first->front().stamp)) first = &buffer;
  }
  if (first == nullptr) return std::optional<log::Record>{};
  std::optional<log::Record> record(std::move(first->front()));
  first->pop_front();
  return record;
}

Status RecordInOrder::Fill(const TopicPartition& where, std::int64_t end) {
  auto& buffer = buffers_[where];
  const std::int64_t from = read_.Next(where);
  if (!buffer.empty() || from >= end) return {};
  auto records = log_.Read(where, from, std::min<std::size_t>(kReadAhead, static_cast<std::size_t>(end - from)));
  if (!records) return tl::unexpected<Error>(records.error());
  read_.next[where] = from + static_cast<std::int64_t>(records->size());
  buffer.assign(std::make_move_iterator(records->begin()), std::make_move_iterator(records->end()));
  return {};
}

}  // namespace tenure::library
