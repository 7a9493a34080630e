#pragma once
// Memory that connections hold, counted together. Private to connection.cc.
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace tenure::http {

// What one connection holds of the sum that all hold; gives it back when it ends. Thread safety: one thread at a time, the sum any.
class Held {
 public:
  explicit Held(std::atomic<std::int64_t>& all) : all_(all) {}
  ~Held() { Set(0); }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;

  // All that is held now, this included.
  std::int64_t Set(std::size_t bytes) {
    const auto change = static_cast<std::int64_t>(bytes) - mine_;
    mine_ += change;
    return all_.fetch_add(change) + change;
  }

 private:
  std::atomic<std::int64_t>& all_;
  std::int64_t mine_ = 0;
};

}  // namespace tenure::http
