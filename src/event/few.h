#pragma once
// A list of plain values that takes no memory of its own as long as it is short. Not thread safe.
#include <array>
#include <cstddef>
#include <type_traits>
#include <vector>

namespace tenure::event {

template <class T, std::size_t kFew>
class Few {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  void push_back(const T& value) {
    if (size_ == kFew && many_.empty()) many_.assign(few_.begin(), few_.end());
    if (size_ < kFew) few_[size_] = value;
    else many_.push_back(value);
    ++size_;
  }
  T* begin() { return many_.empty() ? few_.data() : many_.data(); }
  T* end() { return begin() + size_; }
  const T* begin() const { return many_.empty() ? few_.data() : many_.data(); }
  const T* end() const { return begin() + size_; }
  std::size_t size() const { return size_; }
  T& operator[](std::size_t i) { return begin()[i]; }

 private:
  std::array<T, kFew> few_;
  std::vector<T> many_;  // all of them, once there are more than a few
  std::size_t size_ = 0;
};

}  // namespace tenure::event
