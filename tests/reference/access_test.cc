#include "reference/asking.h"

namespace tenure::reference {
namespace {

using namespace builders;

class AccessReference : public Asking {
 protected:
  AccessReference() { GivenSomeIdentities(); }
  // Makes the access plane begin early, so that a no is a no.
  void GivenAnEarlyRecord() { Given(Issue("g0").To("user:z").Role("role:r").At("00:00")); }
};

TEST_F(AccessReference, AGrantIsLiveFromItsIssueToItsExpiry) {
  GivenAnEarlyRecord();
  Given(Issue("g1").To("user:a").Role("role:r").At("09:00").Until("12:00"));
  EXPECT_EQ(Reads("08:59"), Tri::kNo);
  EXPECT_EQ(Reads("09:00"), Tri::kYes);
  EXPECT_EQ(Reads("12:00"), Tri::kNo);
}

TEST_F(AccessReference, AnEmptyWindowIsLegalAndNeverLive) {
  Given(Issue("g1").To("user:a").Role("role:r").At("09:00").NotBefore("11:00").Until("10:00"));
  EXPECT_EQ(Now().GrantHeld("user:a", "g1"), Held{});
}

TEST_F(AccessReference, TermsAreARegisterOfTheIssues) {
  Given(Issue("g1").To("user:a").Role("role:r").At("09:00").Until("10:00"),
        Issue("g1").To("user:a").Role("role:r").At("11:00").Until("12:00"));
  Held held{{Between("09:00", "10:00"), Between("11:00", "12:00")}, {Between("09:00", "10:00"), Between("11:00", "12:00")}};
  EXPECT_EQ(Now().GrantHeld("user:a", "g1"), held);
}

TEST_F(AccessReference, ARevokeEarlierThanItsIssueLeavesNothing) {
  Given(Revoke("g1", "user:a").At("08:00"), Issue("g1").To("user:a").Role("role:r").At("09:00"));
  EXPECT_EQ(Reads("10:00"), Tri::kNo);
}

TEST_F(AccessReference, IssuingAgainNeverClearsARevoke) {
  Given(Issue("g1").To("user:a").Role("role:r").At("09:00"), Revoke("g1", "user:a").At("10:00"),
        Issue("g1").To("user:a").Role("role:r").At("11:00"));
  EXPECT_EQ(Reads("09:59"), Tri::kYes);
  EXPECT_EQ(Reads("10:00"), Tri::kNo);
  EXPECT_EQ(Reads("11:00"), Tri::kNo);
}

TEST_F(AccessReference, ARevokeByRoleEndsOnlyWhatBeganBeforeIt) {
  Given(Issue("g1").To("user:a").Role("role:r").At("09:00"), RevokeRole("role:r", "user:a").At("10:00"),
        Issue("g2").To("user:a").Role("role:r").At("11:00"));
  EXPECT_EQ(Reads("10:30"), Tri::kNo);
  EXPECT_EQ(Reads("11:00"), Tri::kYes);
}

TEST_F(AccessReference, AtItsOwnTimeARevokeByRoleEndsWhatIsEarlierInOrderOfRecord) {
  Given(Issue("g1").To("user:a").Role("role:r").At("10:00"), RevokeRole("role:r", "user:a").At("10:00"));
  EXPECT_EQ(Reads("10:00"), Tri::kNo);
  Given(Issue("g2").To("user:a").Role("role:r").At("10:00"));
  EXPECT_EQ(Reads("10:00"), Tri::kYes);
}

TEST_F(AccessReference, ARevokeByRoleAndScopeComparesTheScopeBytewise) {
  Given(Issue("g1").To("user:a").Role("role:r").Scope("bucket:b").At("09:00"),
        RevokeRole("role:r", "user:a").Scope("*").At("10:00"));
  EXPECT_EQ(Reads("10:00"), Tri::kYes);
  Given(RevokeRole("role:r", "user:a").Scope("bucket:b").At("11:00"));
  EXPECT_EQ(Reads("11:00"), Tri::kNo);
}

TEST_F(AccessReference, ARevokeByRoleLeavesWhatHadExpiredThenSoThatALaterIssueHolds) {
  Given(Issue("g1").To("user:a").Role("role:r").At("09:00").Until("10:00"), RevokeRole("role:r", "user:a").At("10:00"),
        Issue("g1").To("user:a").Role("role:r").At("11:00"));
  EXPECT_EQ(Reads("11:00"), Tri::kYes);
}

TEST_F(AccessReference, AnInlineGrantEndsByIdOnly) {
  Given(Issue("g1").To("user:a").Allow("read", "bucket:b").At("09:00"), RevokeRole("role:r", "user:a").At("10:00"));
  EXPECT_EQ(Reads("10:00"), Tri::kYes);
  Given(Revoke("g1", "user:a").At("11:00"));
  EXPECT_EQ(Reads("11:00"), Tri::kNo);
}

TEST_F(AccessReference, RetirementLeavesAGrantOnPaper) {
  Given(Issue("g1").To("user:a").Role("role:r").At("09:00"), Retire("user:a").At("10:00"));
  EXPECT_EQ(Reads("10:00"), Tri::kNo);
  EXPECT_EQ(What("user:a", "10:00"), Rows{"g1 allow on_paper"});
}

TEST_F(AccessReference, ANewLifeStartsWithoutTheGrantsOfTheOld) {
  Given(Issue("g1").To("user:a").Role("role:r").At("09:00"), Retire("user:a").At("10:00"), Register("user:a").At("11:00"));
  EXPECT_EQ(Reads("11:00"), Tri::kNo);
  EXPECT_EQ(What("user:a", "11:00"), Rows{});
  Given(Issue("g1").To("user:a").Role("role:r").At("12:00"));
  EXPECT_EQ(Reads("12:00"), Tri::kYes);
}

TEST_F(AccessReference, ARevokeOfAnEarlierLifeSaysNothingInTheNext) {
  Given(Revoke("g1", "user:a").At("09:00"), Retire("user:a").At("10:00"), Register("user:a").At("11:00"),
        Issue("g1").To("user:a").Role("role:r").At("12:00"));
  EXPECT_EQ(Reads("12:00"), Tri::kYes);
}

TEST_F(AccessReference, AGrantOfARoleThatIsDefinedAnewMustBeIssuedAnew) {
  Given(Issue("g1").To("user:a").Role("role:r").At("09:00"), RetireRole("role:r").At("10:00"),
        Define("role:r").Allow("*", "bucket:b").At("11:00"));
  EXPECT_EQ(Reads("09:00"), Tri::kYes);
  EXPECT_EQ(Reads("10:00"), Tri::kNo);
  EXPECT_EQ(Reads("11:00"), Tri::kNo);
  Given(Issue("g1").To("user:a").Role("role:r").At("12:00"));
  EXPECT_EQ(Reads("12:00"), Tri::kYes);
}

TEST_F(AccessReference, ARevokeByIdHoldsInWhateverIncarnationOfTheRoleItFalls) {
  Given(Issue("g1").To("user:a").Role("role:r").At("08:00"), Revoke("g1", "user:a").At("09:00"), RetireRole("role:r").At("10:00"),
        Define("role:r").Allow("*", "bucket:b").At("11:00"), Issue("g1").To("user:a").Role("role:r").At("12:00"));
  EXPECT_EQ(Reads("12:00"), Tri::kNo);
}

TEST_F(AccessReference, ARevokeByRoleSaysNothingInTheNextIncarnationOfTheRole) {
  Given(Issue("g1").To("user:a").Role("role:r").At("08:00"), RevokeRole("role:r", "user:a").At("09:00"),
        RetireRole("role:r").At("10:00"), Define("role:r").Allow("*", "bucket:b").At("11:00"),
        Issue("g1").To("user:a").Role("role:r").At("12:00"));
  EXPECT_EQ(Reads("12:00"), Tri::kYes);
}

TEST_F(AccessReference, EndsAllEndsAGrantForGoodIfItWasFirstIssuedBefore) {
  Given(Issue("g1").To("user:a").Role("role:r").At("09:00"), Retire("user:a").EndsAll().At("10:00"),
        Issue("g1").To("user:a").Role("role:r").At("11:00"), Issue("g2").To("user:a").Role("role:r").At("11:00"));
  EXPECT_EQ(What("user:a", "10:00"), Rows{});
  EXPECT_EQ(What("user:a", "11:00"), Rows{"g2 allow on_paper"});
}

TEST_F(AccessReference, EndsAllEndsMembershipsOnBothSidesAndDeniesToo) {
  Given(Add("user:a", "group:g").At("08:00"), Issue("d").To("group:g").Deny("read", "bucket:b").At("08:00"),
        Issue("g1").To("user:a").Role("role:r").At("08:00"));
  EXPECT_EQ(Reads("08:00"), Tri::kNo);
  Given(Retire("group:g").EndsAll().At("09:00"));
  EXPECT_EQ(Reads("09:00"), Tri::kYes);
  EXPECT_EQ(Now().Member("user:a", "group:g", At("09:00")), kNo);
  Given(Add("user:a", "group:g").At("10:00"));
  EXPECT_EQ(Now().Member("user:a", "group:g", At("10:00")), kYes);
}

TEST_F(AccessReference, AMembershipIsARegisterWithAWindow) {
  Given(Add("user:a", "group:g").At("08:00").NotBefore("09:00").Until("10:00"), Remove("user:a", "group:g").At("11:00"),
        Add("user:a", "group:g").At("12:00"));
  auto held = Now().HeldWhere([view = Now()](EffectiveTime t) { return view.Member("user:a", "group:g", t); });
  EXPECT_EQ(held.must, (std::vector<Interval>{Between("09:00", "10:00"), {At("12:00"), kForever}}));
}

TEST_F(AccessReference, AMembershipOfTheGroupsOldLifeSaysNothingInItsNext) {
  Given(Add("user:a", "group:g").At("08:00"), Retire("group:g").At("09:00"), Register("group:g").At("10:00"));
  EXPECT_EQ(Now().Member("user:a", "group:g", At("09:30")), kYes);
  EXPECT_EQ(Now().Member("user:a", "group:g", At("10:00")), kNo);
}

TEST_F(AccessReference, AnUndefinedRoleMayAllowAndMayDenyWithinItsScopeButNeverAssume) {
  Given(Issue("g1").To("user:a").Role("role:later").Scope("bucket:b").At("09:00"));
  EXPECT_EQ(Reads("09:00"), Tri::kMaybe);
  EXPECT_EQ(Check("user:a", "read", "bucket:c", "09:00"), Tri::kNo);
  EXPECT_EQ(Check("user:a", "assume", "bucket:b", "09:00"), Tri::kNo);
  Given(Issue("g2").To("user:a").Role("role:r").At("10:00"));
  EXPECT_EQ(Reads("10:00"), Tri::kMaybe) << "role:later may deny it";
}

TEST_F(AccessReference, ARetiredRoleGivesNothingAlsoIfItWasNeverDefined) {
  Given(Issue("g1").To("user:a").Role("role:x").At("08:00"), RetireRole("role:x").At("09:00"));
  EXPECT_EQ(Reads("08:00"), Tri::kMaybe);
  EXPECT_EQ(Reads("09:00"), Tri::kNo);
  EXPECT_EQ(What("user:a", "09:00"), Rows{"g1 unknown on_paper"});
}

TEST_F(AccessReference, TheDeniesOfARetiredRoleEndToo) {
  Given(Define("role:d").Deny("*", "*"), Issue("g1").To("user:a").Role("role:r").At("08:00"),
        Issue("g2").To("user:a").Role("role:d").At("08:00"), RetireRole("role:d").At("09:00"));
  EXPECT_EQ(Reads("08:00"), Tri::kNo);
  EXPECT_EQ(Reads("09:00"), Tri::kYes);
  EXPECT_EQ(What("user:a", "09:00"), (Rows{"g1 allow effective", "g2 deny on_paper"}));
}

TEST_F(AccessReference, ARoleIsARegisterSoANewDefinitionChangesWhatOldGrantsGive) {
  Given(Issue("g1").To("user:a").Role("role:r").At("08:00"), Define("role:r").Allow("write", "bucket:b").At("09:00"));
  EXPECT_EQ(Reads("08:00"), Tri::kYes);
  EXPECT_EQ(Reads("09:00"), Tri::kNo);
}

TEST_F(AccessReference, ADelegatedGrantAllowsOnlyWhileItsDelegatorIsActiveAndDeniesAlways) {
  Given(Issue("g1").To("user:a").DelegatedBy("user:b").Allow("read", "bucket:b").Deny("write", "bucket:b").At("08:00"),
        Issue("g2").To("user:a").Allow("write", "bucket:b").At("08:00"));
  EXPECT_EQ(Reads("08:00"), Tri::kYes);
  Given(Suspend("user:b").At("09:00"));
  EXPECT_EQ(Reads("09:00"), Tri::kNo);
  EXPECT_EQ(Check("user:a", "write", "bucket:b", "09:00"), Tri::kNo);
  EXPECT_EQ(What("user:a", "09:00"), (Rows{"g1 allow on_paper", "g1 deny effective", "g2 allow effective"}));
}

TEST_F(AccessReference, AConditionMakesAGrantOrAPermissionUncertain) {
  Given(Issue("g1").To("user:a").Role("role:r").If("mfa").At("08:00"));
  EXPECT_EQ(Reads("08:00"), Tri::kMaybe);
  Given(Issue("g2").To("user:b").Allow("read", "bucket:b").With(Deny({"read"}, {"bucket:b"}).If("at night")).At("08:00"));
  EXPECT_EQ(Check("user:b", "read", "bucket:b", "08:00"), Tri::kMaybe);
}

}  // namespace
}  // namespace tenure::reference
