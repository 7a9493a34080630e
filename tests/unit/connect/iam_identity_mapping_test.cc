// Users, groups, instance profiles, tags, boundaries, credentials, membership.
#include "trail.h"

namespace tenure::connect {
namespace {

TEST(IamIdentityMapping, ACreatedUserIsRegisteredWithoutPathAndKeepsItsArn) {
  const auto handed =
      Import({OnUser("CreateUser", "12:00:00", "e1", "bob")
                  .Response(R"({"user":{"path":"/ops/","arn":"arn:aws:iam::111122223333:user/ops/bob","userName":"bob"}})")});
  const Event* event = handed.Find("e1");
  ASSERT_TRUE(event);
  EXPECT_EQ(event->name.source, "aws.cloudtrail/111122223333");
  EXPECT_EQ(event->time, At("12:00:00"));
  EXPECT_EQ(event->authid, "arn:aws:iam::111122223333:user/alice");
  EXPECT_EQ(event->authtype, "user");
  const auto registered = handed.The<IdentityRegistered>("e1");
  EXPECT_EQ(registered.identity, kBob);
  EXPECT_FALSE(registered.observed);
  EXPECT_EQ(event::JsonMember(registered.attributes, "arn"), "\"arn:aws:iam::111122223333:user/ops/bob\"");
}
TEST(IamIdentityMapping, GroupsAndInstanceProfilesAreIdentitiesToo) {
  const auto handed = Import({Call("CreateGroup", "12:00:00", "g").Request(Params({{"groupName", "dba"}})),
                              Call("CreateInstanceProfile", "12:00:00", "p").Request(Params({{"instanceProfileName", "web"}})),
                              Call("DeleteGroup", "12:00:01", "dg").Request(Params({{"groupName", "dba"}})),
                              Call("DeleteInstanceProfile", "12:00:01", "dp").Request(Params({{"instanceProfileName", "web"}}))});
  EXPECT_EQ(handed.The<IdentityRegistered>("g").identity, "group:" + kIam + "group/dba");
  EXPECT_EQ(handed.The<IdentityRegistered>("p").identity, "workload:" + kIam + "instance-profile/web");
  EXPECT_EQ(handed.The<IdentityRetired>("dg").identity, "group:" + kIam + "group/dba");
  EXPECT_TRUE(handed.The<IdentityRetired>("dp").ends_all);
}
TEST(IamIdentityMapping, ADeletionEndsAll) {
  const auto handed = Import({OnUser("DeleteUser", "12:00:00", "e1", "bob")});
  const auto retired = handed.The<IdentityRetired>("e1");
  EXPECT_EQ(retired.identity, kBob);
  EXPECT_TRUE(retired.ends_all);
}
TEST(IamIdentityMapping, ACallByAServiceCounts) {
  const auto handed =
      Import({OnUser("CreateUser", "12:00:00", "e1", "bob").By(R"({"type":"AWSService","invokedBy":"transfer.amazonaws.com"})")});
  EXPECT_EQ(handed.The<IdentityRegistered>("e1").identity, kBob);
  EXPECT_EQ(handed.Find("e1")->authid, "transfer.amazonaws.com");
  EXPECT_EQ(handed.Find("e1")->authtype, "system");
}
TEST(IamIdentityMapping, TagsAreAttributesAndAnOwnerTagIsTheOwner) {
  const auto handed = Import(
      {Call("CreateUser", "12:00:00", "e1")
           .Request(R"({"userName":"bob","tags":[{"key":"team","value":"db"},{"key":"Owner","value":"carol@example.com"}]})"),
       Call("TagUser", "12:00:01", "e2")
           .Request(R"({"userName":"bob","tags":[{"key":"owner","value":"group:dba"},{"key":"tier","value":""}]})"),
       Call("UntagUser", "12:00:02", "e3").Request(R"({"userName":"bob","tagKeys":["owner","team"]})")});
  EXPECT_EQ(handed.The<IdentityRegistered>("e1").owner, "user:carol@example.com");
  EXPECT_EQ(event::JsonMember(handed.The<IdentityRegistered>("e1").attributes, "team"), "\"db\"");
  EXPECT_EQ(handed.The<IdentityOwnerChanged>("e2/owner").owner, "group:dba");
  EXPECT_EQ(event::JsonMember(handed.The<IdentityUpdated>("e2").attributes, "tier"), "\"\"");
  EXPECT_EQ(handed.The<IdentityOwnerChanged>("e3/owner").owner, std::nullopt);
  EXPECT_EQ(event::JsonMember(handed.The<IdentityUpdated>("e3").attributes, "team"), "null");
}
TEST(IamIdentityMapping, ATagNeverSetsWhatTheImporterSets) {
  const auto handed = Import(
      {Call("TagRole", "12:00:00", "e1")
           .Request(R"({"roleName":"deploy","tags":[{"key":"permissions_boundary","value":"x"},{"key":"arn","value":"y"}]})")});
  const auto attributes = handed.The<IdentityUpdated>("e1").attributes;
  EXPECT_EQ(handed.The<IdentityUpdated>("e1").identity, kDeploy);
  EXPECT_EQ(event::JsonMember(attributes, "permissions_boundary"), "");
  EXPECT_EQ(event::JsonMember(attributes, "arn"), "");
  EXPECT_EQ(event::JsonMember(attributes, "tag:permissions_boundary"), "\"x\"");
}
TEST(IamIdentityMapping, ATagThatLooksLikeASecretIsLeftOutAndTheRestIsTaken) {
  const std::string token = "ghp_0123456789abcdefghij0123456789abcdef";
  const auto handed = Import(
      {Call("TagUser", "12:00:00", "e1")
           .Request(
               R"({"userName":"bob","tags":[{"key":"password","value":"hunter2"},{"key":"deploy_token","value":"t"},{"key":"note","value":")" +
               token + R"("},{"key":"team","value":"db"}]})")});
  EXPECT_EQ(handed.summary.refused_count, 0);
  const std::string event = event::Encode(*handed.Find("e1"));
  EXPECT_EQ(event.find("hunter2"), std::string::npos);
  EXPECT_EQ(event.find(token), std::string::npos);
  EXPECT_EQ(event::JsonMember(handed.The<IdentityUpdated>("e1").attributes, "team"), "\"db\"");
  EXPECT_EQ(handed.summary.gaps_count, 3);
}
TEST(IamIdentityMapping, ABoundaryIsAnAttributeWhileItIsSet) {
  const auto handed =
      Import({Call("CreateUser", "12:00:00", "e1").Request(Params({{"userName", "bob"}, {"permissionsBoundary", kTeamPolicy}})),
              Call("DeleteUserPermissionsBoundary", "12:00:01", "e2").Request(Params({{"userName", "bob"}})),
              Call("PutRolePermissionsBoundary", "12:00:02", "e3")
                  .Request(Params({{"roleName", "deploy"}, {"permissionsBoundary", kTeamPolicy}}))});
  EXPECT_EQ(event::JsonMember(handed.The<IdentityRegistered>("e1").attributes, "permissions_boundary"), Quote(kTeamPolicy));
  EXPECT_EQ(event::JsonMember(handed.The<IdentityUpdated>("e2").attributes, "permissions_boundary"), "null");
  EXPECT_EQ(event::JsonMember(handed.The<IdentityUpdated>("e3").attributes, "permissions_boundary"), Quote(kTeamPolicy));
}
TEST(IamIdentityMapping, MembershipBeginsAndEnds) {
  const std::string both = Params({{"userName", "bob"}, {"groupName", "dba"}});
  const auto handed = Import(
      {Call("AddUserToGroup", "12:00:00", "e1").Request(both), Call("RemoveUserFromGroup", "12:00:01", "e2").Request(both)});
  EXPECT_EQ(handed.The<MembershipAdded>("e1").member, kBob);
  EXPECT_EQ(handed.The<MembershipAdded>("e1").group, "group:" + kIam + "group/dba");
  EXPECT_EQ(handed.The<MembershipRemoved>("e2").group, "group:" + kIam + "group/dba");
}

TEST(IamCredentialMapping, AnAccessKeyIsACredentialFromItsCreationUntilItsDeletion) {
  const auto handed =
      Import({OnUser("CreateAccessKey", "12:00:00", "e1", "bob")
                  .Response(R"({"accessKey":{"accessKeyId":"AKIABOB","userName":"bob","status":"Active"}})"),
              Call("UpdateAccessKey", "12:00:01", "e2")
                  .Request(Params({{"userName", "bob"}, {"accessKeyId", "AKIABOB"}, {"status", "Inactive"}})),
              Call("UpdateAccessKey", "12:00:02", "e3")
                  .Request(Params({{"userName", "bob"}, {"accessKeyId", "AKIABOB"}, {"status", "Active"}})),
              Call("DeleteAccessKey", "12:00:03", "e4").Request(Params({{"userName", "bob"}, {"accessKeyId", "AKIABOB"}}))});
  EXPECT_EQ(handed.The<CredentialIssued>("e1").identity, kBob);
  EXPECT_EQ(handed.The<CredentialIssued>("e1").credential, "AKIABOB");
  EXPECT_EQ(handed.The<CredentialIssued>("e1").kind, "access_key");
  EXPECT_EQ(handed.The<CredentialRevoked>("e2").credential, "AKIABOB");
  EXPECT_EQ(handed.The<CredentialIssued>("e3").credential, "AKIABOB");
  EXPECT_EQ(handed.The<CredentialRevoked>("e4").identity, kBob);
}
TEST(IamCredentialMapping, WithoutANameTheKeyIsTheCallersOrTheOneThatTheResponseNames) {
  const auto handed =
      Import({Call("CreateAccessKey", "12:00:00", "own").Response(R"({"accessKey":{"accessKeyId":"AKIA1"}})"),
              Call("CreateAccessKey", "12:00:00", "told").Response(R"({"accessKey":{"accessKeyId":"AKIA2","userName":"bob"}})"),
              Call("DeleteAccessKey", "12:00:01", "gone").Request(Params({{"accessKeyId", "AKIA1"}})),
              Call("CreateAccessKey", "12:00:02", "root")
                  .By(R"({"type":"Root","accountId":"111122223333"})")
                  .Response(R"({"accessKey":{"accessKeyId":"AKIA3"}})")});
  EXPECT_EQ(handed.The<CredentialIssued>("own").identity, kAlice);
  EXPECT_EQ(handed.The<CredentialIssued>("told").identity, kBob);
  EXPECT_EQ(handed.The<CredentialRevoked>("gone").identity, kAlice);
  EXPECT_EQ(handed.The<CredentialIssued>("root").identity, "user:" + kIam + "root");
}
TEST(IamCredentialMapping, ASecretInTheResponseIsNeverCopied) {
  const auto handed = Import({OnUser("CreateAccessKey", "12:00:00", "e1", "bob")
                                  .Response(R"({"accessKey":{"accessKeyId":"AKIABOB","secretAccessKey":"s3cr3t"}})")});
  EXPECT_EQ(event::Encode(*handed.Find("e1")).find("s3cr3t"), std::string::npos);
}
TEST(IamCredentialMapping, ALoginProfileIsAPassword) {
  const auto handed =
      Import({OnUser("CreateLoginProfile", "12:00:00", "e1", "bob"), OnUser("DeleteLoginProfile", "12:00:01", "e2", "bob")});
  EXPECT_EQ(handed.The<CredentialIssued>("e1").credential, "login-profile");
  EXPECT_EQ(handed.The<CredentialIssued>("e1").kind, "password");
  EXPECT_EQ(handed.The<CredentialRevoked>("e2").credential, "login-profile");
}
TEST(IamCredentialMapping, WhatNamesTooLittleIsRefusedWithItsPlace) {
  const auto handed = Import({OnUser("CreateUser", "12:00:00", "e1", "bob"), Call("CreateAccessKey", "12:00:00", "e2"),
                              Call("AttachRolePolicy", "12:00:00", "e3").Request(Params({{"policyArn", kAdmin}})),
                              Call("CreateUser", "12:00:00", "e4")});
  ASSERT_EQ(handed.summary.refused_count, 3);
  EXPECT_EQ(handed.summary.refused[0].record, 2);
  EXPECT_EQ(handed.summary.refused[0].file, "file1");
  for (const auto& refused : handed.summary.refused) EXPECT_EQ(refused.error.code, "record_incomplete");
  EXPECT_EQ(handed.Ids(), std::vector<std::string>{"e1"});
}

}  // namespace
}  // namespace tenure::connect
