// The rules about identities, credentials, use and the record, each with the moment at its threshold and one microsecond inside it.
#include "reference/findings_asking.h"

namespace tenure::reference {
namespace {

using namespace builders;

class FindingsReference : public FindingsAsking {
 protected:
  FindingsReference() {
    for (const char* ref : {"user:a", "user:b", "service_account:s", "group:g"}) log.Append(Register(ref));
  }
};

TEST_F(FindingsReference, AuthorityAfterRetirementBeginsWithTheEndOfTheGrace) {
  Given(Issue("g1").To("user:a").Allow("read", "*"), Add("user:a", "group:g"), Issue("g2").To("user:a").Deny("read", "*"),
        Retire("user:a").At("10:00"), Revoke("g1", "user:a").At("2023-07-12T00:00"));
  EXPECT_EQ(Found("authority_after_retirement"), (Rows{"user:a g1 07-11T10:00/07-12T00:00", "user:a group:g 07-11T10:00/…"}));
}

TEST_F(FindingsReference, ARevokeAtTheEndOfTheGraceIsInTimeAndAMicrosecondLaterNot) {
  Given(Issue("g1").To("user:a").Allow("read", "*"), Issue("g2").To("user:a").Allow("read", "*"), Retire("user:a").At("10:00"),
        Revoke("g1", "user:a").At("2023-07-11T10:00"), Revoke("g2", "user:a").At(After(At("2023-07-11T10:00"))));
  EXPECT_EQ(Found("authority_after_retirement"), Rows{"user:a g2 07-11T10:00/07-11T10:00:00.000001"});
}

TEST_F(FindingsReference, AGroupKeepsAuthorityAfterRetirementToo) {
  Given(Register("group:h"), Add("group:g", "group:h"), Issue("g1").To("group:g").Role("role:undefined"),
        Retire("group:g").At("10:00"), Register("group:g").At("2023-07-13"));
  EXPECT_EQ(Found("authority_after_retirement"),
            (Rows{"group:g g1 07-11T10:00/07-13T00:00", "group:g group:h 07-11T10:00/07-13T00:00"}));
}

TEST_F(FindingsReference, AGrantOfARetiredRoleGivesNothing) {
  Given(Define("role:x").Allow("read", "*"), Issue("g1").To("user:a").Role("role:x"), Retire("user:a").At("10:00"),
        RetireRole("role:x").At("2023-07-12"));
  EXPECT_EQ(Found("authority_after_retirement"), Rows{"user:a g1 07-11T10:00/07-12T00:00"});
}

TEST_F(FindingsReference, ADoubtAboutTheSubjectOrTheRoleMakesAFindingPossible) {
  Given(Define("role:x").Allow("read", "*"), Issue("g1").To("user:a").Role("role:x"), Issue("g2").To("user:b").Allow("read", "*"),
        Retire("user:a").At("10:00"), Retire("user:b").At("10:00"));
  GivenADoubt("role:x", "2023-07-12");
  GivenADoubt("user:b", "2023-07-13");
  EXPECT_EQ(Found("authority_after_retirement"), (Rows{"user:a g1 07-11T10:00/07-12T00:00", "user:a g1 07-12T00:00/…?",
                                                       "user:b g2 07-11T10:00/07-13T00:00", "user:b g2 07-13T00:00/…?"}));
}

TEST_F(FindingsReference, ADoubtOnWhateverPlaneCountsAndAddsNothing) {
  Given(Issue("g1").To("user:a").Allow("read", "*"), Retire("user:a").At("10:00"));
  log.AppendUnreadable(Topic::kUsage, "user:a");
  log.AppendUnreadable(Topic::kUsage, "user:b");
  EXPECT_EQ(Found("authority_after_retirement"), Rows{"user:a g1 07-11T10:00/…?"});
}

TEST_F(FindingsReference, ARetractionTakesTheFindingWithIt) {
  const Event retirement = Retire("user:a").At("10:00");
  Given(Issue("g1").To("user:a").Allow("read", "*"), retirement, Retract(retirement));
  EXPECT_EQ(Found("authority_after_retirement"), Rows{});
}

TEST_F(FindingsReference, CredentialAfterRetirementLastsUntilItIsRevoked) {
  Given(IssueCredential("k1", "user:a"), IssueCredential("k2", "user:a"),
        IssueCredential("k3", "user:a").Until("2023-07-11T11:00"), Retire("user:a").At("10:00"),
        RevokeCredential("k1", "user:a").At("2023-07-11T10:00"),
        RevokeCredential("k2", "user:a").At(After(At("2023-07-11T10:00"))));
  EXPECT_EQ(Found("credential_after_retirement"),
            (Rows{"user:a k2 07-11T10:00/07-11T10:00:00.000001", "user:a k3 07-11T10:00/07-11T11:00"}));
}

TEST_F(FindingsReference, OrphanedAreThoseWhoseOwnerHasBeenRetiredForAsLong) {
  Given(ChangeOwner("service_account:s", "user:a"), Retire("user:a").At("10:00"),
        ChangeOwner("service_account:s", "user:b").At("2023-07-12"));
  EXPECT_EQ(Found("orphaned"), Rows{"service_account:s user:a 07-11T10:00/07-12T00:00"});
  Given(Retire("service_account:s").At("2023-07-11T12:00"));
  EXPECT_EQ(Found("orphaned"), Rows{"service_account:s user:a 07-11T10:00/07-11T12:00"});
  log.AppendUnreadable(Topic::kIdentity, "user:a");
  EXPECT_EQ(Found("orphaned"), Rows{"service_account:s user:a 07-11T10:00/07-11T12:00?"});
}

TEST_F(FindingsReference, ANewOwnerAtTheEndOfTheGraceIsInTime) {
  Given(ChangeOwner("service_account:s", "user:a"), Retire("user:a").At("10:00"),
        ChangeOwner("service_account:s", std::nullopt).At("2023-07-11T10:00"));
  EXPECT_EQ(Found("orphaned"), Rows{});
}

TEST_F(FindingsReference, CompromisedCredentialsAreFoundUntilTheyAreRevokedOrIssuedAnew) {
  Given(IssueCredential("k1", "user:a"), Compromise("k1", "user:a").At("10:00"), Compromise("k1", "user:a").At("10:30"),
        RevokeCredential("k1", "user:a").At("12:00"), IssueCredential("k1", "user:a").At("13:00"),
        IssueCredential("k2", "user:a"), Compromise("k2", "user:a").At("10:00"), RevokeCredential("k2", "user:a").At("11:00"));
  EXPECT_EQ(Found("compromised_credential"), Rows{"user:a k1 11:00/12:00"});
}

TEST_F(FindingsReference, AMachinesCredentialIsToBeRotatedAfterItsOwnerLeaves) {
  Given(ChangeOwner("service_account:s", "user:a"), IssueCredential("k1", "service_account:s"),
        IssueCredential("k2", "service_account:s").At("10:00"), IssueCredential("k3", "service_account:s").At(After(At("10:00"))),
        Retire("user:a").At("10:00"), Rotate("k2", "k4", "service_account:s").At("2023-07-17T10:00"));
  EXPECT_EQ(Found("not_rotated_after_leave"), Rows{"service_account:s k1 07-17T10:00/…"});
}

TEST_F(FindingsReference, AnotherOwnerIsALeaveOfAPersonOnly) {
  Given(ChangeOwner("service_account:s", "user:a"), IssueCredential("k1", "service_account:s").At("09:00"),
        ChangeOwner("service_account:s", "group:g").At("10:00"), IssueCredential("k2", "service_account:s").At("11:00"),
        ChangeOwner("service_account:s", "user:b").At("12:00"), ChangeOwner("group:g", "user:a"),
        ChangeOwner("group:g", "user:b").At("10:00"), ChangeOwner("user:b", "user:a"), IssueCredential("k3", "user:b"),
        ChangeOwner("user:b", std::nullopt).At("10:00"));
  EXPECT_EQ(Found("not_rotated_after_leave"), Rows{"service_account:s k1 07-17T10:00/…"});
}

TEST_F(FindingsReference, LongLivedIsByTheKindOfTheCredential) {
  policy.credential_age_us_by_kind["token"] = 2 * kHourUs;
  Given(IssueCredential("k1", "user:a"), IssueCredential("k2", "user:a").Kind("password"),
        IssueCredential("k3", "user:a").Kind("token"), IssueCredential("k3", "user:a").Kind("token").At("03:00"),
        RevokeCredential("k3", "user:a").At("05:00"), Retire("user:a").At("2023-12-01"),
        IssueCredential("k4", "user:b").Kind("certificate"));
  EXPECT_EQ(Found("long_lived_secret"),
            (Rows{"user:a k1 10-08T00:00/12-01T00:00", "user:a k3 02:00/03:00", "user:b k4 2024-08-11T00:00/…"}));
}

TEST_F(FindingsReference, DormantIdentitiesAreThoseUnusedWhileActiveInATimeOfKnownUsage) {
  EXPECT_EQ(Found("dormant_identity"), Rows{}) << "no usage is known";
  Given(Use("user:z", "read", "bucket:x").At("2023-08-01"), Suspend("user:a").At("2023-08-10"),
        Reactivate("user:a").At("2023-08-20"),
        Use("service_account:s", "read", "bucket:x").At("2023-08-05").Via("user:b").Denied());
  EXPECT_EQ(Found("dormant_identity"), (Rows{"service_account:s 11-03T00:00/…", "user:a 11-18T00:00/…", "user:b 11-03T00:00/…"}));
  Given(Use("user:a", "read", "bucket:x").At("2023-11-18"), Use("user:b", "read", "bucket:x").At(After(At("2023-11-03"))));
  EXPECT_EQ(Found("dormant_identity"), (Rows{"service_account:s 11-03T00:00/…", "user:a 2024-02-16T00:00/…",
                                             "user:b 11-03T00:00/11-03T00:00:00.000001", "user:b 2024-02-01T00:00:00.000001/…"}));
}

TEST_F(FindingsReference, DormantIsCountedFromTheHorizonOfUsage) {
  Given(Use("user:z", "read", "bucket:x").At("2023-08-01"));
  EXPECT_EQ(Found("dormant_identity"), (Rows{"service_account:s 10-30T00:00/…", "user:a 10-30T00:00/…", "user:b 10-30T00:00/…"}));
}

TEST_F(FindingsReference, AnIdentifierIsReusedFromItsSecondIncarnationOn) {
  Given(Retire("user:a").At("08:00"), Register("user:a").At("09:00"), Retire("user:a").At("10:00"),
        Register("user:a").At("11:00"));
  EXPECT_EQ(Found("identifier_reuse"), (Rows{"user:a 2 09:00/10:00", "user:a 3 11:00/…"}));
}

TEST_F(FindingsReference, ASharedMachineIsUsedFromMoreNetworksOrByMorePersonsThanMayBe) {
  const auto use = [](const char* time) { return Use("service_account:s", "read", "bucket:x").At(time); };
  Given(use("01:00").From("n1").By("user:a"), use("02:00").From("n2").By("service_account:t"),
        use("03:00").From("n3").By("user:a"), use("04:00").From("n4").Denied(), use("05:00").By("user:b"),
        Use("service_account:t", "read", "bucket:x").Via("service_account:s").From("n5"));
  EXPECT_EQ(Found("shared_identity"),
            (Rows{"service_account:s actors 05:00/07-11T03:00", "service_account:s networks 03:00/07-11T01:00"}));
}

TEST_F(FindingsReference, APersonsOwnUseIsSharedByNobody) {
  policy.shared_networks_max = 0, policy.shared_actors_max = 0;
  Given(Use("user:a", "read", "bucket:x").From("n1").By("user:b"), Use("group:g", "read", "bucket:x").From("n1").By("user:b"));
  EXPECT_EQ(Found("shared_identity"), Rows{});
  EXPECT_EQ(Found("human_use"), Rows{});
}

TEST_F(FindingsReference, HumanUseOfAMachineIsNoticedForAWhile) {
  Given(Use("service_account:s", "read", "bucket:x").By("user:a").At("10:00"),
        Use("service_account:s", "read", "bucket:x").By("user:b").At("10:00").Denied(),
        Use("service_account:s", "read", "bucket:x").By("service_account:t").At("10:00"));
  EXPECT_EQ(Found("human_use"), Rows{"service_account:s user:a 10:00/08-09T10:00"});
}

TEST_F(FindingsReference, HandMadeIsWhatComesFromNoConfiguredSource) {
  Given(Suspend("user:a").At("10:00").SaidBy("console"), Define("role:x").At("11:00").SaidBy("console"),
        Use("user:a", "read", "bucket:x").At("10:00").SaidBy("console"));
  EXPECT_EQ(Found("hand_made_change"), Rows{}) << "nothing is configured";
  policy.configured_sources = {"te?t", "hr/*"};
  EXPECT_EQ(Found("hand_made_change"), (Rows{"role:x console 11:00/08-09T11:00", "user:a console 10:00/08-09T10:00"}));
}

TEST_F(FindingsReference, ATimeThatLiesAheadIsFoundUntilItHasCome) {
  log.RecordedAt("20:30");
  Given(Suspend("user:a").At("21:30").Id("1"));
  log.RecordedAt("20:30");
  Given(Suspend("user:b").At(After(At("21:30"))).Id("2"));
  EXPECT_EQ(Found("implausible_time"), Rows{"user:b test 2 20:30/21:30:00.000001"});
}

TEST_F(FindingsReference, ATimeLongGoneIsNoticedForAWhile) {
  log.RecordedAt("20:30");
  Given(Suspend("user:a").At(EffectiveTime{At("2000-01-01").us - 1}).Id("1"));
  Given(Suspend("user:b").At("2000-01-01").Id("2"));
  EXPECT_EQ(Found("implausible_time"), Rows{"user:a test 1 20:30/08-09T20:30"});
}

TEST_F(FindingsReference, SeparationOfDutiesIsForWhoeverHoldsBothSides) {
  policy.separation_of_duties = {{"pay", {"role:x", "", ""}, {"", "approve", "bucket:pay"}}};
  Given(Define("role:x").Allow("read", "*"), Issue("g1").To("user:a").Role("role:x").At("09:00"),
        Issue("g2").To("user:a").Allow("approve", "bucket:pay").At("10:00").Until("12:00"),
        Issue("g3").To("user:a").Allow("approve", "bucket:pay").If("mfa").At("11:00").Until("13:00"),
        Issue("g4").To("user:b").Role("role:x").At("09:00"), Add("user:b", "group:g"),
        Issue("g5").To("everyone:*").Role("role:x").At("14:00"));
  EXPECT_EQ(Found("separation_of_duties"), (Rows{"user:a pay 10:00/12:00", "user:a pay 12:00/13:00?"}));
}

TEST_F(FindingsReference, AnExceptionIsLiveUntilItExpiresOrIsRevoked) {
  Given(Except("x1", "self_grant", "user:a").At("08:00").Until("10:00"), Except("x2", "self_grant", "user:a").At("09:00"),
        RevokeException("x2", "user:a").At("11:00"), Except("x3", "orphaned", "user:a"), Except("x4", "self_grant", "user:b"));
  std::vector<std::string> excuses;
  for (const Excuse& excuse : Excuses(Now(), "self_grant", "user:a"))
    excuses.push_back(excuse.exception + " " + Text(excuse.span));
  EXPECT_EQ(excuses, (Rows{"x1 08:00/10:00", "x2 09:00/11:00"}));
  EXPECT_EQ(Excused(Now(), "self_grant", "user:a"), std::vector<Interval>{Between("08:00", "11:00")});
  EXPECT_EQ(Excused(Now(), "self_grant", "user:z"), std::vector<Interval>{});
}

TEST_F(FindingsReference, AnExceptionGrantedAgainIsWhatItWasLastSaidToBe) {
  Given(Except("x1", "self_grant", "user:a").At("08:00").Until("10:00"),
        Except("x1", "orphaned", "user:a").At("09:00").Until("12:00"));
  EXPECT_EQ(Excused(Now(), "self_grant", "user:a"), std::vector<Interval>{Between("08:00", "09:00")});
  EXPECT_EQ(Excused(Now(), "orphaned", "user:a"), std::vector<Interval>{Between("09:00", "12:00")});
}

}  // namespace
}  // namespace tenure::reference
