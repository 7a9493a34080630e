#pragma once
// One log record as the store takes it: a readable event on its own plane's topic, or a dead letter with its reason.
#include "event/codec.h"
#include "history/store.h"
#include "log/log.h"

namespace tenure::projection {

// `recorded` is the running maximum of the record's partition. Never fails: what cannot be read becomes a dead letter.
// Reasons: the codec's event_* codes, event_misplaced (a type on another plane's topic), record_not_json.
history::Incoming ToIncoming(event::Decoder& decoder, const log::Record& record, RecordedTime recorded);

}  // namespace tenure::projection
