#pragma once
// Copying the record on an embedded log to Kafka. Contract: Mirror in include/tenure/tenure.h.
#include "library/open_record.h"
#include "tenure/tenure.h"

namespace tenure::library {

// Both are open, `target` for writing. What of `source` is an event, a copy or a dead letter is what its own read model says. Batches
// are recorded strictly one after the other, so that an interruption leaves a beginning of the record, but for holes in its last batch.
Result<MirrorReport> CopyRecord(const OpenRecord& source, OpenRecord& target, const Progress& progress);

}  // namespace tenure::library
