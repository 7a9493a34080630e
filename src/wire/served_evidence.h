#pragma once
// An evidence pack of a record behind a service, which makes it. Thread safety: free function.
#include <string>

#include "tenure/evidence.h"
#include "wire/client.h"

namespace tenure::wire {

// The bytes of the pack; of `question` the arguments and the policy are asked, `now` in it is the service's. They are not checked here.
// Errors: client.h, reply_errors.h.
Result<std::string> FetchEvidence(const ServerAccess& access, const EvidenceQuestion& question);

}  // namespace tenure::wire
