#pragma once
// Token buckets by name: each holds `burst` at most and gains `per_second`.
//
// A bounded number of names is kept. Names that have all they can hold are forgotten first, which changes nothing for them; if there
// are still too many, the others share one bucket.
// Thread safety: any call from any thread.
#include <chrono>
#include <mutex>
#include <string>
#include <unordered_map>

namespace tenure::http {

struct Rate {
  double per_second = 0, burst = 0;
};

class RateLimit {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  explicit RateLimit(std::size_t names_max = 20'000) : names_max_(names_max) {}

  // Takes one. 0 = it was there; else nothing was taken and so many whole seconds will pass until one is there.
  int Take(const std::string& name, Rate rate, Moment now);
  // The same without taking.
  int Wait(const std::string& name, Rate rate, Moment now);

 private:
  struct Bucket {
    double held = 0;
    Moment at;
    Rate rate;
  };
  Bucket& Find(const std::string& name, Rate rate, Moment now);
  void Forget(Moment now);

  const std::size_t names_max_;
  std::mutex mutex_;
  std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace tenure::http
