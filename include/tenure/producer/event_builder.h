#pragma once
// Events, made by those who know of them: a typed payload of event.h with the envelope around it.
//
//     const auto granted = producer::EventBuilder(GrantIssued{.grant = "g-17",
//                                                             .principal = "user:alice",
//                                                             .role = "role:db-admin",
//                                                             .scope = "bucket:prod",
//                                                             .expires_at = producer::TimeOf(tomorrow)})
//                              .Source("iam.example")
//                              .Time(std::chrono::system_clock::now())
//                              .Actor("user:dana")
//                              .Build();
//     if (!granted) return Complain(granted.error().ToString());
//
// Each of the 29 types is made this one way. What is required and wasn't said is an error and never a default.
// Thread safety: plain values.
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tenure/event.h"
#include "tenure/result.h"
#include "tenure/time.h"

namespace tenure::producer {

// Digits past microseconds are cut.
EffectiveTime TimeOf(std::chrono::system_clock::time_point time);
// RFC 3339 with a zone: "2026-03-02T09:00:00Z". Errors: event_time_*.
Result<EffectiveTime> ReadTime(std::string_view rfc3339);

class EventBuilder {
 public:
  explicit EventBuilder(Payload payload);  // any struct of event.h that is a type's data

  // --- REQUIRED
  EventBuilder& Source(std::string source);  // who says it: the same text for ever, "iam.example"
  EventBuilder& Time(EffectiveTime time);    // when it was true, not when it is sent
  EventBuilder& Time(std::chrono::system_clock::time_point time) { return Time(TimeOf(time)); }

  // --- may be left out
  // The name of the event is source and id: two events with one name are copies, and with different content a conflict. Give
  // the id that your own system has for it, if it has one: then whatever is told twice counts once. Else Build makes a random one.
  EventBuilder& Id(std::string id);
  EventBuilder& Actor(std::string authid);          // on whose word: a reference, "user:dana"
  EventBuilder& ActorType(std::string authtype);    // "user", "service_account", "system" …
  EventBuilder& ControlOwner(std::string owner);    // who owns the control that acted
  EventBuilder& Correlation(std::string id);        // what else belongs to the same undertaking
  EventBuilder& Causation(std::string id);          // what led to it
  EventBuilder& OwnRecordedTime(std::string time);  // when your own system learned it; evidence only
  // Retracts another event on the same topic and states this one in its place. May be repeated.
  EventBuilder& Supersedes(EventName name);
  // Of RoleDefined alone: that it permits nothing is meant so. Without this a role without permissions is refused.
  EventBuilder& PermitsNothing();

  // The event, checked as tenure checks it at its own door: required fields, references and patterns, times, sizes, no secret.
  // Building again gives an equal event with the same id.
  // Errors (kInput), each naming the field: event_attribute_missing (source, time), event_field_*, event_reference_*, event_time_*,
  // event_pattern_too_long, event_too_large, event_secret and the others of docs/reference/events.md. kFault: event_id_not_made.
  Result<Event> Build();

 private:
  Event event_;
  std::optional<EffectiveTime> time_;
  bool permits_nothing_ = false;
};

}  // namespace tenure::producer
