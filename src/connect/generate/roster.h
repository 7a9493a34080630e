#pragma once
// The living of one kind: each has a slot that is its own while it lives, any of them can be picked by chance in constant time.
//
// A slot is given again after its owner has left, so who keeps a slot number must be told of the leaving.
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "connect/generate/random.h"

namespace tenure::connect::generate {

using Slot = std::uint32_t;
inline constexpr Slot kNobody = 0xffffffff;

template <class T>
class Roster {
 public:
  Slot Add(T one) {
    Slot slot = static_cast<Slot>(all_.size());
    if (free_.empty()) {
      all_.push_back(std::move(one));
      place_.push_back(0);
    } else {
      slot = free_.back();
      free_.pop_back();
      all_[slot] = std::move(one);
    }
    place_[slot] = living_.size();
    living_.push_back(slot);
    return slot;
  }
  void Remove(Slot slot) {
    const std::size_t place = place_[slot];
    living_[place] = living_.back();
    place_[living_[place]] = place;
    living_.pop_back();
    free_.push_back(slot);
  }
  Slot Pick(Random& random) const { return random.Pick(living_); }  // REQUIRED: not empty
  T& operator[](Slot slot) { return all_[slot]; }
  std::int64_t Size() const { return static_cast<std::int64_t>(living_.size()); }
  std::int64_t Slots() const { return static_cast<std::int64_t>(all_.size()); }

 private:
  std::vector<T> all_;
  std::vector<std::size_t> place_;  // of a living slot, in living_
  std::vector<Slot> living_, free_;
};

}  // namespace tenure::connect::generate
