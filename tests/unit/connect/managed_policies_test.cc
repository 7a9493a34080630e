#include "connect/managed_policies.h"

#include <gtest/gtest.h>

#include "event/codec.h"

namespace tenure::connect {
namespace {

TEST(ManagedPolicies, AdministratorAccessAllowsEverythingFromTheBeginningOfTime) {
  const auto event = ManagedPolicyDefinition("arn:aws:iam::aws:policy/AdministratorAccess");
  ASSERT_TRUE(event);
  EXPECT_EQ(event->time.us, 0);
  EXPECT_EQ(event->name, (EventName{"aws.managed-policies", "arn:aws:iam::aws:policy/AdministratorAccess"}));
  const auto role = std::get<RoleDefined>(event->payload);
  EXPECT_EQ(role.role, "role:arn:aws:iam::aws:policy/AdministratorAccess");
  ASSERT_EQ(role.permissions.size(), 1u);
  EXPECT_EQ(role.permissions[0].actions, std::vector<std::string>{"*"});
  EXPECT_EQ(role.permissions[0].condition, "");
}
TEST(ManagedPolicies, WhatOnlySomeVersionsHoldIsNeverCertain) {
  const auto event = ManagedPolicyDefinition("arn:aws:iam::aws:policy/PowerUserAccess");
  ASSERT_TRUE(event);
  const auto role = std::get<RoleDefined>(event->payload);
  ASSERT_EQ(role.permissions.size(), 2u);
  EXPECT_TRUE(role.permissions[0].not_actions);
  EXPECT_EQ(role.permissions[0].condition, "");
  EXPECT_NE(role.permissions[1].condition, "");
}
TEST(ManagedPolicies, EachOneIsACompleteEvent) {
  for (const char* name : {"AdministratorAccess", "AWSDenyAll", "PowerUserAccess", "IAMFullAccess", "AmazonS3FullAccess",
                           "AmazonS3ReadOnlyAccess", "AmazonEC2FullAccess", "service-role/AWSLambdaBasicExecutionRole"}) {
    auto event = ManagedPolicyDefinition("arn:aws-cn:iam::aws:policy/" + std::string(name));
    ASSERT_TRUE(event) << name;
    EXPECT_TRUE(event::Complete(std::move(*event))) << name;
  }
}
TEST(ManagedPolicies, OthersAreNotKnown) {
  EXPECT_FALSE(ManagedPolicyDefinition("arn:aws:iam::aws:policy/SecurityAudit"));
  EXPECT_FALSE(ManagedPolicyDefinition("arn:aws:iam::111122223333:policy/AdministratorAccess"));
  EXPECT_FALSE(ManagedPolicyDefinition("AdministratorAccess"));
}

}  // namespace
}  // namespace tenure::connect
