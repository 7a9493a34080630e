#pragma once
// What our own door asks of an event beyond being readable: no secret in it. Everything else the Decoder has refused already.
#include "tenure/event.h"
#include "tenure/result.h"

namespace tenure::event {

// Errors: event_secret, naming the field, never its value.
Status CheckAtDoor(const Event& event);

}  // namespace tenure::event
