// What goes wrong in every organisation, small ones and all seeds included.
#include <gtest/gtest.h>

#include "recording.h"

namespace tenure::connect {
namespace {

bool HasRobotThatOutlivesItsOwner(const std::vector<Event>& events) {
  return Any<IdentityRegistered>(events, [&](const IdentityRegistered& robot, const Event&) {
    if (!robot.identity.starts_with("service_account:") || robot.owner.empty()) return false;
    const auto retired = [&](const std::string& identity) {
      return Any<IdentityRetired>(events, [&](const IdentityRetired& gone, const Event&) { return gone.identity == identity; });
    };
    const bool handed_over = Any<IdentityOwnerChanged>(
        events, [&](const IdentityOwnerChanged& changed, const Event&) { return changed.identity == robot.identity; });
    return retired(robot.owner) && !retired(robot.identity) && !handed_over;
  });
}

bool HasAdminGrantMadeByHand(const std::vector<Event>& events) {
  return Any<GrantIssued>(events, [](const GrantIssued& grant, const Event& event) {
    return grant.role.ends_with("-admin") && grant.request.empty() && event.controlowner.empty() && event.authtype == "user";
  });
}

bool HasGrantApprovedByItsReceiver(const std::vector<Event>& events) {
  return Any<GrantApproved>(events, [&](const GrantApproved& approved, const Event&) {
    return approved.approver == approved.principal && Any<GrantIssued>(events, [&](const GrantIssued& grant, const Event&) {
             return grant.request == approved.request && grant.principal == approved.principal;
           });
  });
}

bool HasRevokeToldAfterLaterEvents(const std::vector<Event>& events) {
  EffectiveTime latest = kAlways;
  for (const Event& event : events) {
    if (event.Type() == EventType::kGrantRevoked && event.time < latest && !event.recordedtime.empty()) return true;
    latest = std::max(latest, event.time);
  }
  return false;
}

bool IsNeverRevoked(const std::vector<Event>& events, const GrantIssued& grant) {
  return !Any<GrantRevoked>(events, [&](const GrantRevoked& revoked, const Event&) {
    return revoked.principal == grant.principal && revoked.grant == grant.grant;
  });
}

bool HasLeaverWhoseGrantStands(const std::vector<Event>& events) {
  return Any<IdentityRetired>(events, [&](const IdentityRetired& leaver, const Event&) {
    return !leaver.ends_all && Any<GrantIssued>(events, [&](const GrantIssued& grant, const Event&) {
      return grant.principal == leaver.identity && grant.kind == "standing" && IsNeverRevoked(events, grant);
    });
  });
}

bool HasMoverWhoKeepsAGrant(const std::vector<Event>& events) {
  return Any<MembershipRemoved>(events, [&](const MembershipRemoved& moved, const Event& event) {
    return Any<GrantIssued>(events, [&](const GrantIssued& grant, const Event& issued) {
      return grant.principal == moved.member && issued.time < event.time && grant.kind == "standing" &&
             IsNeverRevoked(events, grant);
    });
  });
}

bool HasKeyThatNeverExpires(const std::vector<Event>& events) {
  return Any<CredentialIssued>(
      events, [](const CredentialIssued& issued, const Event&) { return issued.kind == "access_key" && !issued.expires_at; });
}

bool HasBreakGlassApprovedAfterwards(const std::vector<Event>& events) {
  return Any<GrantIssued>(events, [&](const GrantIssued& grant, const Event& issued) {
    return grant.kind == "break_glass" && Any<GrantApproved>(events, [&](const GrantApproved& approved, const Event& event) {
             return approved.request == grant.request && event.time > issued.time;
           });
  });
}

TEST(GeneratedSins, AreAllThereForEverySeedHoweverShortTheStream) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed)
    for (const std::int64_t count : {std::int64_t{250}, std::int64_t{500}}) {
      const std::vector<Event> events = Recorded(seed * 7919, count);
      SCOPED_TRACE("seed " + std::to_string(seed * 7919) + ", " + std::to_string(count) + " events");
      EXPECT_TRUE(HasRobotThatOutlivesItsOwner(events));
      EXPECT_TRUE(HasAdminGrantMadeByHand(events));
      EXPECT_TRUE(HasGrantApprovedByItsReceiver(events));
      EXPECT_TRUE(HasRevokeToldAfterLaterEvents(events));
      EXPECT_TRUE(HasLeaverWhoseGrantStands(events));
      EXPECT_TRUE(HasMoverWhoKeepsAGrant(events));
      EXPECT_TRUE(HasKeyThatNeverExpires(events));
      EXPECT_TRUE(HasBreakGlassApprovedAfterwards(events));
    }
}

}  // namespace
}  // namespace tenure::connect
