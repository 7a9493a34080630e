#pragma once
// Making the event that resolves a dead letter.
#include "library/open_record.h"
#include "tenure/tenure.h"

namespace tenure::library {

// Its id is made of the position, what is decided, and the moment (a resolution that was retracted can be given again).
// Errors (kCaller): dead_letter_unknown, dead_letter_reason_missing.
Result<Event> MakeResolution(const OpenRecord& record, const DeadLetterResolution& resolution);

}  // namespace tenure::library
