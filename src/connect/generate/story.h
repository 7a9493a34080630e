#pragma once
// The fixed cast's part of the stream, the same for every seed: what cast.h promises, in words of its own.
//
// Ids are words ("outage-0119-granted"), so they never meet those that count up.
#include <initializer_list>
#include <string_view>
#include <utility>
#include <vector>

#include "connect/generate/scribe.h"

namespace tenure::connect::generate {

// In order of telling.
std::vector<Told> Story();
// What the investigation appends later.
std::vector<Event> Correction();

// A story under construction.
class Telling {
 public:
  // Told at its own time. The reference lasts until the next call.
  Event& Say(System system, EffectiveTime time, std::string_view actor, std::string_view id, Payload payload);
  // Told later than it took effect; the event carries the moment of telling as its `recordedtime`.
  Event& SayLate(System system, EffectiveTime time, EffectiveTime told_at, std::string_view actor, std::string_view id,
                 Payload payload);
  std::vector<Told> InOrder() &&;

 private:
  std::vector<Told> told_;
};

// The two halves of Story().
void TellSetting(Telling& telling);   // the cast, its groups, roles and proper grants
void TellIncident(Telling& telling);  // what went wrong, up to what the first record believed

// Marks an event as told late.
void MarkLate(Event& event, EffectiveTime told_at);

}  // namespace tenure::connect::generate
