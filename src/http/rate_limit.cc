#include "http/rate_limit.h"

#include <algorithm>
#include <cmath>

namespace tenure::http {
namespace {

constexpr const char* kOthers = "";  // no name is empty

double HeldAt(double held, std::chrono::steady_clock::duration passed, Rate rate) {
  return std::min(rate.burst, held + std::max(0.0, std::chrono::duration<double>(passed).count()) * rate.per_second);
}

int SecondsUntilOne(double held, Rate rate) {
  return held >= 1 ? 0 : std::max(1, static_cast<int>(std::ceil((1 - held) / rate.per_second)));
}

}  // namespace

RateLimit::Bucket& RateLimit::Find(const std::string& name, Rate rate, Moment now) {
  auto found = buckets_.find(name);
  if (found == buckets_.end()) {
    if (buckets_.size() >= names_max_) Forget(now);
    found = buckets_.try_emplace(buckets_.size() < names_max_ ? name : kOthers, Bucket{rate.burst, now, rate}).first;
  }
  Bucket& bucket = found->second;
  bucket.held = HeldAt(bucket.held, now - bucket.at, rate);
  bucket.at = now;
  bucket.rate = rate;
  return bucket;
}

void RateLimit::Forget(Moment now) {
  std::erase_if(buckets_, [&](const auto& one) {
    const Bucket& bucket = one.second;
    return HeldAt(bucket.held, now - bucket.at, bucket.rate) >= bucket.rate.burst;
  });
}

int RateLimit::Take(const std::string& name, Rate rate, Moment now) {
  const std::lock_guard lock(mutex_);
  Bucket& bucket = Find(name, rate, now);
  const int wait = SecondsUntilOne(bucket.held, rate);
  if (wait == 0) bucket.held -= 1;
  return wait;
}

int RateLimit::Wait(const std::string& name, Rate rate, Moment now) {
  const std::lock_guard lock(mutex_);
  const auto found = buckets_.find(name);
  if (found == buckets_.end() && buckets_.size() < names_max_) return 0;
  return SecondsUntilOne(Find(name, rate, now).held, rate);
}

}  // namespace tenure::http
