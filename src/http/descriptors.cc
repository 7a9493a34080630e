#include "http/descriptors.h"

#include <sys/resource.h>

#include <algorithm>

namespace tenure::http {
namespace {

// Of RocksDB, the audit, Kafka, and connections that are being turned away.
constexpr std::int64_t kOthers = 1024;

}  // namespace

std::int64_t RoomForConnections(std::int64_t wanted) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return wanted;
  const auto needed = static_cast<rlim_t>(wanted + kOthers);
  if (limit.rlim_cur < needed) {
    limit.rlim_cur = std::min(needed, limit.rlim_max);
    setrlimit(RLIMIT_NOFILE, &limit);
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return wanted;
  }
  if (limit.rlim_cur >= needed) return wanted;
  const auto all = static_cast<std::int64_t>(limit.rlim_cur);
  return std::max(all - kOthers, all / 2);
}

}  // namespace tenure::http
