// Roles, trust, instance profiles.
#include "trail.h"

namespace tenure::connect {
namespace {

const std::string kTrust = "role:" + kIam + "role/deploy/trust";

std::string TrustDocument(const std::string& principal, const std::string& effect = "Allow") {
  return R"({"Statement":[{"Effect":")" + effect + R"(","Principal":)" + principal + R"(,"Action":"sts:AssumeRole"}]})";
}
Call CreateDeploy(const std::string& at, const std::string& id, const std::string& document) {
  return Call("CreateRole", at, id).Request(Params({{"roleName", "deploy"}, {"assumeRolePolicyDocument", document}}));
}

TEST(IamRoleMapping, ARoleIsAnIdentityAndItsTrustARole) {
  const auto handed =
      Import({CreateDeploy("12:00:00", "e1", TrustDocument(R"({"AWS":["999","arn:aws:iam::111122223333:user/bob"]})"))});
  EXPECT_EQ(handed.Ids(), (std::vector<std::string>{"e1", "e1/trust/retired", "e1/trust/deny/retired", "e1/trust", "e1/trust/1",
                                                    "e1/trust/2"}));
  EXPECT_EQ(handed.The<IdentityRegistered>("e1").identity, kDeploy);
  const auto trust = handed.The<RoleDefined>("e1/trust");
  EXPECT_EQ(trust.role, kTrust);
  ASSERT_EQ(trust.permissions.size(), 1u);
  EXPECT_EQ(trust.permissions[0].actions, std::vector<std::string>{"assume"});
  EXPECT_EQ(trust.permissions[0].resources, std::vector<std::string>{kDeploy});
  EXPECT_EQ(handed.The<GrantIssued>("e1/trust/1").principal, "external:999");
  EXPECT_EQ(handed.The<GrantIssued>("e1/trust/2").principal, kBob);
  EXPECT_EQ(handed.The<GrantIssued>("e1/trust/2").grant, "e1/trust/2");
  EXPECT_EQ(handed.The<GrantIssued>("e1/trust/2").role, kTrust);
  for (const auto& event : handed.events) EXPECT_EQ(event.time, At("12:00:00"));
}
TEST(IamRoleMapping, AnUpdateEndsTheTrustBeforeAndBeginsAnew) {
  const auto handed = Import(
      {Call("UpdateAssumeRolePolicy", "12:00:00", "e1")
           .Request(Params({{"roleName", "deploy"}, {"policyDocument", TrustDocument(R"({"Service":"ec2.amazonaws.com"})")}}))});
  EXPECT_EQ(handed.Ids(), (std::vector<std::string>{"e1/trust/retired", "e1/trust/deny/retired", "e1/trust", "e1/trust/1"}));
  EXPECT_EQ(handed.The<RoleRetired>("e1/trust/retired").role, kTrust);
}
TEST(IamRoleMapping, ADenyIsGrantedThroughARoleOfItsOwn) {
  const auto handed = Import({CreateDeploy("12:00:00", "e1", TrustDocument(R"({"AWS":"999"})", "Deny"))});
  const auto deny = handed.The<RoleDefined>("e1/trust/deny");
  EXPECT_EQ(deny.role, kTrust + "/deny");
  EXPECT_EQ(deny.permissions.at(0).effect, Effect::kDeny);
  EXPECT_EQ(handed.The<GrantIssued>("e1/trust/deny/1").principal, "external:999");
  EXPECT_EQ(handed.The<GrantIssued>("e1/trust/deny/1").role, kTrust + "/deny");
  EXPECT_FALSE(handed.Find("e1/trust/1"));
}
TEST(IamRoleMapping, TheOwnAccountIsEveryoneUnderACondition) {
  const auto handed = Import({CreateDeploy("12:00:00", "e1", TrustDocument(R"({"AWS":"111122223333"})"))});
  EXPECT_EQ(handed.The<GrantIssued>("e1/trust/1").principal, "everyone:*");
  EXPECT_NE(handed.The<GrantIssued>("e1/trust/1").condition, "");
}
TEST(IamRoleMapping, TheEncodedTrustOfTheResponseServesWhereTheRequestHasNone) {
  const auto handed = Import(
      {Call("CreateServiceLinkedRole", "12:00:00", "e1")
           .Request(Params({{"aWSServiceName", "rds.amazonaws.com"}}))
           .Response(
               R"({"role":{"roleName":"R","arn":"arn:aws:iam::111122223333:role/aws-service-role/rds.amazonaws.com/R",)"
               R"("assumeRolePolicyDocument":"%7B%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22sts%3AAssumeRole%22)"
               R"(%2C%22Principal%22%3A%7B%22Service%22%3A%22rds.amazonaws.com%22%7D%7D%5D%7D"}})")});
  EXPECT_EQ(handed.The<IdentityRegistered>("e1").identity, "service_account:" + kIam + "role/R");
  EXPECT_EQ(handed.The<GrantIssued>("e1/trust/1").principal, "external:rds.amazonaws.com");
}
TEST(IamRoleMapping, ADeletionRetiresTheRoleItsTrustAndWhatInstanceProfilesCarry) {
  const auto handed = Import({OnRole("DeleteRole", "12:00:00", "e1", "deploy")});
  EXPECT_TRUE(handed.The<IdentityRetired>("e1").ends_all);
  EXPECT_EQ(handed.The<RoleRetired>("e1/trust/retired").role, kTrust);
  EXPECT_EQ(handed.The<RoleRetired>("e1/trust/deny/retired").role, kTrust + "/deny");
  EXPECT_EQ(handed.The<RoleRetired>("e1/instance-profile/retired").role, "role:" + kIam + "role/deploy/instance-profile");
}
TEST(IamRoleMapping, AnInstanceProfileMayAssumeTheRoleThatItCarries) {
  const std::string both = Params({{"roleName", "deploy"}, {"instanceProfileName", "web"}});
  const auto handed = Import({Call("AddRoleToInstanceProfile", "12:00:00", "e1").Request(both),
                              Call("RemoveRoleFromInstanceProfile", "12:00:01", "e2").Request(both)});
  const std::string carried = "role:" + kIam + "role/deploy/instance-profile";
  EXPECT_EQ(handed.The<RoleDefined>("e1/role").permissions.at(0).resources, std::vector<std::string>{kDeploy});
  EXPECT_EQ(handed.The<RoleDefined>("e1/role").permissions.at(0).actions, std::vector<std::string>{"assume"});
  EXPECT_EQ(handed.The<GrantIssued>("e1").principal, "workload:" + kIam + "instance-profile/web");
  EXPECT_EQ(handed.The<GrantIssued>("e1").role, carried);
  EXPECT_EQ(handed.The<GrantRevoked>("e2").role, carried);
  EXPECT_EQ(handed.The<GrantRevoked>("e2").principal, "workload:" + kIam + "instance-profile/web");
}

}  // namespace
}  // namespace tenure::connect
