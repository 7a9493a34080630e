#pragma once
// The AWS-managed policies whose content tenure knows.
//
// CloudTrail shows that such a policy was attached and never what it holds. Each is defined at 1970-01-01T00:00:00Z by an event of
// source `aws.managed-policies` with the policy's ARN as id, the same in every import. What every version of the policy has held
// is stated plainly; what only some versions hold is stated under a condition, so that it is possible and never certain.
// A policy that is not listed stays undefined: it may hold anything. The list: docs/reference/cloudtrail.md.
#include <optional>
#include <string_view>

#include "tenure/event.h"

namespace tenure::connect {

inline constexpr std::string_view kManagedPolicySource = "aws.managed-policies";

// The definition of `arn:<partition>:iam::aws:policy/<name>`, not yet completed by the codec; nothing for any other ARN.
std::optional<Event> ManagedPolicyDefinition(std::string_view policy_arn);

}  // namespace tenure::connect
