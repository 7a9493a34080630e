// Which events may travel together: those whose order nothing depends on, and those of one lane.
#include "library/batch_order.h"

#include <gtest/gtest.h>

namespace tenure::library {
namespace {

Event At(std::int64_t us, Payload payload, const std::string& id = "e") {
  Event event;
  event.name = {"s", id};
  event.time = EffectiveTime{us};
  event.payload = std::move(payload);
  return event;
}

Payload Retired(const std::string& who) { return IdentityRetired{who, "", true}; }
Payload Granted(const std::string& who, const std::string& role = "role:r") {
  GrantIssued grant;
  grant.grant = "g";
  grant.principal = who;
  grant.role = role;
  return grant;
}
Payload Retracts(const std::string& id) { return EventRetracted{{"s", id}, "user:x", ""}; }

class BatchOrderTest : public testing::Test {
 protected:
  bool Clash(const Event& first, const std::string& lane, const Event& second, const std::string& other_lane) {
    order_.Clear();
    order_.Add(first, lane);
    return order_.LeavesToChance(second, other_lane);
  }
  BatchOrder order_;
};

TEST_F(BatchOrderTest, EventsOfOneMomentAboutOneIdentityKeepTheirOrderOnlyInOneLane) {
  EXPECT_TRUE(Clash(At(1, Granted("user:a")), "access", At(1, Retired("user:a")), "identity"));
  EXPECT_FALSE(Clash(At(1, Granted("user:a")), "access a", At(1, Granted("user:a")), "access a"));
}

TEST_F(BatchOrderTest, OtherMomentsAndOtherSubjectsMayTravelTogether) {
  EXPECT_FALSE(Clash(At(1, Granted("user:a")), "access", At(2, Retired("user:a")), "identity"));
  EXPECT_FALSE(Clash(At(1, Granted("user:a")), "access", At(1, Retired("user:b")), "identity"));
}

TEST_F(BatchOrderTest, ARoleTiesItsGrantsAndAGroupItsMembers) {
  EXPECT_TRUE(Clash(At(1, RoleRetired{"role:r"}), "access r", At(1, Granted("user:a")), "access a"));
  EXPECT_TRUE(Clash(At(1, MembershipAdded{"user:a", "group:g", {}, {}}), "access a", At(1, Retired("group:g")), "identity g"));
}

TEST_F(BatchOrderTest, ARetractionAndWhatItRetractsAreTiedIfThatRetractsTooWhateverTheirTimes) {
  EXPECT_TRUE(Clash(At(1, Retracts("x"), "r1"), "a", At(2, Retracts("r1"), "r2"), "b"));
  EXPECT_TRUE(Clash(At(1, Retracts("r1"), "r2"), "a", At(2, Retracts("x"), "r1"), "b"));
  Event superseding = At(1, Granted("user:a"), "s1");
  superseding.supersedes = {{"s", "x"}};
  EXPECT_TRUE(Clash(superseding, "a", At(2, Retracts("s1"), "r"), "b"));
  EXPECT_FALSE(Clash(At(1, Granted("user:a"), "s1"), "a", At(2, Retracts("s1"), "r"), "b"));
}

TEST_F(BatchOrderTest, WhatIsClearedTiesNothing) {
  order_.Add(At(1, Granted("user:a")), "access");
  order_.Clear();
  EXPECT_FALSE(order_.LeavesToChance(At(1, Retired("user:a")), "identity"));
}

}  // namespace
}  // namespace tenure::library
