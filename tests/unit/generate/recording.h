#pragma once
// A generated stream as a list, and ways to find things in it.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "connect/generate/organisation.h"
#include "event/codec.h"

namespace tenure::connect {

inline std::vector<Event> Recorded(std::uint64_t seed, std::int64_t events) {
  std::vector<Event> recorded;
  const Status told = Generate({.seed = seed, .events = events}, [&](const Event& event) -> Status {
    recorded.push_back(event);
    return {};
  });
  return told ? recorded : std::vector<Event>{};
}

inline std::vector<Event> RecordedCorrection() {
  std::vector<Event> recorded;
  (void)GenerateCorrection([&](const Event& event) -> Status {
    recorded.push_back(event);
    return {};
  });
  return recorded;
}

// FNV-1a over the lines as they are written.
inline std::uint64_t Fingerprint(const std::vector<Event>& events) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const Event& event : events)
    for (const char c : event::Encode(event) + "\n") hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

// Is there a payload of that type for which `holds(payload, event)`?
template <class Data, class Holds>
bool Any(const std::vector<Event>& events, const Holds& holds) {
  return std::any_of(events.begin(), events.end(), [&](const Event& event) {
    const Data* data = std::get_if<Data>(&event.payload);
    return data != nullptr && holds(*data, event);
  });
}

inline const Event* Find(const std::vector<Event>& events, std::string_view id) {
  const auto found = std::find_if(events.begin(), events.end(), [&](const Event& event) { return event.name.id == id; });
  return found == events.end() ? nullptr : &*found;
}

}  // namespace tenure::connect
