#pragma once
// What is wrong, naively: each rule of docs/reference/findings.md as one plain predicate over a moment, asked at every moment at which
// it could change. Nothing is shared with what it judges, not even the policy.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "reference/reference.h"

namespace tenure::reference {

inline constexpr std::int64_t kMinuteUs = 60'000'000, kHourUs = 60 * kMinuteUs, kDayUs = 24 * kHourUs;

// One side of a separation of duties: a role, or an action on a resource.
struct Duty {
  std::string role, action, resource;
};
struct DutyPair {
  std::string name;
  Duty left, right;
};

struct Policy {
  std::vector<std::string> human_types{"user"}, external_types{"external"};
  std::vector<std::string> platform_principals{"external:*.amazonaws.com"};
  std::vector<std::string> privileged_roles{"role:*admin*"};
  std::vector<std::string> production_environments{"prod", "production"};
  std::vector<std::string> production_scopes{"*:prod", "*:prod/*", "*:production", "*:production/*"};
  std::vector<std::string> configured_sources, jit_roles;
  std::vector<std::string> temporary_kinds{"break_glass", "jit"}, approval_required{"privileged", "requested"};
  std::vector<DutyPair> separation_of_duties;
  std::int64_t offboarding_grace_us = 24 * kHourUs;
  std::int64_t credential_age_us = 90 * kDayUs;
  std::map<std::string, std::optional<std::int64_t>> credential_age_us_by_kind{{"certificate", 398 * kDayUs},
                                                                               {"password", std::nullopt}};
  std::int64_t compromise_grace_us = kHourUs, leave_rotation_us = 7 * kDayUs;
  std::int64_t dormant_identity_us = 90 * kDayUs, dormant_authority_us = 90 * kDayUs, over_privilege_us = 90 * kDayUs;
  std::int64_t review_every_us = 365 * kDayUs, break_glass_review_us = 7 * kDayUs;
  std::int64_t temporary_us_max = 24 * kHourUs;
  std::int64_t renewals_max = 3, renewal_window_us = 30 * kDayUs;
  std::int64_t shared_window_us = 24 * kHourUs, shared_networks_max = 2, shared_actors_max = 1;
  std::int64_t notice_us = 30 * kDayUs;
  std::int64_t future_us_max = 60 * kMinuteUs;
  EffectiveTime plausible_from{946'684'800'000'000};  // 2000-01-01
};

// A maximal stretch in which a rule holds with one status.
struct Finding {
  std::string rule, subject, about;
  Interval span;
  bool certain = true;
  friend auto operator<=>(const Finding&, const Finding&) = default;
};
// All of them, over all of time, ascending.
std::vector<Finding> Findings(const View& view, const Policy& policy);

// A stretch in which an exception is live for a rule and a subject.
struct Excuse {
  std::string exception, approver, reason;
  Interval span;
  friend auto operator<=>(const Excuse&, const Excuse&) = default;
};
std::vector<Excuse> Excuses(const View& view, const std::string& rule, const std::string& subject);
// When any of them is live.
std::vector<Interval> Excused(const View& view, const std::string& rule, const std::string& subject);

}  // namespace tenure::reference
