#include "reference/asking.h"

namespace tenure::reference {
namespace {

using namespace builders;

class IdentityReference : public Asking {};

TEST_F(IdentityReference, IsAbsentBeforeItsRegistrationAndActiveFromIt) {
  Given(Register("user:z").At("01:00"), Register("user:a").At("09:00"));
  EXPECT_EQ(Status("user:a", "08:59"), "absent");
  EXPECT_EQ(Active("user:a", "08:59"), Tri::kNo);
  EXPECT_EQ(Status("user:a", "09:00"), "active");
}

TEST_F(IdentityReference, WithNoLifeEventItIsUnrecordedWhateverElseIsSaid) {
  Given(Register("user:z"), Suspend("user:a").At("09:00"), Update("user:a").Until("10:00").At("09:00"));
  EXPECT_EQ(Status("user:a", "11:00"), "unrecorded");
  EXPECT_EQ(Active("user:a", "11:00"), Tri::kMaybe);
}

TEST_F(IdentityReference, BeforeAFirstRetirementItIsUnrecordedAndAfterItRetired) {
  Given(Register("user:z"), Retire("user:a").At("09:00"));
  EXPECT_EQ(Status("user:a", "08:00"), "unrecorded");
  EXPECT_EQ(Status("user:a", "09:00"), "retired");
  EXPECT_EQ(Active("user:a", "09:00"), Tri::kNo);
}

TEST_F(IdentityReference, BeforeAnObservedRegistrationItIsUnrecorded) {
  Given(Register("user:z"), Register("user:a").Observed().At("09:00"));
  EXPECT_EQ(Active("user:a", "08:00"), Tri::kMaybe);
  EXPECT_EQ(Active("user:a", "09:00"), Tri::kYes);
}

TEST_F(IdentityReference, TheEarliestRegistrationByTimeDecidesHoweverLateItIsRecorded) {
  Given(Register("user:z"), Register("user:a").Observed().At("09:00"), Register("user:a").At("07:00"));
  EXPECT_EQ(Status("user:a", "06:00"), "absent");
  EXPECT_EQ(Status("user:a", "08:00"), "active");
}

TEST_F(IdentityReference, AtEqualTimesTheLaterInOrderOfRecordHolds) {
  Given(Register("user:a"), Reactivate("user:a").At("09:00"), Suspend("user:a").At("09:00"));
  EXPECT_EQ(Status("user:a", "09:00"), "suspended");
  Given(Reactivate("user:a").At("09:00").By("again"));
  EXPECT_EQ(Status("user:a", "09:00"), "active");
}

TEST_F(IdentityReference, AFirstRegistrationLiftsNoSuspension) {
  Given(Suspend("user:a").At("08:00"), Register("user:a").At("09:00"));
  EXPECT_EQ(Status("user:a", "09:00"), "suspended");
}

TEST_F(IdentityReference, PendingLastsUntilProofed) {
  Given(Register("user:a").Pending().At("08:00"), Proof("user:a").At("09:00"));
  EXPECT_EQ(Status("user:a", "08:30"), "pending");
  EXPECT_EQ(Active("user:a", "08:30"), Tri::kNo);
  EXPECT_EQ(Status("user:a", "09:00"), "active");
}

TEST_F(IdentityReference, ExpiryIsHalfOpenAndCanBeCleared) {
  Given(Register("user:a").Until("09:00"), Update("user:a").Forever().At("10:00"));
  EXPECT_EQ(Status("user:a", "08:59:59"), "active");
  EXPECT_EQ(Status("user:a", "09:00"), "expired");
  EXPECT_EQ(Status("user:a", "10:00"), "active");
}

TEST_F(IdentityReference, TheStatusWordFollowsPrecedence) {
  Given(Register("user:a").Pending().Until("09:00"), Suspend("user:a").At("08:00"));
  EXPECT_EQ(Status("user:a", "07:00"), "pending");
  EXPECT_EQ(Status("user:a", "08:00"), "suspended");
  EXPECT_EQ(Status("user:a", "09:00"), "expired");
  Given(Retire("user:a").At("09:30"));
  EXPECT_EQ(Status("user:a", "09:30"), "retired");
}

TEST_F(IdentityReference, ARegistrationAfterARetirementClearsEveryRegister) {
  Given(Register("user:a").OwnedBy("user:b").Until("12:00"), Suspend("user:a").At("08:00"), Retire("user:a").At("09:00"),
        Register("user:a").At("10:00"));
  EXPECT_EQ(Status("user:a", "10:00"), "active");
  EXPECT_EQ(Status("user:a", "13:00"), "active");
  EXPECT_EQ(Now().RegistersOf("user:a", At("10:00")).owner, std::nullopt);
  EXPECT_EQ(Now().RegistersOf("user:a", At("09:30")).owner, "user:b");
  EXPECT_EQ(Now().IncarnationOf("user:a", At("10:00")).number, 2);
}

TEST_F(IdentityReference, AnotherRegistrationSetsOnlyWhatItCarries) {
  Given(Register("user:a").OwnedBy("user:b").Environment("prod"), Register("user:a").Environment("dev").At("09:00"));
  auto registers = Now().RegistersOf("user:a", At("09:00"));
  EXPECT_EQ(registers.owner, "user:b");
  EXPECT_EQ(registers.environment, "dev");
  EXPECT_EQ(Now().IncarnationOf("user:a", At("09:00")).number, 1);
}

TEST_F(IdentityReference, ARetirementOfNobodyKnownStillMakesTheNextRegistrationAnIncarnation) {
  Given(Suspend("user:a").At("07:00"), Retire("user:a").At("08:00"), Register("user:a").At("09:00"));
  EXPECT_EQ(Status("user:a", "09:00"), "active");
}

TEST_F(IdentityReference, AnEventAtTheTickOfTheNewRegistrationButRecordedBeforeItBelongsToTheOldLife) {
  Given(Register("user:a"), Retire("user:a").At("08:00"), Suspend("user:a").At("09:00"), Register("user:a").At("09:00"));
  EXPECT_EQ(Status("user:a", "09:00"), "active");
  Given(Suspend("user:a").At("09:00").By("again"));
  EXPECT_EQ(Status("user:a", "09:00"), "suspended");
}

TEST_F(IdentityReference, LinksAreSymmetricAndTransitiveAndChangeNothing) {
  Given(Register("user:a"), Link("user:a", "external:1").At("09:00"), Link("user:c", "external:1").At("10:00"));
  EXPECT_EQ(Now().Linked("user:c", At("10:00")), (std::set<std::string>{"user:a", "external:1"}));
  EXPECT_EQ(Now().Linked("user:c", At("09:00")), std::set<std::string>{});
  EXPECT_EQ(Now().Assumable(), std::set<std::string>{"user:a"});
}

TEST_F(IdentityReference, ACredentialIsLiveUntilRevokedAndRevivedByANewIssue) {
  Given(Register("user:a"), IssueCredential("k", "user:a").At("08:00"), RevokeCredential("k", "user:a").At("09:00"),
        IssueCredential("k", "user:a").At("10:00"));
  EXPECT_EQ(Credential("k", "user:a", "08:00"), Tri::kYes);
  EXPECT_EQ(Credential("k", "user:a", "09:00"), Tri::kNo);
  EXPECT_EQ(Credential("k", "user:a", "10:00"), Tri::kYes);
}

TEST_F(IdentityReference, ARotationEndsOneCredentialAndBeginsAnother) {
  Given(Register("user:a"), IssueCredential("k1", "user:a").At("08:00"), Rotate("k1", "k2", "user:a").Until("10:00").At("09:00"));
  EXPECT_EQ(Credential("k1", "user:a", "09:00"), Tri::kNo);
  EXPECT_EQ(Credential("k2", "user:a", "09:00"), Tri::kYes);
  EXPECT_EQ(Credential("k2", "user:a", "10:00"), Tri::kNo);
}

TEST_F(IdentityReference, ACompromiseOrARetirementEndsNoCredential) {
  Given(Register("user:a"), IssueCredential("k", "user:a").At("08:00"), Compromise("k", "user:a").At("09:00"),
        Retire("user:a").At("10:00"));
  EXPECT_EQ(Credential("k", "user:a", "11:00"), Tri::kYes);
}

TEST_F(IdentityReference, ARetirementThatEndsAllEndsTheCredentialsThatBeganBeforeIt) {
  Given(Register("user:a"), IssueCredential("k", "user:a").At("08:00"), Retire("user:a").EndsAll().At("09:00"),
        IssueCredential("late", "user:a").At("10:00"));
  EXPECT_EQ(Credential("k", "user:a", "09:00"), Tri::kNo);
  EXPECT_EQ(Credential("late", "user:a", "10:00"), Tri::kYes);
}

TEST_F(IdentityReference, ACredentialOfAnEarlierLifeSaysNothingInTheNext) {
  Given(Register("user:a"), IssueCredential("k", "user:a").At("08:00"), Retire("user:a").At("09:00"),
        Register("user:a").At("10:00"));
  EXPECT_EQ(Credential("k", "user:a", "09:30"), Tri::kYes);
  EXPECT_EQ(Credential("k", "user:a", "10:00"), Tri::kNo);
}

TEST_F(IdentityReference, BeforeTheHorizonAbsentIsUnrecordedButActiveStaysAsFolded) {
  Given(Register("user:a").At("09:00"));
  EXPECT_EQ(Status("user:a", "08:00"), "unrecorded");
  EXPECT_EQ(Active("user:a", "08:00"), Tri::kNo);
}

}  // namespace
}  // namespace tenure::reference
