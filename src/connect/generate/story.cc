#include "connect/generate/story.h"

#include "connect/generate/agenda.h"
#include "event/clock.h"

namespace tenure::connect::generate {

std::vector<Told> Story() {
  Telling telling;
  TellSetting(telling);
  TellIncident(telling);
  return std::move(telling).InOrder();
}

Event& Telling::Say(System system, EffectiveTime time, std::string_view actor, std::string_view id, Payload payload) {
  told_.push_back({time, Wording(system, time, actor, std::move(payload))});
  told_.back().event.name.id = id;
  return told_.back().event;
}

Event& Telling::SayLate(System system, EffectiveTime time, EffectiveTime told_at, std::string_view actor, std::string_view id,
                        Payload payload) {
  Event& event = Say(system, time, actor, id, std::move(payload));
  told_.back().at = told_at;
  MarkLate(event, told_at);
  return event;
}

std::vector<Told> Telling::InOrder() && {
  Agenda agenda;
  for (Told& told : told_) agenda.Put(told.at, std::move(told.event));
  for (Told& told : told_) {
    told.at = agenda.NextAt();
    told.event = agenda.Take();
  }
  return std::move(told_);
}

void MarkLate(Event& event, EffectiveTime told_at) { event.recordedtime = event::FormatTime(told_at.us); }

}  // namespace tenure::connect::generate
