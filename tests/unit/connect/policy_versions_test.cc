// What a policy holds when a version becomes its default.
#include "connect/policy_versions.h"

#include "trail.h"

namespace tenure::connect {
namespace {

std::string Document(const std::string& action) {
  return R"({"Statement":[{"Effect":"Allow","Action":")" + action + R"(","Resource":"*"}]})";
}
Call Create(const std::string& at, const std::string& id, const std::string& action) {
  return Call("CreatePolicy", at, id).Request(Params({{"policyName", "team"}, {"policyDocument", Document(action)}}));
}
Call Version(const std::string& at, const std::string& id, const std::string& version, const std::string& action,
             bool is_default = false) {
  return Call("CreatePolicyVersion", at, id)
      .Request(R"({"policyArn":")" + kTeamPolicy + R"(","policyDocument":)" + Quote(Document(action)) + R"(,"setAsDefault":)" +
               (is_default ? "true" : "false") + "}")
      .Response(R"({"policyVersion":{"versionId":")" + version + "\"}}");
}
Call Choose(const std::string& at, const std::string& id, const std::string& version) {
  return Call("SetDefaultPolicyVersion", at, id).Request(Params({{"policyArn", kTeamPolicy}, {"versionId", version}}));
}
std::string ActionOf(const Handed& handed, const std::string& id) {
  const auto role = handed.The<RoleDefined>(id);
  return role.role == "role:" + kTeamPolicy && role.permissions.size() == 1 ? role.permissions[0].actions.at(0) : "";
}

TEST(PolicyVersions, ANewDefaultDefinesThePolicy) {
  const auto handed = Import({Version("12:00:00", "e1", "v2", "s3:Get*", true)});
  EXPECT_EQ(ActionOf(handed, "e1"), "s3:Get*");
  EXPECT_EQ(handed.The<RoleDefined>("e1").description, "version v2");
}
TEST(PolicyVersions, AVersionThatIsNoDefaultLeavesThePolicyAlone) {
  const auto handed = Import({Version("12:00:00", "e1", "v2", "s3:Get*")});
  EXPECT_EQ(handed.The<RoleDefined>("e1").role, "role:" + kTeamPolicy + "/version/v2");
}
TEST(PolicyVersions, AChosenVersionFoundInTheCaptureDefinesThePolicyAndSupersedesTheMark) {
  const auto handed = Import({Version("11:00:00", "e1", "v2", "s3:Put*"), Choose("12:00:00", "e2", "v2")});
  EXPECT_EQ(handed.The<RoleDefined>("e2").permissions.size(), 2u);  // the mark: unknown
  EXPECT_EQ(ActionOf(handed, "e2/content"), "s3:Put*");
  const Event* content = handed.Find("e2/content");
  EXPECT_EQ(content->time, At("12:00:00"));
  EXPECT_EQ(content->supersedes, (std::vector<EventName>{{"aws.cloudtrail/111122223333", "e2"}}));
  EXPECT_EQ(content->authid, "arn:aws:iam::111122223333:user/alice");
}
TEST(PolicyVersions, GoingBackToTheFirstVersionFindsWhatThePolicyBeganWith) {
  const auto handed = Import(
      {Create("10:00:00", "e1", "s3:Get*"), Version("11:00:00", "e2", "v2", "s3:*", true), Choose("12:00:00", "e3", "v1")});
  EXPECT_EQ(ActionOf(handed, "e3/content"), "s3:Get*");
}
TEST(PolicyVersions, WhatIsNowhereStaysUnknown) {
  const auto handed = Import({Choose("12:00:00", "e1", "v3")});
  const auto role = handed.The<RoleDefined>("e1");
  ASSERT_EQ(role.permissions.size(), 2u);
  EXPECT_EQ(role.permissions[0].effect, Effect::kAllow);
  EXPECT_EQ(role.permissions[1].effect, Effect::kDeny);
  for (const auto& p : role.permissions) EXPECT_NE(p.condition.find("v3"), std::string::npos);
  EXPECT_FALSE(handed.Find("e1/content"));
}
TEST(PolicyVersions, AVersionMadeLaterIsNotTheOneThatWasChosen) {
  EXPECT_FALSE(Import({Choose("12:00:00", "e1", "v2"), Version("13:00:00", "e2", "v2", "s3:*")}).Find("e1/content"));
}
TEST(PolicyVersions, ADeletedPolicysVersionsDoNotServeItsNamesake) {
  const auto deleted = Call("DeletePolicy", "11:00:00", "d").Request(Params({{"policyArn", kTeamPolicy}}));
  EXPECT_FALSE(Import({Version("10:00:00", "e1", "v2", "s3:*"), deleted, Choose("12:00:00", "e2", "v2")}).Find("e2/content"));
}
TEST(PolicyVersions, ADeletedVersionIsRetiredAndStillToldWhatWasChosenBefore) {
  const auto deleted =
      Call("DeletePolicyVersion", "13:00:00", "d").Request(Params({{"policyArn", kTeamPolicy}, {"versionId", "v2"}}));
  const auto handed = Import({Version("10:00:00", "e1", "v2", "s3:*"), Choose("12:00:00", "e2", "v2"), deleted});
  EXPECT_EQ(ActionOf(handed, "e2/content"), "s3:*");
  EXPECT_EQ(handed.The<RoleRetired>("d").role, "role:" + kTeamPolicy + "/version/v2");
}
TEST(PolicyVersions, TheRecordIsTheSameWhicheverFileCameFirstAndHoweverOften) {
  const std::string made = Version("11:00:00", "e1", "v2", "s3:Put*").Json(), chosen = Choose("12:00:00", "e2", "v2").Json();
  Trail forwards, backwards, together;
  forwards.Import({made}), forwards.Import({chosen}), forwards.Import({chosen}), forwards.Import({made});
  backwards.Import({chosen}), backwards.Import({made}), backwards.Import({made, chosen});
  together.Import({chosen, made});
  const auto hashes = [](const Trail& trail) {
    std::map<std::string, Hash256> all;
    for (const auto& [name, event] : trail.Record()) all[name.id] = event.content_hash;
    return all;
  };
  EXPECT_EQ(hashes(forwards).size(), 3u);
  EXPECT_EQ(hashes(forwards), hashes(backwards));
  EXPECT_EQ(hashes(forwards), hashes(together));
  const auto again = together.Import({made, chosen});
  EXPECT_EQ(again.summary.appended, 0);
  EXPECT_EQ(again.summary.conflicts, 0);
}

}  // namespace
}  // namespace tenure::connect
