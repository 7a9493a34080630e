#pragma once
// The thresholds and lists by which findings judge: one JSON document, whose fields and defaults are in docs/reference/findings.md.
// Plain values; durations are in microseconds.
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tenure/result.h"
#include "tenure/time.h"

namespace tenure::governance {

inline constexpr std::int64_t kMinute = 60'000'000, kHour = 60 * kMinute, kDay = 24 * kHour;

// One side of a separation of duties: a role, or an action on a resource.
struct Duty {
  std::string role, action, resource;
  friend bool operator==(const Duty&, const Duty&) = default;
};
struct DutyPair {
  std::string name;
  Duty left, right;
  friend bool operator==(const DutyPair&, const DutyPair&) = default;
};

struct Policy {
  std::vector<std::string> human_types{"user"}, external_types{"external"};
  std::vector<std::string> platform_principals{"external:*.amazonaws.com"};  // patterns: no outsiders
  std::vector<std::string> privileged_roles{"role:*admin*"};                 // patterns
  std::vector<std::string> production_environments{"prod", "production"};
  std::vector<std::string> production_scopes{"*:prod", "*:prod/*", "*:production", "*:production/*"};  // patterns
  std::vector<std::string> configured_sources, jit_roles;                                              // patterns
  std::vector<std::string> temporary_kinds{"break_glass", "jit"};
  std::vector<std::string> approval_required{"privileged", "requested"};
  std::vector<DutyPair> separation_of_duties;
  std::int64_t offboarding_grace = 24 * kHour;
  std::int64_t credential_age = 90 * kDay;
  std::map<std::string, std::optional<std::int64_t>> credential_age_by_kind{{"certificate", 398 * kDay}, {"password", {}}};
  std::int64_t compromise_grace = kHour;
  std::int64_t leave_rotation = 7 * kDay;
  std::int64_t dormant_identity = 90 * kDay, dormant_authority = 90 * kDay, over_privilege = 90 * kDay;
  std::int64_t review_every = 365 * kDay, break_glass_review = 7 * kDay;
  std::int64_t temporary_max = 24 * kHour;
  std::int64_t renewals_max = 3, renewal_window = 30 * kDay;
  std::int64_t shared_window = 24 * kHour, shared_networks_max = 2, shared_actors_max = 1;
  std::int64_t notice = 30 * kDay;
  std::int64_t future_max = 60 * kMinute;
  EffectiveTime plausible_from{946'684'800'000'000};

  friend bool operator==(const Policy&, const Policy&) = default;
};

// Whether a list of the policy names a text; whether one of its patterns matches it.
bool Names(const std::vector<std::string>& list, std::string_view text);
bool Match(const std::vector<std::string>& patterns, std::string_view text);

// Errors (kCaller): policy_malformed, policy_field_unknown, policy_value. Empty text = the default.
Result<Policy> ReadPolicy(std::string_view json);
// All fields, in the order of the documentation; equal policies give equal text.
std::string WritePolicy(const Policy& policy);
// SHA-256 of that text, in hex.
std::string HashOf(const Policy& policy);

}  // namespace tenure::governance
