#pragma once
// The systems of the organisation, and events in their words.
//
// Every system is the `source` of what it says and belongs to a team that owns its control; the cloud console belongs to nobody,
// which is one of the findings. Ids count up within a system: "iam-17". The ids of the story (story.h) are words instead.
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "connect/generate/calendar.h"
#include "tenure/event.h"

namespace tenure::connect::generate {

enum class System : std::uint8_t {
  kPeople,
  kDirectory,
  kAccess,
  kPrivileged,
  kPipeline,
  kMesh,
  kAgents,
  kVendors,
  kVault,
  kConsole,
  kReviews,
  kGateway
};
inline constexpr int kSystems = 12;

std::string_view SourceOf(System system);
// The service account under which the system acts of its own accord.
std::string_view AccountOf(System system);

// An event and when it was told: at its own time, or later.
struct Told {
  EffectiveTime at;
  Event event;
};

// The event without a name. actor empty = the system's own account.
Event Wording(System system, EffectiveTime time, std::string_view actor, Payload payload);

class Scribe {
 public:
  // The event with the system's next id.
  Event Write(System system, EffectiveTime time, std::string_view actor, Payload payload);

 private:
  std::array<std::int64_t, kSystems> written_{};
};

}  // namespace tenure::connect::generate
