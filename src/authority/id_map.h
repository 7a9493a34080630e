#pragma once
// From names (history/names.h) to what a question knows of them: open addressing, one allocation, no order. A value of nothing is made
// by the first use. References stay valid until the next new id. Not thread safe.
#include <utility>
#include <vector>

#include "history/names.h"

namespace tenure::authority {

template <class Value>
class IdMap {
 public:
  IdMap() : slots_(32, Slot{history::kNoName, Value{}}) {}
  Value& operator[](history::NameId id) {
    Slot* slot = &SlotOf(id);
    if (slot->id != id) {
      if (2 * ++size_ > slots_.size()) {
        Grow();
        slot = &SlotOf(id);
      }
      slot->id = id;
    }
    return slot->value;
  }
  // nullptr: never used.
  const Value* Find(history::NameId id) const {
    const Slot& slot = const_cast<IdMap*>(this)->SlotOf(id);
    return slot.id == id ? &slot.value : nullptr;
  }

 private:
  struct Slot {
    history::NameId id;
    Value value;
  };
  Slot& SlotOf(history::NameId id) {
    std::size_t at = (id * 0x9e3779b1U) & (slots_.size() - 1);
    while (slots_[at].id != id && slots_[at].id != history::kNoName) at = (at + 1) & (slots_.size() - 1);
    return slots_[at];
  }
  void Grow() {
    std::vector<Slot> old(2 * slots_.size(), Slot{history::kNoName, Value{}});
    old.swap(slots_);
    for (Slot& slot : old)
      if (slot.id != history::kNoName) {
        Slot& to = SlotOf(slot.id);
        to.id = slot.id;
        to.value = std::move(slot.value);
      }
  }
  std::vector<Slot> slots_;
  std::size_t size_ = 0;
};

}  // namespace tenure::authority
