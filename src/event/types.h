#pragma once
// What codec.h says of types, for the inside of this folder.
#include <string_view>

#include "tenure/event.h"

namespace tenure::event {

const char* KeyFieldOf(EventType type);      // the member of `data` that names the record key
std::string_view KeyIn(const Event& event);  // KeyOf, as it stands in the event
Payload EmptyPayload(EventType type);

}  // namespace tenure::event
