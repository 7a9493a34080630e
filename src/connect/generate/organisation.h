#pragma once
// A synthetic organisation, told as events: who joined, moved and left, what they were given and by whom, and what went wrong.
//
// The stream is a function of the options alone: the same seed and count give the same events on any machine. It runs from
// January 2024 to about the end of June 2026 in the order in which an organisation would have told it. Nearly every event is told when it
// happens; some revokes are told days after they took effect, and the producer's `recordedtime` says so.
// Whatever the seed, one fixed cast plays one fixed incident in it (cast.h), and only the cast holds anything below `bucket:prod`.
// Its sins are there whatever the seed and the count: a robot that outlives its owner, an admin grant made by hand without a
// request, a grant approved by the one who got it, a revoke told late, leavers and movers who kept what they held.
//
// Events are built from structs: their `data_json` and `content_hash` are empty (event::Encode writes the line).
// Memory does not grow with the count once the organisation has its full size (at most 13,000 identities at a time).
// Two organisations of different seed or count share names and event ids: append them to different data directories.
#include <cstdint>
#include <functional>

#include "tenure/event.h"
#include "tenure/result.h"

namespace tenure::connect {

struct GenerateOptions {
  std::uint64_t seed = 1;
  std::int64_t events = 20'000;  // exactly that many, the correction not counted; kGenerateEventsMin or more
};

inline constexpr std::int64_t kGenerateEventsMin = 250;

// Takes one event; an error stops the stream and is returned as it is.
using EmitEvent = std::function<Status(const Event&)>;

// Errors: generate_events_too_few (kCaller), and what `emit` returns.
Status Generate(const GenerateOptions& options, const EmitEvent& emit);

// What the investigation found out weeks after the incident, to be appended later: the same few events for every seed and count.
// They change what the record says of the moment of the incident (cast.h tells how).
Status GenerateCorrection(const EmitEvent& emit);

}  // namespace tenure::connect
