#pragma once
// A stream that ends when its reader would no longer be let in, and of which the audit is told when it is over.
// Thread safety: as Stream.
#include <memory>

#include "http/audit.h"
#include "http/route.h"

namespace tenure::http {

// Takes the exchange's stream; copies what it needs of the rest. The audit outlives it.
std::unique_ptr<Stream> AuditedStream(Audit& audit, std::unique_ptr<Stream> stream, const Exchange& exchange, Scope scope);

}  // namespace tenure::http
