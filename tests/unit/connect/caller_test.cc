#include "connect/caller.h"

#include <gtest/gtest.h>

namespace tenure::connect {
namespace {

Caller Of(const char* user_identity) {
  const auto json = event::JsonValue::Parse(user_identity);
  EXPECT_TRUE(json);
  return CallerOf(*json, IamAccount{"aws", "111122223333"});
}

TEST(Caller, AUserIsNamedByItsArnWithoutPathAndClaimedWithIt) {
  const Caller c =
      Of(R"({"type":"IAMUser","arn":"arn:aws:iam::1:user/ops/al","accountId":"1","userName":"al","accessKeyId":"AKIA1"})");
  EXPECT_EQ(c.identity, "user:arn:aws:iam::1:user/al");
  EXPECT_EQ(c.authid, "arn:aws:iam::1:user/ops/al");
  EXPECT_EQ(c.authtype, "user");
  EXPECT_EQ(c.credential, "AKIA1");
  EXPECT_TRUE(c.is_user);
}
TEST(Caller, AUserWithoutArnIsNamedByAccountAndName) {
  EXPECT_EQ(Of(R"({"type":"IAMUser","accountId":"7","userName":"al"})").identity, "user:arn:aws:iam::7:user/al");
  EXPECT_EQ(Of(R"({"type":"IAMUser","userName":"al"})").authid, "arn:aws:iam::111122223333:user/al");
}
TEST(Caller, RootIsTheAccountsUser) {
  EXPECT_EQ(Of(R"({"type":"Root","arn":"arn:aws:iam::1:root","accountId":"1"})").identity, "user:arn:aws:iam::1:root");
  EXPECT_EQ(Of(R"({"type":"Root","accountId":"1"})").identity, "user:arn:aws:iam::1:root");
}
TEST(Caller, ASessionIsItsRole) {
  const Caller c = Of(
      R"({"type":"AssumedRole","arn":"arn:aws:sts::1:assumed-role/r/me","sessionContext":{"sessionIssuer":{"type":"Role","arn":"arn:aws:iam::1:role/p/r"}}})");
  EXPECT_EQ(c.identity, "service_account:arn:aws:iam::1:role/r");
  EXPECT_EQ(c.session, "me");
  EXPECT_EQ(c.authid, "arn:aws:sts::1:assumed-role/r/me");
  EXPECT_EQ(c.authtype, "service_account");
  EXPECT_FALSE(c.is_user);
  EXPECT_EQ(Of(R"({"type":"AssumedRole","arn":"arn:aws:sts::1:assumed-role/r/me"})").identity,
            "service_account:arn:aws:iam::1:role/r");
}
TEST(Caller, AFederatedUserActsAsItsIssuer) {
  const Caller c = Of(
      R"({"type":"FederatedUser","arn":"arn:aws:sts::1:federated-user/x","sessionContext":{"sessionIssuer":{"type":"IAMUser","arn":"arn:aws:iam::1:user/al"}}})");
  EXPECT_EQ(c.identity, "user:arn:aws:iam::1:user/al");
  EXPECT_EQ(c.authtype, "user");
}
TEST(Caller, AServiceAnotherAccountAProviderAndNobodyAreExternal) {
  EXPECT_EQ(Of(R"({"type":"AWSService","invokedBy":"ec2.amazonaws.com"})").identity, "external:ec2.amazonaws.com");
  EXPECT_EQ(Of(R"({"type":"AWSAccount","accountId":"999","principalId":"AIDA"})").identity, "external:999");
  EXPECT_EQ(Of(R"({"type":"AWSAccount","accountId":"ANONYMOUS_PRINCIPAL"})").identity, "external:anonymous");
  const Caller web = Of(R"({"type":"WebIdentityUser","identityProvider":"accounts.google.com","userName":"42"})");
  EXPECT_EQ(web.identity, "external:accounts.google.com");
  EXPECT_EQ(web.session, "42");
  EXPECT_EQ(Of(R"({"type":"SAMLUser","identityProvider":"arn:aws:iam::1:saml-provider/Okta"})").identity, "external:Okta");
}
TEST(Caller, WithoutATypeWhatIsThereDecides) {
  EXPECT_EQ(Of(R"({"accountId":"1","invokedBy":"ec2.amazonaws.com"})").identity, "external:ec2.amazonaws.com");
  EXPECT_EQ(Of(R"({"arn":"arn:aws:iam::1:user/al"})").identity, "user:arn:aws:iam::1:user/al");
  EXPECT_EQ(Of(R"({"arn":"arn:aws:sts::1:assumed-role/r/s"})").identity, "service_account:arn:aws:iam::1:role/r");
  EXPECT_EQ(Of(R"({"accountId":"999"})").identity, "external:999");
  EXPECT_EQ(Of(R"({"type":"Unknown","userName":"x"})").identity, "external:x");
}
TEST(Caller, ARecordMayNameNobody) {
  EXPECT_EQ(Of("{}").identity, "");
  EXPECT_EQ(Of("null").identity, "");
  EXPECT_EQ(Of("{\"type\":7}").identity, "");
}

}  // namespace
}  // namespace tenure::connect
