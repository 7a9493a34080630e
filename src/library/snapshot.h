#pragma once
// Decisions at one moment over one knowledge; see tenure::Snapshot.
#include <memory>

#include "library/open_record.h"
#include "tenure/tenure.h"

namespace tenure::library {

Result<std::unique_ptr<Snapshot>> MakeSnapshot(OpenRecord& record, const Ask& ask);

}  // namespace tenure::library
