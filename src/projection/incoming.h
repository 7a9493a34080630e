#pragma once
// One log record as the store takes it: a readable event on its own plane's topic, or a dead letter with its reason.
#include "event/codec.h"
#include "history/store.h"
#include "log/log.h"

namespace tenure::projection {

// Its recorded time is the record's own stamp; a model puts its partition's running maximum in. Never fails: what cannot be read becomes
// a dead letter. Reasons: the codec's event_* codes, event_misplaced (a type on another plane's topic), record_not_json.
history::Incoming ToIncoming(event::Decoder& decoder, const log::Record& record);
// The same of a record whose value has been decoded to this event; the value itself isn't looked at.
history::Incoming ToIncoming(Event event, const log::Record& record);
void SetRecorded(history::Incoming& incoming, RecordedTime recorded);

}  // namespace tenure::projection
