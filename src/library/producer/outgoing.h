#pragma once
// From an event to the record that goes out: checked, addressed, in its wire form. Private to src/library/producer.
#include "log/kafka/sending.h"
#include "tenure/event.h"
#include "tenure/producer/producer.h"
#include "tenure/result.h"

namespace tenure::producer {

// Errors: those of Producer::Send that are about the event. Safe from any thread.
Result<log::Outgoing> ToOutgoing(const Event& event, std::optional<Topic> topic, Mode mode);

}  // namespace tenure::producer
