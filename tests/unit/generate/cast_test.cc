// The fixed cast: its incident is the same in every stream.
#include <gtest/gtest.h>

#include "connect/generate/cast.h"
#include "recording.h"

namespace tenure::connect {
namespace {

using namespace generate;

TEST(GeneratedCast, IsRegisteredInEveryStream) {
  for (const std::uint64_t seed : {1, 77, 4'096}) {
    const std::vector<Event> events = Recorded(seed, 500);
    for (const std::string_view ref : {kRobot, kOwnerWhoLeft, kByHand, kAdmin, kFormerAdmin, kDirector, kWrongHolder, kTrueHolder,
                                       kInvestigator, kLedgerWriter, kAgent, kSupplier, kAuditor, kPlatformAdmins})
      EXPECT_TRUE(Any<IdentityRegistered>(events, [&](const IdentityRegistered& one, const Event&) {
        return one.identity == ref;
      })) << ref;
  }
}

TEST(GeneratedCast, TheRobotGetsProductionByHandAfterItsOwnerLeft) {
  const std::vector<Event> events = Recorded(3, 500);
  const Event* granted = Find(events, "outage-0119-granted");
  ASSERT_NE(granted, nullptr);
  EXPECT_EQ(granted->time, kGrantedByHand);
  EXPECT_GT(granted->time, kOwnerLeft);
  EXPECT_EQ(granted->authid, kByHand);
  EXPECT_EQ(granted->controlowner, "");
  const auto& grant = std::get<GrantIssued>(granted->payload);
  EXPECT_EQ(grant.principal, kRobot);
  EXPECT_EQ(grant.role, kProdAdmin);
  EXPECT_FALSE(grant.expires_at);
}

TEST(GeneratedCast, TheFirstRecordEndsTheRobotsGrantBeforeTheIncidentAndTheCorrectionAfterIt) {
  const std::vector<Event> events = Recorded(3, 500), correction = RecordedCorrection();
  const Event* believed = Find(events, "outage-0119-revoked");
  const Event* known = Find(correction, "outage-0119-revoked-corrected");
  ASSERT_NE(believed, nullptr);
  ASSERT_NE(known, nullptr);
  EXPECT_EQ(believed->time, kRevokedAsFirstTold);
  EXPECT_LT(believed->time, kIncident);
  EXPECT_EQ(known->time, kRevokedInTruth);
  EXPECT_GT(known->time, kIncident);
  EXPECT_EQ(known->supersedes, std::vector<EventName>{believed->name});
}

TEST(GeneratedCast, TheBreakGlassOfTheNightChangesItsHolderWithTheCorrection) {
  const std::vector<Event> correction = RecordedCorrection();
  const Event* wrong = nullptr;
  const std::vector<Event> events = Recorded(3, 500);
  ASSERT_NE(wrong = Find(events, "break-glass-0314-granted"), nullptr);
  EXPECT_EQ(std::get<GrantIssued>(wrong->payload).principal, kWrongHolder);
  const Event* retraction = Find(correction, "break-glass-0314-retracted");
  const Event* right = Find(correction, "break-glass-0314-granted-corrected");
  ASSERT_NE(retraction, nullptr);
  ASSERT_NE(right, nullptr);
  EXPECT_EQ(std::get<EventRetracted>(retraction->payload).target, wrong->name);
  EXPECT_EQ(std::get<EventRetracted>(retraction->payload).key, kWrongHolder);
  EXPECT_EQ(std::get<GrantIssued>(right->payload).principal, kTrueHolder);
  EXPECT_TRUE((Interval{right->time, *std::get<GrantIssued>(right->payload).expires_at}.Contains(kIncident)));
}

TEST(GeneratedCast, EachCorrectionComesFromTheSystemThatWasWrong) {
  const std::vector<Event> events = Recorded(3, 500);
  const auto is_told = [&](const EventName& name) {
    return std::any_of(events.begin(), events.end(), [&](const Event& event) { return event.name == name; });
  };
  for (const Event& event : RecordedCorrection()) {
    std::vector<EventName> corrected = event.supersedes;
    if (const auto* retraction = std::get_if<EventRetracted>(&event.payload)) corrected.push_back(retraction->target);
    for (const EventName& name : corrected) {
      EXPECT_EQ(name.source, event.name.source);
      EXPECT_TRUE(is_told(name)) << name.id;
    }
  }
}

TEST(GeneratedCast, ThePipelineAndItsKeyAreUsedAtTheMomentOfTheIncident) {
  const std::vector<Event> events = Recorded(3, 500);
  const Event* used = Find(events, "used-0314-robot");
  ASSERT_NE(used, nullptr);
  EXPECT_EQ(used->time, kIncident);
  const auto& use = std::get<AccessUsed>(used->payload);
  EXPECT_EQ(use.identity, kRobot);
  EXPECT_EQ(use.action, kAction);
  EXPECT_EQ(use.resource, kLedger);
  EXPECT_EQ(use.outcome, Outcome::kAllowed);
}

}  // namespace
}  // namespace tenure::connect
