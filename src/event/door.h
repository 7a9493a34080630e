#pragma once
// What our own door asks of an event beyond being readable: no secret in it. Everything else the Decoder has refused already.
//
// The projection never asks this: a newer binary must not change the past. Errors: event_secret, naming the field, never its value.
#include <string_view>

#include "event/codec.h"
#include "tenure/event.h"
#include "tenure/result.h"

namespace tenure::event {

// Of an event that will be written with Encode.
Status CheckAtDoor(const Event& event);
// Of a text that will be written as it is: attributes that are otherwise ignored are looked into as well.
Status CheckAtDoor(std::string_view json);
// Both questions of the door to a text that came in: readable, and without a secret.
Result<Event> ReadAtDoor(std::string_view json, Decoder& decoder);

}  // namespace tenure::event
