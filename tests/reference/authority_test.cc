#include "reference/asking.h"

namespace tenure::reference {
namespace {

using namespace builders;

class AuthorityReference : public Asking {
 protected:
  AuthorityReference() { GivenSomeIdentities(); }
};

TEST_F(AuthorityReference, SubtreeCoversDescendantsAndLiteralOnlyItself) {
  Given(Issue("g1").To("user:a").Allow("read", "bucket:b").At("08:00"),
        Issue("g2").To("user:b").With(Allow({"read"}, {"bucket:b"}).Literal()).At("08:00"));
  EXPECT_EQ(Check("user:a", "read", "bucket:b/2026/jan", "08:00"), Tri::kYes);
  EXPECT_EQ(Check("user:a", "read", "bucket:bb", "08:00"), Tri::kNo);
  EXPECT_EQ(Check("user:b", "read", "bucket:b", "08:00"), Tri::kYes);
  EXPECT_EQ(Check("user:b", "read", "bucket:b/2026", "08:00"), Tri::kNo);
}

TEST_F(AuthorityReference, AncestorsBeginAfterTheScheme) {
  EXPECT_EQ(SelfAndAncestors("workload:spiffe://prod/ns"),
            (std::vector<std::string>{"workload:spiffe://prod/ns", "workload:spiffe://prod"}));
  EXPECT_EQ(SelfAndAncestors("bucket:b/c/d"), (std::vector<std::string>{"bucket:b/c/d", "bucket:b", "bucket:b/c"}));
}

TEST_F(AuthorityReference, NotResourcesAreSubtreesTooUnlessLiteral) {
  Given(Issue("g1").To("user:a").With(Allow({"read"}, {"bucket:b"}).NotResources()).At("08:00"),
        Issue("g2").To("user:b").With(Allow({"read"}, {"bucket:b"}).NotResources().Literal()).At("08:00"));
  EXPECT_EQ(Check("user:a", "read", "bucket:c", "08:00"), Tri::kYes);
  EXPECT_EQ(Check("user:a", "read", "bucket:b/x", "08:00"), Tri::kNo);
  EXPECT_EQ(Check("user:b", "read", "bucket:b/x", "08:00"), Tri::kYes);
}

TEST_F(AuthorityReference, PermissionAndScopeMustBothCover) {
  Given(Issue("g1").To("user:a").Scope("bucket:b/in").Allow("read", "bucket:b").At("08:00"));
  EXPECT_EQ(Check("user:a", "read", "bucket:b/in/x", "08:00"), Tri::kYes);
  EXPECT_EQ(Check("user:a", "read", "bucket:b/out", "08:00"), Tri::kNo);
}

TEST_F(AuthorityReference, TheQuestionOfEverythingIsCoveredByEverythingAlone) {
  Given(Issue("g1").To("user:a").Allow("*", "**").Deny("read", "bucket:b").At("08:00"),
        Issue("g2").To("user:b").With(Allow({"read"}, {"x:y"}).NotActions().NotResources()).At("08:00"));
  EXPECT_EQ(Names(Now().Who("*", "*", At("08:00"))), Rows{"user:a"});
  Given(Issue("g3").To("user:a").Deny("*", "*").At("09:00"));
  EXPECT_EQ(Names(Now().Who("*", "*", At("09:00"))), Rows{});
}

TEST_F(AuthorityReference, GroupsNestAndCyclesAreLegal) {
  Given(Register("group:h"), Add("user:a", "group:g").At("08:00"), Add("group:g", "group:h").At("08:00"),
        Add("group:h", "group:g").At("08:00"), Issue("g1").To("group:h").Role("role:r").At("08:00"));
  EXPECT_EQ(Reads("08:00"), Tri::kYes);
}

TEST_F(AuthorityReference, AnAllowNeedsEachGroupOnThePathToBeActive) {
  Given(Register("group:h"), Add("user:a", "group:g").At("08:00"), Add("group:g", "group:h").At("08:00"),
        Issue("g1").To("group:h").Role("role:r").At("08:00"), Suspend("group:g").At("09:00"));
  EXPECT_EQ(Reads("08:00"), Tri::kYes);
  EXPECT_EQ(Reads("09:00"), Tri::kNo);
  EXPECT_EQ(What("user:a", "09:00"), Rows{"g1 allow on_paper"});
}

TEST_F(AuthorityReference, ADenyReachesThroughAGroupWhateverItsStatus) {
  Given(Add("user:a", "group:g").At("08:00"), Issue("g1").To("group:g").Deny("*", "*").At("08:00"),
        Issue("g2").To("user:a").Role("role:r").At("08:00"), Suspend("group:g").At("09:00"), Retire("group:g").At("10:00"));
  EXPECT_EQ(Reads("09:00"), Tri::kNo);
  EXPECT_EQ(Reads("10:00"), Tri::kNo);
  EXPECT_EQ(What("user:a", "10:00"), (Rows{"g1 deny effective", "g2 allow effective"}));
}

TEST_F(AuthorityReference, AGroupThatNobodyRegisteredGivesOnlyPossibly) {
  Given(Add("user:a", "group:unknown").At("08:00"), Issue("g1").To("group:unknown").Role("role:r").At("08:00"));
  EXPECT_EQ(Reads("08:00"), Tri::kMaybe);
}

TEST_F(AuthorityReference, EveryoneStandsForEachIdentityAndIsOneRowOfWho) {
  Given(Issue("g1").To("everyone:*").Role("role:r").At("08:00"), Issue("g2").To("user:b").Role("role:r").At("08:00"));
  EXPECT_EQ(Reads("08:00"), Tri::kYes);
  EXPECT_EQ(Names(Now().Who("read", "bucket:b", At("08:00"))), (Rows{"everyone:*", "user:b"}));
}

TEST_F(AuthorityReference, ADenyToEveryoneCountsForEachIdentityThatWhoLists) {
  Given(Issue("g1").To("everyone:*").Deny("read", "bucket:b/secret").At("08:00"),
        Issue("g2").To("user:b").Role("role:r").At("08:00"));
  EXPECT_EQ(Names(Now().Who("read", "bucket:b/secret", At("08:00"))), Rows{});
  EXPECT_EQ(Names(Now().Who("read", "bucket:b", At("08:00"))), Rows{"user:b"});
}

TEST_F(AuthorityReference, AnAllowGivesAssumeOnlyIfItNamesItWithoutWildcard) {
  Given(Issue("g1").To("user:a").Allow("*", "*").At("08:00"), Issue("g2").To("service_account:s").Role("role:r").At("08:00"),
        Issue("g3").To("user:b").Allow("assume", "service_account:*").At("08:00"));
  EXPECT_EQ(Check("user:a", "assume", "service_account:s", "08:00"), Tri::kNo);
  EXPECT_EQ(Check("user:b", "assume", "service_account:s", "08:00"), Tri::kYes);
  EXPECT_EQ(Check("user:b", "read", "bucket:b", "08:00"), Tri::kYes);
}

TEST_F(AuthorityReference, ADenyMatchesAssumeLikeAnyAction) {
  Given(Issue("g1").To("user:a").Allow("assume", "*").Deny("*", "service_account:s").At("08:00"),
        Issue("g2").To("service_account:s").Role("role:r").At("08:00"));
  EXPECT_EQ(Reads("08:00"), Tri::kNo);
}

TEST_F(AuthorityReference, ADenyBindsTheIdentityItActsAs) {
  Given(Issue("g1").To("user:a").Allow("assume", "service_account:s").Deny("read", "*").At("08:00"),
        Issue("g2").To("service_account:s").Role("role:r").At("08:00"));
  EXPECT_EQ(Reads("08:00"), Tri::kYes) << "the deny of user:a does not bind service_account:s";
  Given(Issue("g3").To("service_account:s").Deny("read", "*").At("09:00"));
  EXPECT_EQ(Reads("09:00"), Tri::kNo);
}

TEST_F(AuthorityReference, AssumptionChainsThroughActiveIdentitiesAndEndsInCycles) {
  Given(Register("service_account:t"), Issue("g1").To("user:a").Allow("assume", "service_account:s").At("08:00"),
        Issue("g2").To("service_account:s").Allow("assume", "service_account:t").At("08:00"),
        Issue("g3").To("service_account:t").Allow("assume", "service_account:s").Allow("read", "bucket:b").At("08:00"));
  EXPECT_EQ(Reads("08:00"), Tri::kYes);
  Given(Suspend("service_account:s").At("09:00"));
  EXPECT_EQ(Reads("09:00"), Tri::kNo);
}

TEST_F(AuthorityReference, AnAssumptionOpenToEveryoneIsOnTheRowOfEveryone) {
  Given(Issue("g1").To("everyone:*").Allow("assume", "service_account:s").At("08:00"),
        Issue("g2").To("service_account:s").Role("role:r").At("08:00"));
  EXPECT_EQ(Names(Now().Who("read", "bucket:b", At("08:00"))), (Rows{"everyone:*", "service_account:s"}));
}

TEST_F(AuthorityReference, OneNamedOnlyByALinkCannotBeAssumed) {
  Given(Link("user:a", "user:linked"), Issue("g1").To("user:a").Allow("assume", "user:linked").Deny("read", "*").At("08:00"),
        Issue("g2").To("everyone:*").Role("role:r").At("08:00"));
  EXPECT_EQ(Reads("08:00"), Tri::kNo);
}

TEST_F(AuthorityReference, APermissionsBoundaryMakesAllowsPossibleAndDeniesStand) {
  Given(Issue("g1").To("user:a").Role("role:r").Deny("write", "*").At("08:00"),
        Issue("g2").To("user:a").Allow("assume", "service_account:s").Deny("write", "bucket:b").At("08:00"),
        Issue("g3").To("service_account:s").Allow("read", "bucket:z").At("08:00"),
        Update("user:a").Attributes(R"({"permissions_boundary":"arn:aws:iam::1:policy/p"})").At("09:00"),
        Update("user:a").Attributes(R"({"permissions_boundary": null, "x": {"permissions_boundary": 1}})").At("10:00"));
  EXPECT_EQ(Reads("08:00"), Tri::kYes);
  EXPECT_EQ(Reads("09:00"), Tri::kMaybe);
  EXPECT_EQ(Check("user:a", "read", "bucket:z", "09:00"), Tri::kMaybe);
  EXPECT_EQ(Check("user:a", "write", "bucket:b", "09:00"), Tri::kNo);
  EXPECT_EQ(What("user:a", "09:00"), (Rows{"g3 allow possible", "g1 allow possible", "g2 allow possible", "g2 deny effective"}));
  EXPECT_EQ(Reads("10:00"), Tri::kYes);
}

TEST_F(AuthorityReference, WhoHoldsARoleIgnoresDenies) {
  Given(Add("user:b", "group:g").At("08:00"), Issue("g1").To("group:g").Role("role:r").At("08:00"),
        Issue("g2").To("user:b").Deny("*", "*").At("08:00"), Issue("g3").To("user:a").Allow("assume", "user:b").At("08:00"));
  EXPECT_EQ(Names(Now().WhoRole("role:r", At("08:00"))), (Rows{"user:a", "user:b"}));
  Given(RetireRole("role:r").At("09:00"));
  EXPECT_EQ(Names(Now().WhoRole("role:r", At("09:00"))), Rows{});
}

TEST_F(AuthorityReference, WhoHoldsAnUndefinedRoleIsOnlyPossible) {
  Given(Issue("g1").To("user:a").Role("role:x").At("08:00"));
  EXPECT_EQ(Names(Now().WhoRole("role:x", At("08:00"))), Rows{"user:a?"});
}

TEST_F(AuthorityReference, MembersAreTransitiveAndActiveAndNeverGroupsOrByAssumption) {
  Given(Register("group:h"), Add("user:a", "group:g").At("08:00"), Add("group:g", "group:h").At("08:00"),
        Issue("g3").To("user:b").Allow("assume", "user:a").At("08:00"), Add("everyone:*", "group:h").At("09:00"));
  EXPECT_EQ(Names(Now().MembersOf("group:h", At("08:00"))), Rows{"user:a"});
  EXPECT_EQ(Names(Now().MembersOf("group:h", At("09:00"))), (Rows{"everyone:*", "user:a"}));
  Given(Suspend("user:a").At("10:00"));
  EXPECT_EQ(Names(Now().MembersOf("group:h", At("10:00"))), Rows{"everyone:*"});
}

TEST_F(AuthorityReference, WhatHasOneRowForEachGrantAndEffectInheritedAndAssumedOnesIncluded) {
  Given(Add("user:a", "group:g").At("08:00"), Issue("g1").To("group:g").Allow("read", "x:y").Deny("write", "x:y").At("08:00"),
        Issue("g2").To("user:a").Allow("assume", "service_account:s").At("08:00"),
        Issue("g3").To("service_account:s").Role("role:undefined").At("08:00"),
        Issue("g4").To("everyone:*").Role("role:r").At("08:00"));
  EXPECT_EQ(What("user:a", "08:00"),
            (Rows{"g4 allow effective", "g1 allow effective", "g1 deny effective", "g3 unknown possible", "g2 allow effective"}));
}

TEST_F(AuthorityReference, DuringAWindowAnyCertainMomentIsAYes) {
  Given(Issue("g0").To("user:b").Role("role:r").At("00:00"), Issue("g1").To("user:a").Role("role:r").At("09:00").Until("10:00"),
        Issue("g2").To("user:a").Role("role:r").If("mfa").At("11:00").Until("12:00"));
  EXPECT_EQ(Now().Check("user:a", "read", "bucket:b", Between("08:00", "09:01")), Tri::kYes);
  EXPECT_EQ(Now().Check("user:a", "read", "bucket:b", Between("08:00", "09:00")), Tri::kNo);
  EXPECT_EQ(Now().Check("user:a", "read", "bucket:b", Between("10:00", "11:30")), Tri::kMaybe);
  Held held = Now().CheckHeld("user:a", "read", "bucket:b");
  EXPECT_EQ(held.must, std::vector<Interval>{Between("09:00", "10:00")});
  EXPECT_EQ(Minus(held.may, held.must), std::vector<Interval>{Between("11:00", "12:00")});
  EXPECT_EQ(Around(held.may, At("11:30")), std::vector<Interval>{Between("11:00", "12:00")});
}

TEST_F(AuthorityReference, BeforeTheHorizonANoIsUnknown) {
  Given(Issue("g1").To("user:a").Role("role:r").At("09:00"));
  EXPECT_EQ(Reads("08:59"), Tri::kMaybe);
  EXPECT_EQ(Names(Now().Who("read", "bucket:b", At("08:59"))), Rows{});
  EXPECT_TRUE(Now().BeforeRecord({Topic::kAccess}, At("08:59")));
  EXPECT_FALSE(Now().BeforeRecord({Topic::kAccess}, At("09:00")));
  EXPECT_TRUE(Now().BeforeRecord({Topic::kUsage}, At("23:00")));
}

}  // namespace
}  // namespace tenure::reference
