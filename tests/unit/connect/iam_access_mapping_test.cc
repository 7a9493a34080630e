// Policies: attached, written, versioned.
#include "trail.h"

namespace tenure::connect {
namespace {

const std::string kReadDocument =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}]})";

TEST(IamAccessMapping, AttachingIsAGrantWhoseIdIsTheEvents) {
  const auto handed = Import({Policy("AttachUserPolicy", "12:00:00", "e1", "bob")});
  const auto grant = handed.The<GrantIssued>("e1");
  EXPECT_EQ(grant.grant, "e1");
  EXPECT_EQ(grant.principal, kBob);
  EXPECT_EQ(grant.role, "role:" + kAdmin);
  EXPECT_EQ(grant.scope, "*");
  EXPECT_EQ(grant.condition, "");
}
TEST(IamAccessMapping, DetachingRevokesByPrincipalAndRole) {
  const auto handed =
      Import({Call("DetachRolePolicy", "12:00:00", "e1").Request(Params({{"roleName", "deploy"}, {"policyArn", kTeamPolicy}}))});
  const auto revoked = handed.The<GrantRevoked>("e1");
  EXPECT_EQ(revoked.principal, kDeploy);
  EXPECT_EQ(revoked.role, "role:" + kTeamPolicy);
  EXPECT_EQ(revoked.grant, "");
  EXPECT_EQ(revoked.scope, std::nullopt);
}
TEST(IamAccessMapping, GroupsAreGrantedToLikeUsers) {
  const auto handed =
      Import({Call("AttachGroupPolicy", "12:00:00", "e1").Request(Params({{"groupName", "dba"}, {"policyArn", kTeamPolicy}})),
              Call("PutGroupPolicy", "12:00:00", "e2")
                  .Request(Params({{"groupName", "dba"}, {"policyName", "p"}, {"policyDocument", kReadDocument}})),
              Call("DetachGroupPolicy", "12:00:01", "e3").Request(Params({{"groupName", "dba"}, {"policyArn", kTeamPolicy}})),
              Call("DeleteGroupPolicy", "12:00:01", "e4").Request(Params({{"groupName", "dba"}, {"policyName", "p"}}))});
  const std::string group = "group:" + kIam + "group/dba";
  EXPECT_EQ(handed.The<GrantIssued>("e1").principal, group);
  EXPECT_EQ(handed.The<GrantIssued>("e2").role, "role:" + kIam + "group/dba/inline/p");
  EXPECT_EQ(handed.The<GrantRevoked>("e3").principal, group);
  EXPECT_EQ(handed.The<GrantRevoked>("e4").role, "role:" + kIam + "group/dba/inline/p");
}
TEST(IamAccessMapping, AnInlinePolicyIsARoleOfItsPrincipal) {
  const auto handed =
      Import({Call("PutUserPolicy", "12:00:00", "e1")
                  .Request(Params({{"userName", "bob"}, {"policyName", "p"}, {"policyDocument", kReadDocument}})),
              Call("DeleteUserPolicy", "12:00:01", "e2").Request(Params({{"userName", "bob"}, {"policyName", "p"}}))});
  const std::string role = "role:" + kIam + "user/bob/inline/p";
  EXPECT_EQ(handed.The<RoleDefined>("e1/policy").role, role);
  EXPECT_EQ(handed.The<RoleDefined>("e1/policy").permissions.at(0).actions, std::vector<std::string>{"s3:Get*"});
  EXPECT_EQ(handed.The<GrantIssued>("e1").role, role);
  EXPECT_EQ(handed.The<GrantRevoked>("e2").role, role);
  EXPECT_EQ(handed.The<GrantRevoked>("e2").principal, kBob);
  EXPECT_EQ(handed.Ids(), (std::vector<std::string>{"e1/policy", "e1", "e2"}));
}
TEST(IamAccessMapping, ADocumentThatTheCaptureLeftOutIsUnknown) {
  const auto handed =
      Import({Call("PutUserPolicy", "12:00:00", "e1").Request(Params({{"userName", "bob"}, {"policyName", "p"}}))});
  EXPECT_EQ(handed.The<RoleDefined>("e1/policy").permissions.size(), 2u);
}
TEST(IamAccessMapping, APolicyIsARoleNamedByItsArnWithItsPath) {
  const auto handed = Import(
      {Call("CreatePolicy", "12:00:00", "e1")
           .Request(Params({{"policyName", "p"}, {"path", "/x/"}, {"policyDocument", kReadDocument}, {"description", "reads"}}))
           .Response(R"({"policy":{"arn":"arn:aws:iam::111122223333:policy/x/p","defaultVersionId":"v1"}})"),
       Call("CreatePolicy", "12:00:00", "e2")
           .Request(Params({{"policyName", "q"}, {"path", "/y/"}, {"policyDocument", kReadDocument}})),
       Call("DeletePolicy", "12:00:01", "e3").Request(Params({{"policyArn", kIam + "policy/x/p"}}))});
  EXPECT_EQ(handed.The<RoleDefined>("e1").role, "role:" + kIam + "policy/x/p");
  EXPECT_EQ(handed.The<RoleDefined>("e1").description, "version v1: reads");
  EXPECT_EQ(handed.The<RoleDefined>("e2").role, "role:" + kIam + "policy/y/q");
  EXPECT_EQ(handed.The<RoleRetired>("e3").role, "role:" + kIam + "policy/x/p");
}
TEST(IamAccessMapping, AKnownManagedPolicyIsDefinedOnceWhenItIsFirstAttached) {
  Trail trail;
  const auto handed = trail.Import(
      {Records({Policy("AttachUserPolicy", "12:00:00", "e1", "bob"), Policy("AttachUserPolicy", "12:00:01", "e2", "alice")})});
  const auto definitions =
      std::ranges::count_if(handed.events, [](const Event& e) { return e.name.source == "aws.managed-policies"; });
  EXPECT_EQ(definitions, 1);
  EXPECT_EQ(handed.Find(kAdmin)->time.us, 0);
  EXPECT_EQ(trail.Import({Records({Policy("AttachUserPolicy", "12:00:02", "e3", "alice")})}).summary.duplicates, 1);
}
TEST(IamAccessMapping, AnUnlistedManagedPolicyStaysUndefined) {
  const auto handed = Import({Policy("AttachUserPolicy", "12:00:00", "e1", "bob", "arn:aws:iam::aws:policy/SecurityAudit")});
  EXPECT_EQ(handed.events.size(), 1u);
}

}  // namespace
}  // namespace tenure::connect
