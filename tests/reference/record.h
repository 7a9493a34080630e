#pragma once
// What the reference model reads: the records of a log, each with its position and recorded time. Plain values.
#include <optional>
#include <set>
#include <string>
#include <tuple>

#include "tenure/event.h"
#include "tenure/position.h"
#include "tenure/time.h"

namespace tenure::reference {

// What can still be told of a record that is no event.
struct Unreadable {
  std::optional<EventType> type;
  OptionalTime time;
  std::string key;  // what its `data` names, if that is a reference
  bool carries_supersedes = false;
};

struct Entry {
  Position position;
  RecordedTime recorded;       // never falls within a partition
  std::string record_key;      // the log's key, which `data` may contradict
  std::optional<Event> event;  // nullopt: unreadable, a dead letter
  Unreadable unreadable;       // of no meaning when there is an event
  std::string verified_writer;
};

// What changes the meaning of the same records.
struct Configuration {
  std::set<std::string> correctors;  // sources whose retractions count for any target
};

// Order of record: (recorded time, topic, partition, offset).
struct Order {
  RecordedTime recorded;
  Position position;
  friend auto operator<=>(const Order&, const Order&) = default;
};
inline Order OrderOf(const Entry& entry) { return {entry.recorded, entry.position}; }

// Order of effect: by time, equal times in order of record.
struct Moment {
  EffectiveTime time;
  Order order;
  friend auto operator<=>(const Moment&, const Moment&) = default;
};

// An event in force, with the moment it takes effect. Points into the entries that the reference was given.
struct Fact {
  Moment moment;
  const Event* event = nullptr;
  template <class Data>
  const Data* As() const {
    return std::get_if<Data>(&event->payload);
  }
};

}  // namespace tenure::reference
