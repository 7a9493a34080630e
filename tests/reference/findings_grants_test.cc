// The rules about grants, each with the moment at its threshold and one microsecond inside it.
#include "reference/findings_asking.h"

namespace tenure::reference {
namespace {

using namespace builders;

class GrantFindingsReference : public FindingsAsking {
 protected:
  GrantFindingsReference() {
    for (const char* ref : {"user:a", "user:b", "service_account:s", "external:e", "group:g"}) log.Append(Register(ref));
    log.Append(Define("role:admin").Allow("read", "*"));
    log.Append(Define("role:plain").Allow("read", "*"));
  }
  void GivenKnownUsage() { Given(Use("user:z", "read", "bucket:x")); }
};

// --- used or not

TEST_F(GrantFindingsReference, AuthorityIsDormantThatIsGivenToSomebodyActiveAndNotUsed) {
  Given(Issue("g1").To("user:a").Role("role:plain").Scope("bucket:x").At("2023-07-11"),
        Issue("g2").To("group:g").Role("role:plain"), Issue("g3").To("everyone:*").Role("role:plain"));
  EXPECT_EQ(Found("dormant_authority"), Rows{}) << "no usage is known";
  GivenKnownUsage();
  EXPECT_EQ(Found("dormant_authority"), Rows{"user:a g1 10-09T00:00/…"});
  Given(Use("user:a", "read", "bucket:y").At("2023-09-01"), Use("user:a", "write", "bucket:x").At("2023-09-01"),
        Use("user:a", "read", "bucket:x").At("2023-09-01").Denied(),
        Use("user:a", "read", "bucket:x/y").At(After(At("2023-10-09"))));
  EXPECT_EQ(Found("dormant_authority"),
            (Rows{"user:a g1 10-09T00:00/10-09T00:00:00.000001", "user:a g1 2024-01-07T00:00:00.000001/…"}));
  Given(Use("service_account:s", "read", "bucket:x").At("2023-10-09").Via("user:a"));
  EXPECT_EQ(Found("dormant_authority"), Rows{"user:a g1 2024-01-07T00:00:00.000001/…"});
}

TEST_F(GrantFindingsReference, DormancyBeginsAnewWithASuspensionAndWithAGapInWhatIsGiven) {
  GivenKnownUsage();
  Given(Issue("g1").To("user:a").Role("role:plain"), Suspend("user:a").At("2023-08-10"), Reactivate("user:a").At("2023-08-11"),
        Issue("g1").To("user:b").Role("role:plain").Until("2023-08-10"),
        Issue("g1").To("user:b").Role("role:plain").At("2023-08-12"));
  EXPECT_EQ(Found("dormant_authority"), (Rows{"user:a g1 11-09T00:00/…", "user:b g1 11-10T00:00/…"}));
}

TEST_F(GrantFindingsReference, AUseWithoutAResourceIsCoveredByItsActionAloneAndConditionsDoNotMatter) {
  GivenKnownUsage();
  Given(Issue("g1").To("user:a").With(Allow({"read"}, {"bucket:x"}).If("mfa")).Scope("bucket:x").If("ticket"),
        Use("user:a", "read", "").At("2023-10-08"));
  EXPECT_EQ(Found("dormant_authority"), Rows{"user:a g1 2024-01-06T00:00/…"});
}

TEST_F(GrantFindingsReference, OverPrivilegeIsGivenAndNeverTheWholeOfItUsed) {
  GivenKnownUsage();
  policy.dormant_authority_us = 30 * kDayUs;
  Given(Issue("g1").To("user:a").Allow("read", "bucket:x").Allow("write", "bucket:x"),
        Issue("g2").To("user:b").Allow("read", "bucket:x"));
  EXPECT_EQ(Found("over_privilege"), Rows{}) << "what is dormant is no more than that";
  Given(Use("user:a", "read", "bucket:x").At("2023-10-01"), Use("user:b", "read", "bucket:x").At("2023-10-01"));
  EXPECT_EQ(Found("over_privilege"), Rows{"user:a g1 10-08T00:00/10-31T00:00"});
  Given(Use("user:a", "write", "bucket:x").At("2023-07-11"));
  EXPECT_EQ(Found("over_privilege"), Rows{"user:a g1 10-09T00:00/10-31T00:00"});
}

// --- privileged

TEST_F(GrantFindingsReference, StandingPrivilegeIsOfARoleThatCanBeHadForAWhile) {
  Given(Issue("g1").To("user:a").Role("role:admin"),
        Issue("g2").To("user:b").Role("role:admin").Kind("jit").At("10:00").Until("11:00"),
        Issue("g3").To("everyone:*").Role("role:plain"), Issue("g4").To("user:b").Allow("*", "*"), Retire("user:a").At("12:00"));
  EXPECT_EQ(Found("standing_privilege"), Rows{"user:a g1 10:00/12:00"});
  policy.jit_roles = {"role:ad*"};
  EXPECT_EQ(Found("standing_privilege"), Rows{"user:a g1 00:00/12:00"});
}

TEST_F(GrantFindingsReference, AnActionOfEverythingIsPrivilegedUnlessItIsAmongTheNotActions) {
  policy.jit_roles = {"*"};
  Given(Define("role:all").Allow("**", "bucket:x"), Define("role:none").With(Allow({"*"}, {"*"}).NotActions()).Deny("*", "*"),
        Define("role:most").Allow("*a", "*"), Issue("g1").To("user:a").Role("role:all"),
        Issue("g2").To("user:a").Role("role:none"), Issue("g3").To("user:a").Role("role:most"),
        Issue("g4").To("user:a").Role("role:undefined"));
  EXPECT_EQ(Found("standing_privilege"), Rows{"user:a g1 00:00/…"});
}

TEST_F(GrantFindingsReference, PrivilegeIsToBeReviewedEveryYear) {
  Given(Issue("g1").To("user:a").Role("role:admin"), Issue("g2").To("group:g").Role("role:admin").Until("2024-07-09T00:00"),
        Issue("g3").To("everyone:*").Role("role:admin").Until(After(At("2024-07-09"))));
  EXPECT_EQ(Found("unreviewed_privilege"),
            (Rows{"everyone:* g3 2024-07-09T00:00/2024-07-09T00:00:00.000001", "user:a g1 2024-07-09T00:00/…"}));
  Given(Review("g1", "user:a").At("2024-01-01"), Review("g3", "everyone:*").At("2024-07-09"),
        Review("g1", "user:b").At("2024-01-01"));
  EXPECT_EQ(Found("unreviewed_privilege"), Rows{"user:a g1 2024-12-31T00:00/…"});
}

// --- granted and approved

TEST_F(GrantFindingsReference, ASelfGrantIsByTheActorOfTheTermsInForce) {
  Given(Issue("g1").To("user:a").Role("role:plain").By("user:a"),
        Issue("g1").To("user:a").Role("role:plain").By("user:b").At("10:00"),
        Issue("g2").To("user:a").Role("role:plain").Kind("break_glass").By("user:a"),
        Add("user:a", "group:g").By("user:a").At("11:00"), Remove("user:a", "group:g").At("12:00"),
        Add("user:a", "group:g").By("user:b").At("13:00"));
  EXPECT_EQ(Found("self_grant"), (Rows{"user:a g1 00:00/10:00", "user:a group:g 11:00/12:00"}));
}

TEST_F(GrantFindingsReference, ASelfApprovalStandsUntilSomebodyElseApproves) {
  Given(Issue("g1").To("user:a").Role("role:plain").For("q1"), Approve("user:a", "user:a").Request("q1").At("09:00"),
        Approve("user:a", "user:b").Request("q2").At("09:30"), Approve("user:a", "user:b").Grant("g1").At("10:00"));
  EXPECT_EQ(Found("self_approval"), Rows{"user:a g1 09:00/10:00"});
}

TEST_F(GrantFindingsReference, PrivilegeAndWhatWasRequestedNeedAnApproval) {
  Given(Issue("g1").To("user:a").Role("role:admin"), Issue("g2").To("user:a").Role("role:plain").For("q2"),
        Issue("g3").To("user:a").Role("role:plain"), Issue("g4").To("user:a").Role("role:admin").Kind("break_glass"),
        Issue("g5").To("user:a").Role("role:admin").DelegatedBy("user:b"), Issue("g6").To("everyone:*").Role("role:admin"),
        Approve("user:a", "user:b").Grant("g1").At("10:00"), Approve("user:a", "user:a").Request("q2").At("11:00"));
  EXPECT_EQ(Found("unapproved_grant"), (Rows{"everyone:* g6 00:00/…", "user:a g1 00:00/10:00", "user:a g2 00:00/11:00"}));
  policy.approval_required = {"requested"};
  EXPECT_EQ(Found("unapproved_grant"), Rows{"user:a g2 00:00/11:00"});
}

TEST_F(GrantFindingsReference, AnApprovalSaysNothingOfTheNamesakesGrant) {
  Given(Issue("g1").To("user:a").Role("role:admin"), Approve("user:a", "user:b").Grant("g1"), Retire("user:a").At("10:00"),
        Register("user:a").At("11:00"), Issue("g1").To("user:a").Role("role:admin").At("12:00"));
  EXPECT_EQ(Found("unapproved_grant"), Rows{"user:a g1 12:00/…"});
}

// --- for a while

TEST_F(GrantFindingsReference, BreakGlassIsToBeReviewedAfterItWasFirstLiveThoughItIsLongOver) {
  Given(Issue("g1").To("user:a").Role("role:plain").Kind("break_glass").At("10:00").Until("11:00"),
        Review("g1", "user:a").At("10:00"), Issue("g2").To("user:a").Role("role:plain"),
        Issue("g2").To("user:a").Role("role:plain").Kind("break_glass").At("12:00"),
        Review("g2", "user:a").At("2023-07-17T12:00"),
        Issue("g3").To("user:b").Role("role:plain").Kind("break_glass").At("12:00"),
        Review("g3", "user:b").At(After(At("2023-07-17T12:00"))));
  EXPECT_EQ(Found("break_glass_unreviewed"), (Rows{"user:a g1 07-17T10:00/…", "user:b g3 07-17T12:00/07-17T12:00:00.000001"}));
  Given(Retire("user:a").At("2023-08-01"), Register("user:a").At("2023-08-02"));
  EXPECT_EQ(Found("break_glass_unreviewed"),
            (Rows{"user:a g1 07-17T10:00/08-02T00:00", "user:b g3 07-17T12:00/07-17T12:00:00.000001"}))
      << "a namesake answers for itself";
}

TEST_F(GrantFindingsReference, AGrantForAWhileOverrunsFromTheBeginningOfItsStretchOfTime) {
  Given(Issue("g1").To("user:a").Role("role:plain").Kind("jit").At("10:00").Until("2023-07-11T10:00"),
        Issue("g2").To("user:a").Role("role:plain").Kind("jit").At("10:00").Until(After(At("2023-07-11T10:00"))),
        Issue("g3").To("user:a").Role("role:plain").At("10:00"),
        Issue("g3").To("user:a").Role("role:plain").Kind("jit").At("11:00"),
        Issue("g4").To("user:a").Deny("read", "*").Kind("jit"));
  EXPECT_EQ(Found("temporary_overrun"), (Rows{"user:a g2 07-11T10:00/07-11T10:00:00.000001", "user:a g3 07-11T10:00/…"}));
}

TEST_F(GrantFindingsReference, RenewedIsWhatBeganMoreOftenThanMayBeInItsWindow) {
  const auto lend = [](const char* grant, const char* from, const char* until) {
    return Issue(grant).To("user:a").Role("role:plain").Scope("bucket:x").Kind("jit").At(from).Until(until);
  };
  Given(lend("g1", "2023-08-01", "2023-08-02"), lend("g2", "2023-08-05", "2023-08-06"), lend("g1", "2023-08-10", "2023-08-11"),
        Issue("g9").To("user:a").Role("role:plain").Kind("jit").At("2023-08-12").Until("2023-08-13"));
  EXPECT_EQ(Found("temporary_renewed"), Rows{});
  Given(lend("g3", "2023-08-20", "2023-09-10"));
  EXPECT_EQ(Found("temporary_renewed"), Rows{"user:a role:plain bucket:x 08-20T00:00/08-31T00:00"});
  GivenADoubt("role:plain", "2023-08-25");
  EXPECT_EQ(Found("temporary_renewed"),
            (Rows{"user:a role:plain bucket:x 08-20T00:00/08-25T00:00", "user:a role:plain bucket:x 08-25T00:00/08-31T00:00?"}));
}

// --- out of bounds

TEST_F(GrantFindingsReference, AnEnvironmentIsCrossedByWhatIsNotOfProductionOnAProductionScope) {
  Given(Register("service_account:d").Environment("dev"), Register("service_account:p").Environment("prod"),
        Issue("g1").To("service_account:d").Role("role:plain").Scope("bucket:prod/x"),
        Issue("g2").To("service_account:d").Role("role:plain"),
        Issue("g1").To("service_account:p").Role("role:plain").Scope("bucket:prod"),
        Issue("g1").To("user:a").Role("role:plain").Scope("bucket:prod"),
        Update("service_account:d").Environment("production").At("10:00"),
        Update("service_account:d").Environment("test").At("11:00"), Retire("service_account:d").At("12:00"));
  EXPECT_EQ(Found("environment_crossing"), (Rows{"service_account:d g1 00:00/10:00", "service_account:d g1 11:00/12:00"}));
}

TEST_F(GrantFindingsReference, TrustIsUnconditionalThatLetsAnOutsiderOrEveryoneAssumeAndAsksNothing) {
  Given(Issue("g1").To("external:e").Allow("assume", "service_account:s").At("10:00"),
        Issue("g2").To("everyone:*").Allow("assume", "*").Until("11:00"), Issue("g3").To("external:e").Allow("*", "*"),
        Issue("g4").To("external:e").Allow("assume", "*").If("mfa"),
        Issue("g5").To("external:e").With(Allow({"assume"}, {"*"}).If("mfa")), Issue("g6").To("user:a").Allow("assume", "*"),
        Issue("g7").To("external:e").Deny("assume", "*").Allow("read", "*"),
        Issue("g8").To("external:e").With(Allow({"assume"}, {"*"}).NotActions()));
  EXPECT_EQ(Found("unconditional_trust"), (Rows{"everyone:* g2 00:00/11:00", "external:e g1 10:00/…"}));
}

TEST_F(GrantFindingsReference, TheFirstTrustOfAnOutsiderIsNoticedForAWhile) {
  Given(Issue("g1").To("external:e").Role("role:plain").At("10:00").Until("11:00"),
        Issue("g2").To("external:e").Role("role:plain").At("12:00"), Issue("g3").To("external:e").Deny("read", "*"),
        Issue("g1").To("user:a").Role("role:plain"));
  EXPECT_EQ(Found("new_external_trust"), Rows{"external:e g1 10:00/08-09T10:00"});
  Given(Retire("external:e").At("13:00"), Register("external:e").At("14:00"),
        Issue("g2").To("external:e").Role("role:plain").At("15:00"));
  EXPECT_EQ(Found("new_external_trust"), (Rows{"external:e g1 10:00/14:00", "external:e g2 15:00/08-09T15:00"}));
}

// --- ends

TEST_F(GrantFindingsReference, ARevokeIsNoticedThatEndedNothing) {
  Given(Issue("g1").To("user:a").Role("role:plain"), Revoke("g1", "user:a").At("10:00"), Revoke("g1", "user:a").At("11:00"),
        Revoke("g9", "user:a").At("12:00"), RevokeRole("role:plain", "user:a").At("13:00"),
        Issue("g2").To("user:b").Role("role:plain").NotBefore("12:00"), Revoke("g2", "user:b").At("10:00"),
        Issue("g3").To("user:b").Role("role:plain").Until("09:00"), Revoke("g3", "user:b").At("10:00"));
  EXPECT_EQ(Found("revoke_ended_nothing"), (Rows{"user:a g1 11:00/08-09T11:00", "user:a g9 12:00/08-09T12:00",
                                                 "user:a role:plain 13:00/08-09T13:00", "user:b g3 10:00/08-09T10:00"}));
}

TEST_F(GrantFindingsReference, ARevokeBeforeItsIssueEndsWhatComes) {
  Given(Revoke("g1", "user:a").At("10:00"), Issue("g1").To("user:a").Role("role:plain").At("11:00"),
        RevokeRole("role:plain", "user:b").At("10:00"), Issue("g1").To("user:b").Role("role:plain").At("11:00"),
        Revoke("g1", "external:e").At("08:00"), Retire("external:e").At("09:00"), Register("external:e").At("10:00"),
        Issue("g1").To("external:e").Role("role:plain").At("11:00"));
  EXPECT_EQ(Found("revoke_ended_nothing"), (Rows{"external:e g1 08:00/08-09T08:00", "user:b role:plain 10:00/08-09T10:00"}));
}

TEST_F(GrantFindingsReference, OfTwoRevokesAtOneTimeTheFirstInOrderOfRecordIsTheEnd) {
  Given(Issue("g1").To("user:a").Role("role:plain"), Revoke("g1", "user:a").At("10:00"),
        RevokeRole("role:plain", "user:a").At("10:00"));
  EXPECT_EQ(Found("revoke_ended_nothing"), Rows{"user:a role:plain 10:00/08-09T10:00"});
}

TEST_F(GrantFindingsReference, AnEndThatARetirementBroughtAndNothingToldIsAGap) {
  Given(Issue("g1").To("user:a").Role("role:plain"), Issue("g2").To("user:a").Role("role:plain").Until("2023-12-01"),
        Issue("g3").To("user:a").Role("role:plain"), Revoke("g3", "user:a").At("10:00"), IssueCredential("k1", "user:a"),
        IssueCredential("k2", "user:a").Until("2023-12-01"), IssueCredential("k3", "user:a"),
        RevokeCredential("k3", "user:a").At("09:00"), Add("user:a", "group:g"), Add("user:b", "group:g"),
        Retire("user:a").EndsAll().At("10:00"));
  EXPECT_EQ(Found("evidence_gap"),
            (Rows{"user:a g1 10:00/08-09T10:00", "user:a group:g 10:00/08-09T10:00", "user:a k1 10:00/08-09T10:00"}));
  Given(Retire("group:g").EndsAll().At("11:00"));
  EXPECT_EQ(Found("evidence_gap"), (Rows{"user:a g1 10:00/08-09T10:00", "user:a group:g 10:00/08-09T10:00",
                                         "user:a k1 10:00/08-09T10:00", "user:b group:g 11:00/08-09T11:00"}));
}

TEST_F(GrantFindingsReference, ARetirementThatLeavesAllStandingIsNoGap) {
  Given(Issue("g1").To("user:a").Role("role:plain"), Retire("user:a").At("10:00"), Register("user:a").At("11:00"));
  EXPECT_EQ(Found("evidence_gap"), Rows{});
}

}  // namespace
}  // namespace tenure::reference
