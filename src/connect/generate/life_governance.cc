// Reviews and exceptions: what was looked at, what was decided, and what came of it.
#include <string>
#include <utility>

#include "connect/generate/life.h"

namespace tenure::connect::generate {

// A campaign over what some people and machines hold. What it decides to revoke is revoked by another control; not always.
void Life::Review() {
  const std::string review = NewId("review");
  const Person& reviewer = people_[people_.Pick(random_)];
  const EffectiveTime due = Later(now_, 10 * kDay);
  Course course{review, ""};
  ReviewOpened opened{.review = review, .as_of = now_, .due_at = due, .reviewer = reviewer.ref};
  if (random_.Permille(500)) opened.scope.role = RoleOf(reviewer.team, RoleKind::kOperator);
  else opened.scope.owner = reviewer.ref;
  Tell(now_, System::kReviews, "", std::move(opened), &course);
  for (std::int64_t i = random_.Between(2, 8); i > 0; --i) {
    Holder& holder = AnyHolder();
    if (holder.grants.empty()) continue;
    const std::int64_t chance = random_.Below(100);
    const EffectiveTime decided = In(kHour, 9 * kDay);
    Tell(decided, System::kReviews, reviewer.ref,
         ReviewDecided{.review = review,
                       .principal = holder.ref,
                       .grant = holder.grants.front(),
                       .decision = chance < 75   ? "keep"
                                   : chance < 95 ? "revoke"
                                                 : "change",
                       .reviewer = reviewer.ref},
         &course);
    if (chance >= 75 && chance < 92) RevokeGrant(holder, 0, Later(decided, kHour), random_.Permille(100), "review");
  }
  Tell(due, System::kReviews, "", ReviewClosed{.review = review}, &course);
}

void Life::Except() {
  const Machine& machine = machines_[machines_.Pick(random_)];
  const std::string exception = NewId("exception");
  const std::string& approver = people_[people_.Pick(random_)].ref;
  Course course{exception, ""};
  Tell(now_, System::kReviews, approver,
       ExceptionGranted{.exception = exception,
                        .subject = machine.ref,
                        .rule = "long_lived_secret",
                        .expires_at = Later(now_, random_.Between(30, 180) * kDay),
                        .approver = approver,
                        .reason = "vendor can't rotate yet"},
       &course);
  if (random_.Permille(200))
    Tell(In(kDay, 20 * kDay), System::kReviews, approver, ExceptionRevoked{.exception = exception, .subject = machine.ref},
         &course);
}

}  // namespace tenure::connect::generate
