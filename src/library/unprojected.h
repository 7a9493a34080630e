#pragma once
// The names of events that are in the log and not in the read model yet, while a first import goes on: the door looks here as well.
//
// About 100 bytes a name. Thread safety: one thread.
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "history/rows.h"
#include "projection/read_model.h"

namespace tenure::library {

class Unprojected {
 public:
  using Known = projection::ReadModel::Known;

  // REQUIRED: it isn't in yet.
  void Add(const EventName& name, const Known& known);
  std::optional<Known> Find(const EventName& name) const;
  std::size_t Size() const { return all_.size(); }

 private:
  struct One {
    history::NameHash name;
    Known known;
  };
  // Where the name is in `slots_`, or would go.
  std::size_t SlotOf(const history::NameHash& name) const;
  void Grow();

  std::deque<One> all_;
  std::vector<std::uint32_t> slots_;  // one more than its place in all_; 0 is free
};

}  // namespace tenure::library
