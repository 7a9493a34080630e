#include "property/history_policy.h"

#include "property/history_events.h"
#include "reference/builders.h"

namespace tenure::property {
namespace {

using reference::Duty;
using reference::DutyPair;
using reference::kHourUs;
using reference::kMinuteUs;

// Half of the list or so, in its order.
std::vector<std::string> Some(Dice& dice, const std::vector<std::string>& list) {
  std::vector<std::string> some;
  for (const auto& one : list)
    if (dice.Chance(0.5)) some.push_back(one);
  return some;
}

// Whole hours mostly, for the events of a history fall on them.
std::int64_t Duration(Dice& dice) {
  return dice.Chance(0.7)   ? dice.Between(1, 4) * kHourUs
         : dice.Chance(0.8) ? dice.Between(1, 4) * 30 * kMinuteUs
                            : dice.Between(0, 1);
}

Duty SomeDuty(Dice& dice) {
  const Universe& u = TheUniverse();
  if (dice.Chance(0.7)) return {dice.Pick(u.roles), "", ""};
  return {"", dice.Chance(0.5) ? "read" : "write", dice.Pick(u.resources)};
}

}  // namespace

reference::Policy SomePolicy(Random& random) {
  Dice dice(random);
  reference::Policy policy;
  if (dice.Chance(0.2)) policy.human_types = {"user", "agent"};
  if (dice.Chance(0.3)) policy.external_types = {"external", "service_account"};
  policy.privileged_roles = Some(dice, {"role:r1", "role:?2", "*3"});
  if (dice.Chance(0.3)) policy.production_environments = {"prod", "test"};
  policy.production_scopes = Some(dice, {"bucket:prod", "bucket:*", "*", "service_account:*"});
  policy.configured_sources = Some(dice, {"iam", "h?", "audit"});
  policy.jit_roles = Some(dice, {"role:r2", "*1"});
  policy.temporary_kinds =
      dice.Chance(0.7) ? std::vector<std::string>{"break_glass", "jit"} : Some(dice, {"jit", "standing", "delegated"});
  policy.approval_required = Some(dice, {"privileged", "requested"});
  if (dice.Chance(0.12))  // `who` over all time takes the reference longer than all the rest
    for (int n = dice.Chance(0.8) ? 1 : 2; n > 0; --n)
      policy.separation_of_duties.push_back({"pair " + std::to_string(n), SomeDuty(dice), SomeDuty(dice)});
  for (auto* us : {&policy.offboarding_grace_us, &policy.credential_age_us, &policy.compromise_grace_us,
                   &policy.leave_rotation_us, &policy.dormant_identity_us, &policy.dormant_authority_us,
                   &policy.over_privilege_us, &policy.review_every_us, &policy.break_glass_review_us, &policy.temporary_us_max,
                   &policy.renewal_window_us, &policy.shared_window_us, &policy.notice_us, &policy.future_us_max})
    *us = Duration(dice);
  policy.credential_age_us_by_kind = {{"certificate", Duration(dice)}, {"password", std::nullopt}};
  policy.renewals_max = dice.Between(0, 2), policy.shared_networks_max = dice.Between(0, 2),
  policy.shared_actors_max = dice.Between(0, 1);
  if (dice.Chance(0.5)) policy.plausible_from = {builders::At("00:00").us + dice.Between(0, 2) * kHourUs};
  return policy;
}

}  // namespace tenure::property
