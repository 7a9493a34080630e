#pragma once
// The text of a policy, from a file.
#include <string>

#include "tenure/result.h"

namespace tenure::library {

// No path is no policy, ""; an empty file is the policy that changes nothing, "{}". Reads 1 MiB at most.
// Errors: policy_unreadable, policy_malformed for one that is larger (kCaller).
Result<std::string> ReadPolicyFile(const std::string& path);

}  // namespace tenure::library
