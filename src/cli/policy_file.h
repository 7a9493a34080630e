#pragma once
// A policy from a file, as text. Error (kCaller): policy_unreadable.
#include <string>

#include "tenure/result.h"

namespace tenure::cli {

// No path: no policy ("").
Result<std::string> ReadPolicyFile(const std::string& path);

}  // namespace tenure::cli
