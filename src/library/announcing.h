#pragma once
// Dead letters are told to others on tenure.dead-letter: position and reason, never the body (schemas/asyncapi.yaml).
#include "projection/read_model.h"

namespace tenure::library {

// Appends an announcement of each dead letter that is projected and not below `announced`, then moves `announced` to what is
// projected. Told at least once: an announcement's id is its record's position, so that a second one is the same. Conflicts are none.
Status AnnounceDeadLetters(const projection::ReadModel& model, log::Log& log, PositionVector& announced);

}  // namespace tenure::library
