#include "connect/policy_document.h"

#include <gtest/gtest.h>

namespace tenure::connect {
namespace {

using Texts = std::vector<std::string>;

std::vector<Permission> Of(const std::string& statements) {
  return PermissionsOf(R"({"Version":"2012-10-17","Statement":)" + statements + "}");
}
Permission One(const std::string& statement) {
  const auto permissions = Of(statement);
  EXPECT_EQ(permissions.size(), 1u);
  return permissions.empty() ? Permission{} : permissions.front();
}
bool IsUnknown(const std::vector<Permission>& p) {
  return p.size() == 2 && p[0].effect == Effect::kAllow && p[1].effect == Effect::kDeny && p[0].actions == Texts{"*"} &&
         p[1].actions == Texts{"*"} && p[0].resources == Texts{"*"} && p[1].resources == Texts{"*"} && !p[0].condition.empty() &&
         !p[1].condition.empty();
}

TEST(PolicyDocument, AStatementIsAPermission) {
  const Permission p = One(R"([{"Sid":"x","Effect":"Allow","Action":["s3:Get*","s3:PutObject"],"Resource":"arn:aws:s3:::b/*"}])");
  EXPECT_EQ(p.effect, Effect::kAllow);
  EXPECT_EQ(p.actions, (Texts{"s3:Get*", "s3:PutObject"}));
  EXPECT_EQ(p.resources, Texts{"arn:aws:s3:::b/*"});
  EXPECT_EQ(p.covers, Covers::kLiteral);
  EXPECT_EQ(p.condition, "");
  EXPECT_FALSE(p.not_actions || p.not_resources);
}
TEST(PolicyDocument, AStatementMayStandWithoutAnArray) {
  EXPECT_EQ(One(R"({"Effect":"Deny","Action":"*","Resource":"*"})").effect, Effect::kDeny);
}
TEST(PolicyDocument, NegatedListsStayNegated) {
  const Permission p =
      One(R"({"Effect":"Allow","NotAction":"iam:*","NotResource":["arn:aws:s3:::secret","arn:aws:s3:::secret/*"]})");
  EXPECT_TRUE(p.not_actions && p.not_resources);
  EXPECT_EQ(p.actions, Texts{"iam:*"});
  EXPECT_EQ(p.resources.size(), 2u);
  EXPECT_EQ(p.condition, "");
}
TEST(PolicyDocument, AConditionIsKeptAsText) {
  EXPECT_EQ(One(R"({"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}})")
                .condition,
            R"({"Bool":{"aws:MultiFactorAuthPresent":"true"}})");
  EXPECT_EQ(One(R"({"Effect":"Allow","Action":"*","Resource":"*","Condition":{}})").condition, "");
}
TEST(PolicyDocument, AnEncodedDocumentIsThatDocument) {
  const auto encoded = PermissionsOf(
      "%7B%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22s3%3A%2A%22%2C%22Resource%22%3A%22arn%3Aaws%"
      "3As3%3A%3A%3Aa%2Bb+c%25%22%7D%5D%7D");
  ASSERT_EQ(encoded.size(), 1u);
  EXPECT_EQ(encoded[0].actions, Texts{"s3:*"});
  EXPECT_EQ(encoded[0].resources, Texts{"arn:aws:s3:::a+b c%"});
}
TEST(PolicyDocument, APlainDocumentWithAPercentSignIsNotDecoded) {
  EXPECT_EQ(One(R"({"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::a%2Fb"})").resources, Texts{"arn:aws:s3:::a%2Fb"});
}

TEST(PolicyDocument, AVariableWidensAndLeavesItOpen) {
  const Permission p =
      One(R"({"Effect":"Allow","Action":"s3:*","Resource":["arn:aws:s3:::home/${aws:username}/*","arn:aws:s3:::x/${*}"]})");
  EXPECT_EQ(p.resources, (Texts{"arn:aws:s3:::home/*/*", "arn:aws:s3:::x/*"}));
  EXPECT_NE(p.condition.find("${aws:username}"), std::string::npos);
}
TEST(PolicyDocument, AVariableInANegatedListIsDroppedSoThatNothingIsNarrowed) {
  const Permission p =
      One(R"({"Effect":"Allow","Action":"s3:*","NotResource":["arn:aws:s3:::a","arn:aws:s3:::${aws:username}"]})");
  EXPECT_TRUE(p.not_resources);
  EXPECT_EQ(p.resources, Texts{"arn:aws:s3:::a"});
  EXPECT_NE(p.condition, "");
  const Permission only = One(R"({"Effect":"Deny","Action":"s3:*","NotResource":"arn:aws:s3:::${aws:username}"})");
  EXPECT_FALSE(only.not_resources);
  EXPECT_EQ(only.resources, Texts{"*"});
  EXPECT_NE(only.condition, "");
}
TEST(PolicyDocument, AVariableAddsToTheStatementsOwnCondition) {
  const Permission p = One(R"({"Effect":"Allow","Action":"s3:*","Resource":"${x}","Condition":{"Null":{"a":"true"}}})");
  EXPECT_EQ(p.condition.substr(0, 26), R"({"Null":{"a":"true"}}; the)");
}
TEST(PolicyDocument, AnUnclosedVariableIsText) {
  const Permission p = One(R"({"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::a${b"})");
  EXPECT_EQ(p.resources, Texts{"arn:aws:s3:::a${b"});
  EXPECT_EQ(p.condition, "");
}

TEST(PolicyDocument, TheServicesPrefixIsLowerCaseInAwsToo) {
  const Permission p = One(R"({"Effect":"Allow","Action":["S3:GetObject","*:*"],"Resource":"*"})");
  EXPECT_EQ(p.actions, (Texts{"s3:GetObject", "*"}));
  EXPECT_EQ(p.condition, "");
}
TEST(PolicyDocument, AnActionInAnotherCaseMayMeanAnyOfItsLength) {
  const Permission lower = One(R"({"Effect":"Allow","Action":"s3:get*","Resource":"*"})");
  EXPECT_EQ(lower.actions, Texts{"s3:???*"});
  EXPECT_NE(lower.condition.find("s3:get*"), std::string::npos);
  EXPECT_EQ(One(R"({"Effect":"Deny","Action":"iam:CREATEUSER","Resource":"*"})").actions, Texts{"iam:??????????"});
  EXPECT_EQ(One(R"({"Effect":"Allow","Action":"apigateway:GET","Resource":"*"})").condition, "");
}
TEST(PolicyDocument, APatternThatNoneCanHoldCoversEverythingAndLeavesItOpen) {
  const Permission p = One(R"({"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::)" + std::string(3000, 'x') + "\"}");
  EXPECT_EQ(p.resources, Texts{"*"});
  EXPECT_NE(p.condition, "");
}
TEST(PolicyDocument, AStatementWithoutActionsOrResourcesLeavesItOpen) {
  const Permission p = One(R"({"Effect":"Allow","Resource":"arn:aws:s3:::b"})");
  EXPECT_EQ(p.actions, Texts{"*"});
  EXPECT_NE(p.condition, "");
  EXPECT_NE(One(R"({"Effect":"Allow","Action":"s3:*"})").condition, "");
}
TEST(PolicyDocument, WhatCannotBeReadMayAllowAndMayDenyAnything) {
  for (const char* document : {"", "nonsense", "[]", "{}", "{\"Statement\":7}", "%7B%22Statement"})
    EXPECT_TRUE(IsUnknown(PermissionsOf(document))) << document;
  EXPECT_TRUE(IsUnknown(Of(R"([{"Effect":"Perhaps","Action":"*","Resource":"*"}])")));
  EXPECT_TRUE(IsUnknown(Of(R"(["x"])")));
}
TEST(PolicyDocument, ADocumentWithoutStatementsAllowsNothing) { EXPECT_TRUE(Of("[]").empty()); }
TEST(PolicyDocument, MoreStatementsThanARoleCanHoldAreNotCutButUnknown) {
  std::string many;
  for (int i = 0; i < 4097; ++i) many += std::string(i ? "," : "") + R"({"Effect":"Allow","Action":"s3:*","Resource":"*"})";
  EXPECT_TRUE(IsUnknown(Of("[" + many + "]")));
}

}  // namespace
}  // namespace tenure::connect
