#include "connect/aws_names.h"

#include <gtest/gtest.h>

namespace tenure::connect {
namespace {

TEST(AwsNames, IamNamesLoseTheirPath) {
  EXPECT_EQ(WithoutPath("arn:aws:iam::1:user/team/eu/alice"), "arn:aws:iam::1:user/alice");
  EXPECT_EQ(WithoutPath("arn:aws:iam::1:role/aws-service-role/rds.amazonaws.com/R"), "arn:aws:iam::1:role/R");
  EXPECT_EQ(WithoutPath("arn:aws:iam::1:group/g"), "arn:aws:iam::1:group/g");
  EXPECT_EQ(WithoutPath("arn:aws-cn:iam::1:instance-profile/p/i"), "arn:aws-cn:iam::1:instance-profile/i");
}
TEST(AwsNames, OtherArnsKeepTheirs) {
  for (const char* arn : {"arn:aws:iam::1:policy/team/p", "arn:aws:s3:::b/user/k", "arn:aws:iam::1:root", "user/a/b", ""})
    EXPECT_EQ(WithoutPath(arn), arn);
}
TEST(AwsNames, AnArnNamesItsIdentity) {
  EXPECT_EQ(IdentityOfArn("arn:aws:iam::1:user/x/a"), "user:arn:aws:iam::1:user/a");
  EXPECT_EQ(IdentityOfArn("arn:aws:iam::1:role/x/r"), "service_account:arn:aws:iam::1:role/r");
  EXPECT_EQ(IdentityOfArn("arn:aws:iam::1:group/g"), "group:arn:aws:iam::1:group/g");
  EXPECT_EQ(IdentityOfArn("arn:aws:iam::1:instance-profile/i"), "workload:arn:aws:iam::1:instance-profile/i");
  EXPECT_EQ(IdentityOfArn("arn:aws:iam::1:root"), "user:arn:aws:iam::1:root");
  EXPECT_EQ(IdentityOfArn("arn:aws:sts::1:assumed-role/r/session"), "service_account:arn:aws:iam::1:role/r");
  EXPECT_EQ(IdentityOfArn("arn:aws:s3:::b"), std::nullopt);
  EXPECT_EQ(IdentityOfArn("AIDAX"), std::nullopt);
}
TEST(AwsNames, ASessionHasAName) {
  EXPECT_EQ(SessionOfArn("arn:aws:sts::1:assumed-role/r/alice@x"), "alice@x");
  EXPECT_EQ(SessionOfArn("arn:aws:iam::1:role/r/x"), "");
}
TEST(AwsNames, ThePartitionFollowsTheRegion) {
  EXPECT_EQ(PartitionOfRegion("eu-central-1"), "aws");
  EXPECT_EQ(PartitionOfRegion("cn-north-1"), "aws-cn");
  EXPECT_EQ(PartitionOfRegion("us-gov-west-1"), "aws-us-gov");
}
TEST(AwsNames, AProviderIsCalledByItsName) {
  EXPECT_EQ(ProviderName("arn:aws:iam::1:saml-provider/Okta"), "Okta");
  EXPECT_EQ(ProviderName("arn:aws:iam::1:oidc-provider/token.example.com/x"), "token.example.com/x");
  EXPECT_EQ(ProviderName("accounts.google.com"), "accounts.google.com");
}
TEST(AwsNames, WhatStandsOnAnIdentityIsNamedAfterItsArn) {
  const std::string role = IamAccount{"aws", "1"}.Role("r");
  EXPECT_EQ(TrustRole(role), "role:arn:aws:iam::1:role/r/trust");
  EXPECT_EQ(InlineRole(role, "p"), "role:arn:aws:iam::1:role/r/inline/p");
  EXPECT_EQ(PolicyRole("arn:aws:iam::1:policy/x/p"), "role:arn:aws:iam::1:policy/x/p");
  EXPECT_EQ((IamAccount{"aws", "1"}.PolicyArn("/x/", "p")), "arn:aws:iam::1:policy/x/p");
  EXPECT_EQ((IamAccount{"aws", "1"}.PolicyArn("", "p")), "arn:aws:iam::1:policy/p");
}

}  // namespace
}  // namespace tenure::connect
