#include "trail.h"

namespace tenure::connect {
namespace {

TEST(UsageMapping, ACallThatChangesNothingIsAUseOfPower) {
  const auto handed = Import({Call("GetObject", "12:00:00", "e1")
                                  .To("s3")
                                  .With(R"("resources":[{"ARN":"arn:aws:s3:::b/k","type":"AWS::S3::Object"}])")});
  const auto used = handed.The<AccessUsed>("e1");
  EXPECT_EQ(used.identity, kAlice);
  EXPECT_EQ(used.action, "s3:GetObject");
  EXPECT_EQ(used.resource, "arn:aws:s3:::b/k");
  EXPECT_EQ(used.outcome, Outcome::kAllowed);
  EXPECT_EQ(used.credential, "AKIAALICE");
  EXPECT_EQ(used.network, "192.0.2.7");
  EXPECT_EQ(handed.Find("e1")->authid, "arn:aws:iam::111122223333:user/alice");
}
TEST(UsageMapping, AFailedChangeChangesNothingAndIsADeniedUse) {
  const auto handed = Import({OnUser("CreateUser", "12:00:00", "e1", "bob").With(R"("errorCode":"AccessDenied")")});
  EXPECT_EQ(handed.events.size(), 1u);
  EXPECT_EQ(handed.The<AccessUsed>("e1").outcome, Outcome::kDenied);
  EXPECT_EQ(handed.The<AccessUsed>("e1").action, "iam:CreateUser");
  EXPECT_EQ(event::JsonMember(handed.Find("e1")->data_json, "x_error"), "\"AccessDenied\"");
}
TEST(UsageMapping, AFailedConsoleLoginIsDeniedAlthoughItHasNoErrorCode) {
  const auto handed = Import({Call("ConsoleLogin", "12:00:00", "e1").To("signin").Response(R"({"ConsoleLogin":"Failure"})"),
                              Call("ConsoleLogin", "12:00:00", "e2").To("signin").Response(R"({"ConsoleLogin":"Success"})")});
  EXPECT_EQ(handed.The<AccessUsed>("e1").outcome, Outcome::kDenied);
  EXPECT_EQ(handed.The<AccessUsed>("e2").outcome, Outcome::kAllowed);
}
TEST(UsageMapping, ACallOfAnotherServiceWithANameOfIamIsNoChange) {
  const auto handed = Import({OnUser("CreateUser", "12:00:00", "e1", "bob").To("elasticache")});
  EXPECT_EQ(handed.The<AccessUsed>("e1").action, "elasticache:CreateUser");
}
TEST(UsageMapping, AnObjectIsMoreThanItsBucketAndTwoThingsAreNone) {
  const auto handed = Import(
      {Call("GetObject", "12:00:00", "e1").To("s3").With(R"("resources":[{"ARN":"arn:aws:s3:::b"},{"ARN":"arn:aws:s3:::b/k"}])"),
       Call("Copy", "12:00:00", "e2").To("s3").With(R"("resources":[{"ARN":"arn:aws:s3:::a"},{"ARN":"arn:aws:s3:::b"}])"),
       Call("List", "12:00:00", "e3").To("s3").With(R"("resources":[{"ARNPrefix":"arn:aws:s3:::a/"}])")});
  EXPECT_EQ(handed.The<AccessUsed>("e1").resource, "arn:aws:s3:::b/k");
  EXPECT_EQ(handed.The<AccessUsed>("e2").resource, "");
  EXPECT_EQ(handed.The<AccessUsed>("e3").resource, "");
}
TEST(UsageMapping, ASessionIsKeptBesideItsRole) {
  const auto handed = Import(
      {Call("RunInstances", "12:00:00", "e1")
           .To("ec2")
           .By(R"({"type":"AssumedRole","arn":"arn:aws:sts::111122223333:assumed-role/deploy/ci-7","invokedBy":"autoscaling.amazonaws.com"})")});
  EXPECT_EQ(handed.The<AccessUsed>("e1").identity, kDeploy);
  EXPECT_EQ(event::JsonMember(handed.Find("e1")->data_json, "x_session"), "\"ci-7\"");
  EXPECT_EQ(event::JsonMember(handed.Find("e1")->data_json, "x_invoked_by"), "\"autoscaling.amazonaws.com\"");
}
TEST(UsageMapping, AServiceEventWithoutCallerIsTheServicesOwnAndAnyOtherIsIgnored) {
  const auto handed = Import({Call("RotateKey", "12:00:00", "e1").To("kms").By("{}").With(R"("eventType":"x")"),
                              Call("X", "12:00:00", "e2").To("kms").By("null")});
  EXPECT_EQ(handed.summary.ignored.at("without caller"), 2);
  const std::string service_event =
      R"({"eventTime":"2024-05-01T12:00:00Z","eventSource":"kms.amazonaws.com","eventName":"RotateKey","eventID":"e3","eventType":"AwsServiceEvent","recipientAccountId":"1"})";
  EXPECT_EQ(Trail().Import({service_event}).The<AccessUsed>("e3").identity, "external:kms.amazonaws.com");
}
TEST(UsageMapping, WithoutUsageOnlyChangesAreHandedOver) {
  const auto handed =
      Trail().Import({Records({Call("ListUsers", "12:00:00", "e1"), OnUser("CreateUser", "12:00:00", "e2", "bob"),
                               OnUser("DeleteUser", "12:00:00", "e3", "bob").With(R"("errorCode":"NoSuchEntity")")})},
                     false);
  EXPECT_EQ(handed.Ids(), std::vector<std::string>{"e2"});
  EXPECT_EQ(handed.summary.ignored.at("usage"), 2);
}
TEST(UsageMapping, DigestsAndInsightsAreIgnored) {
  const auto handed = Trail().Import({R"({"awsAccountId":"1","digestStartTime":"2024-05-01T00:00:00Z"})",
                                      R"({"eventID":"x","eventType":"AwsCloudTrailInsight"})"});
  EXPECT_EQ(handed.summary.ignored.at("digest"), 1);
  EXPECT_EQ(handed.summary.ignored.at("insight"), 1);
  EXPECT_TRUE(handed.events.empty());
}
TEST(UsageMapping, TheAccountComesFromTheRecordElseFromTheCaller) {
  EXPECT_EQ(Import({Call("ListUsers", "12:00:00", "e1").NoAccount()}).Find("e1")->name.source, "aws.cloudtrail/111122223333");
  const auto handed =
      Import({Call("ListUsers", "12:00:00", "e1").NoAccount().By(R"({"type":"AWSService","invokedBy":"x.amazonaws.com"})")});
  EXPECT_EQ(handed.summary.refused_count, 1);
}
TEST(UsageMapping, ARenameIsUsageAndTheSummarySaysThatItWasNotFollowed) {
  const auto handed =
      Import({Call("UpdateUser", "12:00:00", "e1").Request(Params({{"userName", "bob"}, {"newUserName", "rob"}}))});
  EXPECT_EQ(handed.The<AccessUsed>("e1").action, "iam:UpdateUser");
  ASSERT_EQ(handed.summary.gaps.size(), 1u);
  EXPECT_EQ(handed.summary.gaps[0].ref, kBob);
}
TEST(UsageMapping, ABadTimeIsRefused) {
  const auto handed = Import({Call("ListUsers", "25:00:00", "e1")});
  ASSERT_EQ(handed.summary.refused_count, 1);
  EXPECT_EQ(handed.summary.refused[0].error.code.substr(0, 5), "event");
}

}  // namespace
}  // namespace tenure::connect
