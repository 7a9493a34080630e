#include "connect/generate/agenda.h"

#include <algorithm>
#include <utility>

namespace tenure::connect::generate {

void Agenda::Put(EffectiveTime told_at, Event event) {
  std::size_t slot = slots_.size();
  if (free_.empty()) {
    slots_.push_back(std::move(event));
  } else {
    slot = free_.back();
    free_.pop_back();
    slots_[slot] = std::move(event);
  }
  heap_.push_back({told_at, put_++, slot});
  std::push_heap(heap_.begin(), heap_.end(), IsLater);
}

Event Agenda::Take() {
  std::pop_heap(heap_.begin(), heap_.end(), IsLater);
  const std::size_t slot = heap_.back().slot;
  heap_.pop_back();
  free_.push_back(slot);
  return std::move(slots_[slot]);
}

}  // namespace tenure::connect::generate
