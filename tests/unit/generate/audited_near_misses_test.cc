// The clean organisation meets each threshold to the microsecond: what ends with a grace ends in its last moment, and what is done
// again is done when it is due. Without that an auditor who is a microsecond too strict would find nothing and be believed.
#include <gtest/gtest.h>

#include <map>

#include "connect/generate/audited/company.h"
#include "connect/generate/audited_organisation.h"
#include "recording.h"

namespace tenure::connect {
namespace {

using namespace generate;

class NearMisses : public testing::Test {
 protected:
  // Is there an `Earlier` and a `Later` of which `same(earlier, later)`, exactly so long apart?
  template <class First, class Second, class Same>
  bool Apart(std::int64_t us, const Same& same) const {
    for (const Event& first : events_)
      for (const Event& second : events_) {
        const First* earlier = std::get_if<First>(&first.payload);
        const Second* later = std::get_if<Second>(&second.payload);
        if (earlier != nullptr && later != nullptr && second.time.us - first.time.us == us && same(*earlier, *later)) return true;
      }
    return false;
  }

  const std::vector<Event> events_ = MakeAudited({.seed = 9, .clean = true}).events;
};

TEST_F(NearMisses, OffboardingTakesAllOfItsGrace) {
  EXPECT_TRUE((Apart<IdentityRetired, GrantRevoked>(
      kOffboardingGrace, [](const IdentityRetired& a, const GrantRevoked& b) { return a.identity == b.principal; })));
  EXPECT_TRUE((Apart<IdentityRetired, MembershipRemoved>(
      kOffboardingGrace, [](const IdentityRetired& a, const MembershipRemoved& b) { return a.identity == b.member; })));
  EXPECT_TRUE((Apart<IdentityRetired, CredentialRevoked>(
      kOffboardingGrace, [](const IdentityRetired& a, const CredentialRevoked& b) { return a.identity == b.identity; })));
  EXPECT_TRUE((Apart<IdentityRetired, IdentityOwnerChanged>(
      kOffboardingGrace, [](const IdentityRetired&, const IdentityOwnerChanged& b) { return b.owner.value.has_value(); })));
}

TEST_F(NearMisses, KeysAreRotatedWhenTheyAreDue) {
  const auto same = [](const CredentialIssued& a, const auto& b) {
    return a.identity == b.identity && a.credential == b.credential;
  };
  EXPECT_TRUE((Apart<CredentialIssued, CredentialRotated>(kCredentialAge, same)));
  EXPECT_TRUE((Apart<CredentialIssued, CredentialRevoked>(kCertificateAge, same)));
  EXPECT_TRUE((Apart<CredentialCompromised, CredentialRevoked>(
      kCompromiseGrace,
      [](const CredentialCompromised& a, const CredentialRevoked& b) { return a.credential == b.credential; })));
  EXPECT_TRUE((Apart<IdentityOwnerChanged, CredentialRevoked>(
      kLeaveRotation, [](const IdentityOwnerChanged& a, const CredentialRevoked& b) { return a.identity == b.identity; })));
}

TEST_F(NearMisses, WhatIsUsedIsUsedInTheLastMoment) {
  EXPECT_TRUE((Apart<AccessUsed, AccessUsed>(kDormantAfter, [](const AccessUsed& a, const AccessUsed& b) {
    return a.identity == b.identity && a.action == b.action && a.action.starts_with("store:");
  })));
  EXPECT_TRUE((Apart<AccessUsed, IdentitySuspended>(
      kDormantAfter, [](const AccessUsed& a, const IdentitySuspended& b) { return a.identity == b.identity; })));
}

TEST_F(NearMisses, ReviewsAreHeldWhenTheyAreDue) {
  const auto same = [](const GrantIssued& a, const ReviewDecided& b) { return a.principal == b.principal && a.grant == b.grant; };
  EXPECT_TRUE((Apart<GrantIssued, ReviewDecided>(kReviewEvery, same)));
  EXPECT_TRUE((Apart<GrantIssued, ReviewDecided>(kBreakGlassReview, same)));
}

TEST_F(NearMisses, WhatIsGivenForAWhileLastsAllOfIt) {
  EXPECT_TRUE(Any<GrantIssued>(events_, [](const GrantIssued& grant, const Event& event) {
    return grant.kind == "break_glass" && grant.expires_at == Later(event.time, kTemporaryMax);
  }));
  EXPECT_TRUE((Apart<GrantIssued, GrantIssued>(kRenewalWindow, [](const GrantIssued& a, const GrantIssued& b) {
    return a.kind == "jit" && b.kind == "jit" && a.principal == b.principal && a.role == b.role && a.scope == b.scope;
  })));
  EXPECT_TRUE((Apart<GrantApproved, GrantIssued>(
      0, [](const GrantApproved& a, const GrantIssued& b) { return a.principal == b.principal && a.request == b.request; })));
}

TEST_F(NearMisses, ADaySeesTwoNetworksAndTheThirdWhenItIsOver) {
  EXPECT_TRUE((Apart<AccessUsed, AccessUsed>(kSharedWindow, [](const AccessUsed& a, const AccessUsed& b) {
    return a.identity == b.identity && a.network != b.network;
  })));
}

TEST_F(NearMisses, WhatWasNoticedRunsOutAsTheAuditBegins) {
  std::map<EventType, int> noticed;
  for (const Event& event : events_)
    if (event.time.us == kOpens.us - kNotice) ++noticed[event.Type()];
  for (const EventType type : {EventType::kGrantIssued, EventType::kGrantRevoked, EventType::kAccessUsed,
                               EventType::kIdentityRetired, EventType::kRoleDefined})
    EXPECT_GT(noticed[type], 0) << static_cast<int>(type);
}

}  // namespace
}  // namespace tenure::connect
