#pragma once
// What codec.h says of types, for the inside of this folder.
#include "tenure/event.h"

namespace tenure::event {

const char* KeyFieldOf(EventType type);  // the member of `data` that names the record key
Payload EmptyPayload(EventType type);

}  // namespace tenure::event
