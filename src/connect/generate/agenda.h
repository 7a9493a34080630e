#pragma once
// What is bound to be told later, in order of telling; at one moment, in the order in which it was put down.
#include <cstdint>
#include <vector>

#include "connect/generate/scribe.h"

namespace tenure::connect::generate {

class Agenda {
 public:
  void Put(EffectiveTime told_at, Event event);
  bool Empty() const { return heap_.empty(); }
  std::int64_t Size() const { return static_cast<std::int64_t>(heap_.size()); }
  EffectiveTime NextAt() const { return heap_.front().at; }  // REQUIRED: not empty
  Event Take();                                              // REQUIRED: not empty

 private:
  // Events are large: the heap moves these, the events stay in their slots.
  struct Entry {
    EffectiveTime at;
    std::uint64_t order;
    std::size_t slot;
  };
  static bool IsLater(const Entry& a, const Entry& b) { return a.at != b.at ? a.at > b.at : a.order > b.order; }

  std::vector<Entry> heap_;
  std::vector<Event> slots_;
  std::vector<std::size_t> free_;
  std::uint64_t put_ = 0;
};

}  // namespace tenure::connect::generate
