#include "connect/trust_policy.h"

#include <gtest/gtest.h>

namespace tenure::connect {
namespace {

using Trust = std::vector<TrustGrant>;
const IamAccount kOwn{"aws", "111122223333"};

Trust Of(const std::string& statements) { return TrustOf(R"({"Statement":)" + statements + "}", kOwn); }
std::string Allow(const std::string& principal, const std::string& action = R"("sts:AssumeRole")") {
  return R"({"Effect":"Allow","Principal":)" + principal + R"(,"Action":)" + action + "}";
}
std::string Whom(const std::string& principal) {
  const Trust trust = Of(Allow(principal));
  EXPECT_EQ(trust.size(), 1u);
  return trust.empty() ? "" : trust[0].principal + (trust[0].condition.empty() ? "" : "?");
}

TEST(TrustPolicy, EachKindOfPrincipalHasItsReference) {
  EXPECT_EQ(Whom(R"({"AWS":"arn:aws:iam::999:root"})"), "external:999");
  EXPECT_EQ(Whom(R"({"AWS":"999"})"), "external:999");
  EXPECT_EQ(Whom(R"({"AWS":"arn:aws:iam::999:user/p/al"})"), "user:arn:aws:iam::999:user/al");
  EXPECT_EQ(Whom(R"({"AWS":"arn:aws:iam::111122223333:role/p/r"})"), "service_account:arn:aws:iam::111122223333:role/r");
  EXPECT_EQ(Whom(R"({"Service":"ec2.amazonaws.com"})"), "external:ec2.amazonaws.com");
  EXPECT_EQ(Whom(R"({"Federated":"arn:aws:iam::1:saml-provider/Okta"})"), "external:Okta");
  EXPECT_EQ(Whom(R"({"Federated":"cognito-identity.amazonaws.com"})"), "external:cognito-identity.amazonaws.com");
  EXPECT_EQ(Whom(R"({"AWS":"AIDAGONE"})"), "external:AIDAGONE");
  EXPECT_EQ(Whom(R"({"CanonicalUser":"ab12"})"), "external:ab12");
  EXPECT_EQ(Whom(R"("*")"), "everyone:*");
  EXPECT_EQ(Whom(R"({"AWS":"*"})"), "everyone:*");
}
TEST(TrustPolicy, TheOwnAccountIsEveryoneAndOpen) {
  EXPECT_EQ(Whom(R"({"AWS":"111122223333"})"), "everyone:*?");
  EXPECT_EQ(Whom(R"({"AWS":"arn:aws:iam::111122223333:root"})"), "everyone:*?");
}
TEST(TrustPolicy, OneSessionOfARoleIsTheRoleUnderACondition) {
  EXPECT_EQ(Whom(R"({"AWS":"arn:aws:sts::999:assumed-role/r/s"})"), "service_account:arn:aws:iam::999:role/r?");
}
TEST(TrustPolicy, EachPrincipalIsOneGrantInTheOrderOfTheDocument) {
  const Trust trust =
      Of("[" + Allow(R"({"AWS":["999","888"],"Service":"ec2.amazonaws.com"})") + "," + Allow(R"({"AWS":"999"})") + "]");
  ASSERT_EQ(trust.size(), 3u);
  EXPECT_EQ(trust[0].principal, "external:999");
  EXPECT_EQ(trust[1].principal, "external:888");
  EXPECT_EQ(trust[2].principal, "external:ec2.amazonaws.com");
}
TEST(TrustPolicy, TheStatementsConditionGoesWithEachGrantAndAnEmptyOneIsNone) {
  const std::string with = R"({"Effect":"Allow","Principal":{"AWS":"999"},"Action":"sts:AssumeRole","Condition":)";
  EXPECT_EQ(Of(with + R"({"StringEquals":{"sts:ExternalId":"x"}}})").at(0).condition,
            R"({"StringEquals":{"sts:ExternalId":"x"}})");
  EXPECT_EQ(Of(with + "{}}").at(0).condition, "");
}
TEST(TrustPolicy, OnlyWaysToAssumeARoleCount) {
  EXPECT_TRUE(Of(Allow(R"({"AWS":"999"})", R"(["sts:TagSession","sts:SetSourceIdentity"])")).empty());
  for (const char* action :
       {R"("sts:AssumeRole*")", R"("sts:*")", R"("*")", R"("STS:assumerole")", R"(["sts:TagSession","sts:AssumeRoleWithSAML"])"})
    EXPECT_EQ(Of(Allow(R"({"AWS":"999"})", action)).size(), 1u) << action;
}
TEST(TrustPolicy, NotActionIsWhatItLeaves) {
  const std::string left = R"({"Effect":"Allow","Principal":{"AWS":"999"},"NotAction":)";
  EXPECT_EQ(Of(left + R"("sts:TagSession"})").size(), 1u);
  EXPECT_TRUE(Of(left + R"("sts:Assume*"})").empty());
}
TEST(TrustPolicy, ADenyStaysADeny) {
  const Trust trust = Of(R"([{"Effect":"Deny","Principal":{"AWS":"arn:aws:iam::999:user/al"},"Action":"sts:AssumeRole"}])");
  ASSERT_EQ(trust.size(), 1u);
  EXPECT_EQ(trust[0], (TrustGrant{"user:arn:aws:iam::999:user/al", "", true}));
}
TEST(TrustPolicy, ADenyOfAnotherWayToAssumeIsOpen) {
  const Trust trust = Of(R"([{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRoleWithSAML"}])");
  ASSERT_EQ(trust.size(), 1u);
  EXPECT_TRUE(trust[0].deny);
  EXPECT_NE(trust[0].condition, "");
}
TEST(TrustPolicy, NotPrincipalIsEveryoneAndOpen) {
  for (const char* effect : {"Allow", "Deny"}) {
    const Trust trust =
        Of(std::string(R"([{"Effect":")") + effect + R"(","NotPrincipal":{"AWS":"999"},"Action":"sts:AssumeRole"}])");
    ASSERT_EQ(trust.size(), 1u);
    EXPECT_EQ(trust[0].principal, "everyone:*");
    EXPECT_NE(trust[0].condition, "");
  }
}
TEST(TrustPolicy, WhatCannotBeReadIsEveryoneAndOpen) {
  for (const char* document : {"", "x", "{}"}) {
    const Trust trust = TrustOf(document, kOwn);
    ASSERT_EQ(trust.size(), 1u) << document;
    EXPECT_EQ(trust[0].principal, "everyone:*");
    EXPECT_NE(trust[0].condition, "");
    EXPECT_FALSE(trust[0].deny);
  }
}

}  // namespace
}  // namespace tenure::connect
