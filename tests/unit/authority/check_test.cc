// Decisions: grants, roles, permissions, groups, denies, everyone, statuses, extents.
#include "unit/authority/asking.h"

namespace tenure::authority::test {
namespace {

using history::IdentityStatus;
using history::RoleState;

constexpr auto kYes = Decision::kYes;
constexpr auto kNo = Decision::kNo;
constexpr auto kUnknown = Decision::kUnknown;

// alice, active, and a role that reads buckets.
struct Office : FakeView {
  Office() {
    Active("user:alice");
    Role("role:reader", {Allow({"read"}, {"bucket:*"})});
  }
};

TEST(Check, AGrantHoldsFromItsBeginningUpToButNotAtItsEnd) {
  Office view;
  view.Grant("g1", "user:alice", "role:reader", Span(10, 20));
  EXPECT_EQ(DecisionAt(view, "user:alice", "read", "bucket:a", 9), kNo);
  EXPECT_EQ(DecisionAt(view, "user:alice", "read", "bucket:a", 10), kYes);
  EXPECT_EQ(DecisionAt(view, "user:alice", "read", "bucket:a", 19), kYes);
  EXPECT_EQ(DecisionAt(view, "user:alice", "read", "bucket:a", 20), kNo);
}

TEST(Check, HeldIsTheMaximalIntervalAroundTOverAdjoiningGrants) {
  Office view;
  view.Grant("g1", "user:alice", "role:reader", Span(10, 20));
  view.Grant("g2", "user:alice", "role:reader", Span(20, 30));
  view.Grant("g3", "user:alice", "role:reader", Span(31, 40));
  EXPECT_EQ(CheckAt(view, "user:alice", "read", "bucket:a", 25).held, (Intervals{Span(10, 30)}));
}

TEST(Check, HeldIsExactOverThousandsOfAdjoiningGrants) {
  Office view;
  for (int i = 0; i < 2000; ++i) view.Grant("g" + std::to_string(i), "user:alice", "role:reader", Span(10 + i, 11 + i));
  EXPECT_EQ(CheckAt(view, "user:alice", "read", "bucket:a", 1500).held, (Intervals{Span(10, 2010)}));
}

TEST(Check, ADenyThatBeginsLaterEndsWhatIsHeld) {
  Office view;
  view.Grant("g1", "user:alice", "role:reader", Since(10));
  view.Inline("d1", "user:alice", {Deny({"read"}, {"bucket:a"})}, Span(50, 60));
  EXPECT_EQ(CheckAt(view, "user:alice", "read", "bucket:a", 20).held, (Intervals{Span(10, 50)}));
  EXPECT_EQ(CheckAt(view, "user:alice", "read", "bucket:a", 70).held, (Intervals{Since(60)}));
}

TEST(Check, DuringIsYesAndPartlyWhereTheWindowIsMetAndNotCovered) {
  Office view;
  view.Grant("g1", "user:alice", "role:reader", Span(10, 20));
  const auto partly = CheckWhen(view, "user:alice", "read", "bucket:a", During(15, 25)).result;
  EXPECT_EQ(partly.decision, kYes);
  EXPECT_TRUE(partly.partly);
  EXPECT_EQ(partly.held, (Intervals{Span(15, 20)}));
  EXPECT_FALSE(CheckWhen(view, "user:alice", "read", "bucket:a", During(12, 18)).result.partly);
  EXPECT_EQ(CheckWhen(view, "user:alice", "read", "bucket:a", During(20, 25)).result.decision, kNo);
}

TEST(Check, AnInactiveIdentityHoldsNothingAndSaysWhy) {
  Office view;
  view.Grant("g1", "user:bob", "role:reader");
  view.Status("user:bob", {kAlways, At(10)}, IdentityStatus::kActive).Status("user:bob", Since(10), IdentityStatus::kSuspended);
  EXPECT_EQ(DecisionAt(view, "user:bob", "read", "bucket:a", 9), kYes);
  const auto suspended = CheckAt(view, "user:bob", "read", "bucket:a", 10);
  EXPECT_EQ(suspended.decision, kNo);
  EXPECT_EQ(suspended.because, (Strings{"identity_suspended"}));
}

TEST(Check, AnUnrecordedIdentityIsUnknownOnlyWhereSomethingIsGranted) {
  Office view;
  view.Grant("g1", "external:1", "role:reader", Span(10, 20));
  const auto granted = CheckAt(view, "external:1", "read", "bucket:a", 15);
  EXPECT_EQ(granted.decision, kUnknown);
  EXPECT_EQ(granted.possibly, (Intervals{Span(10, 20)}));
  EXPECT_EQ(granted.because, (Strings{"identity_unrecorded"}));
  EXPECT_EQ(DecisionAt(view, "external:1", "read", "bucket:a", 20), kNo);
}

TEST(Check, AMembershipCarriesWhatItsGroupIsGrantedWhileBothLast) {
  Office view;
  view.Active("group:dev").Member("user:alice", "group:dev", Span(10, 30));
  view.Grant("g1", "group:dev", "role:reader", Span(20, 40));
  EXPECT_EQ(DecisionAt(view, "user:alice", "read", "bucket:a", 19), kNo);
  const auto both = CheckAt(view, "user:alice", "read", "bucket:a", 20);
  EXPECT_EQ(both.held, (Intervals{Span(20, 30)}));
  EXPECT_EQ(Words(both.path), "member_of group:dev > granted role:reader");
}

TEST(Check, GroupsNestAndMayGoInCircles) {
  Office view;
  view.Active("group:a").Active("group:b").Active("group:c");
  view.Member("user:alice", "group:a").Member("group:a", "group:b").Member("group:b", "group:c").Member("group:c", "group:a");
  view.Grant("g1", "group:c", "role:reader", Span(10, 20));
  const auto held = CheckAt(view, "user:alice", "read", "bucket:a", 15);
  EXPECT_EQ(held.held, (Intervals{Span(10, 20)}));
  EXPECT_EQ(Words(held.path), "member_of group:a > member_of group:b > member_of group:c > granted role:reader");
  EXPECT_FALSE(held.more_paths);
}

TEST(Check, ASuspendedGroupGivesNothing) {
  Office view;
  view.Status("group:dev", {kAlways, At(10)}, IdentityStatus::kActive).Status("group:dev", Since(10), IdentityStatus::kSuspended);
  view.Member("user:alice", "group:dev");
  view.Grant("g1", "group:dev", "role:reader");
  EXPECT_EQ(DecisionAt(view, "user:alice", "read", "bucket:a", 9), kYes);
  const auto no = CheckAt(view, "user:alice", "read", "bucket:a", 10);
  EXPECT_EQ(no.decision, kNo);
  EXPECT_EQ(no.because, (Strings{"group_suspended"}));
}

TEST(Check, AnUnrecordedGroupGivesOnlyPossibly) {
  Office view;
  view.Member("user:alice", "group:dev");
  view.Grant("g1", "group:dev", "role:reader");
  const auto unknown = CheckAt(view, "user:alice", "read", "bucket:a", 10);
  EXPECT_EQ(unknown.decision, kUnknown);
  EXPECT_EQ(unknown.because, (Strings{"group_unrecorded"}));
}

TEST(Check, ADenyReachesThroughASuspendedGroup) {
  Office view;
  view.Status("group:jail", Interval{}, IdentityStatus::kSuspended).Member("user:alice", "group:jail");
  view.Grant("g1", "user:alice", "role:reader");
  view.Inline("d1", "group:jail", {Deny({"*"}, {"*"})});
  const auto no = CheckAt(view, "user:alice", "read", "bucket:a", 10);
  EXPECT_EQ(no.decision, kNo);
  EXPECT_EQ(no.because, (Strings{"denied"}));
}

TEST(Check, ADenyReachesThroughAnUnrecordedGroup) {
  Office view;
  view.Member("user:alice", "group:jail");
  view.Grant("g1", "user:alice", "role:reader");
  view.Inline("d1", "group:jail", {Deny({"read"}, {"*"})});
  EXPECT_EQ(DecisionAt(view, "user:alice", "read", "bucket:a", 10), kNo);
}

TEST(Check, AConditionalDenyMakesACertainAllowUnknown) {
  Office view;
  view.Grant("g1", "user:alice", "role:reader");
  view.Inline("d1", "user:alice", {If(Deny({"read"}, {"*"}), "ip != office")});
  const auto unknown = CheckAt(view, "user:alice", "read", "bucket:a", 10);
  EXPECT_EQ(unknown.decision, kUnknown);
  EXPECT_EQ(unknown.because, (Strings{"deny_possible"}));
}

TEST(Check, AConditionOnTheGrantMakesItsAllowAndItsDenyPossible) {
  Office view;
  view.Grant("g1", "user:alice", "role:reader").terms.condition = "mfa";
  EXPECT_EQ(CheckAt(view, "user:alice", "read", "bucket:a", 10).because, (Strings{"condition"}));
  EXPECT_EQ(DecisionAt(view, "user:alice", "read", "bucket:a", 10), kUnknown);
  view.Active("user:bob").Grant("g2", "user:bob", "role:reader");
  view.Inline("d1", "user:bob", {Deny({"read"}, {"*"})}).terms.condition = "mfa";
  EXPECT_EQ(DecisionAt(view, "user:bob", "read", "bucket:a", 10), kUnknown);
}

TEST(Check, OneUnconditionalWayMakesAConditionalOneCertain) {
  Office view;
  view.Grant("g1", "user:alice", "role:reader").terms.condition = "mfa";
  view.Grant("g2", "user:alice", "role:reader", Span(10, 20));
  EXPECT_EQ(DecisionAt(view, "user:alice", "read", "bucket:a", 15), kYes);
  EXPECT_EQ(DecisionAt(view, "user:alice", "read", "bucket:a", 25), kUnknown);
}

TEST(Check, EveryoneCountsAsPrincipalAndAsMember) {
  Office view;
  view.Active("group:public").Member("everyone:*", "group:public");
  view.Grant("g1", "everyone:*", "role:reader", Span(10, 20));
  view.Grant("g2", "group:public", "role:reader", Span(30, 40));
  EXPECT_EQ(DecisionAt(view, "user:alice", "read", "bucket:a", 15), kYes);
  EXPECT_EQ(DecisionAt(view, "user:alice", "read", "bucket:a", 25), kNo);
  EXPECT_EQ(DecisionAt(view, "user:alice", "read", "bucket:a", 35), kYes);
  EXPECT_EQ(DecisionAt(view, "everyone:*", "read", "bucket:a", 35), kYes);
}

TEST(Check, ADenyToEveryoneBindsEverybody) {
  Office view;
  view.Grant("g1", "user:alice", "role:reader");
  view.Inline("d1", "everyone:*", {Deny({"read"}, {"bucket:a"})});
  EXPECT_EQ(DecisionAt(view, "user:alice", "read", "bucket:a", 1), kNo);
  EXPECT_EQ(DecisionAt(view, "user:alice", "read", "bucket:b", 1), kYes);
}

TEST(Check, AnUndefinedRoleMayAllowAndMayDenyAnythingWithinItsScope) {
  Office view;
  view.Grant("g1", "user:alice", "role:mystery").terms.scope = "bucket:a";
  const auto in = CheckAt(view, "user:alice", "read", "bucket:a/x", 1);
  EXPECT_EQ(in.decision, kUnknown);
  EXPECT_EQ(in.because, (Strings{"role_undefined", "deny_possible"}));
  EXPECT_EQ(DecisionAt(view, "user:alice", "read", "bucket:b", 1), kNo);
  view.Grant("g2", "user:alice", "role:reader");
  EXPECT_EQ(DecisionAt(view, "user:alice", "read", "bucket:a", 1), kUnknown);  // it may deny
  EXPECT_EQ(DecisionAt(view, "user:alice", "read", "bucket:b", 1), kYes);
}

TEST(Check, AnUndefinedRoleDeniesThroughASuspendedGroupToo) {
  Office view;
  view.Grant("g1", "user:alice", "role:reader");
  view.Status("group:old", Interval{}, IdentityStatus::kRetired)
      .Member("user:alice", "group:old")
      .Grant("g2", "group:old", "role:mystery");
  EXPECT_EQ(DecisionAt(view, "user:alice", "read", "bucket:a", 1), kUnknown);
}

TEST(Check, ARetiredRoleGivesAndDeniesNothing) {
  Office view;
  view.RoleState("role:old", RoleState::kDefined, {kAlways, At(10)}, {Allow({"read"}, {"*"}), Deny({"write"}, {"*"})});
  view.RoleState("role:old", RoleState::kRetired, Since(10), {Allow({"read"}, {"*"}), Deny({"write"}, {"*"})});
  view.Grant("g1", "user:alice", "role:old");
  view.Inline("g2", "user:alice", {Allow({"write"}, {"*"})});
  EXPECT_EQ(DecisionAt(view, "user:alice", "read", "bucket:a", 9), kYes);
  EXPECT_EQ(DecisionAt(view, "user:alice", "write", "bucket:a", 9), kNo);
  EXPECT_EQ(CheckAt(view, "user:alice", "read", "bucket:a", 10).because, (Strings{"role_retired"}));
  EXPECT_EQ(DecisionAt(view, "user:alice", "read", "bucket:a", 10), kNo);
  EXPECT_EQ(DecisionAt(view, "user:alice", "write", "bucket:a", 10), kYes);
}

TEST(Check, ARedefinitionChangesWhatTheRoleGivesFromThenOn) {
  Office view;
  view.Role("role:r", {Allow({"read"}, {"*"})}, {kAlways, At(10)}).Role("role:r", {Allow({"write"}, {"*"})}, Since(10));
  view.Grant("g1", "user:alice", "role:r");
  EXPECT_EQ(CheckAt(view, "user:alice", "write", "bucket:a", 10).held, (Intervals{Since(10)}));
  EXPECT_EQ(DecisionAt(view, "user:alice", "read", "bucket:a", 10), kNo);
}

TEST(Check, PermissionAndScopeMustBothCover) {
  Office view;
  view.Grant("g1", "user:alice", "role:reader").terms.scope = "bucket:a";
  EXPECT_EQ(DecisionAt(view, "user:alice", "read", "bucket:a/deep/down", 1), kYes);
  EXPECT_EQ(DecisionAt(view, "user:alice", "read", "bucket:ab", 1), kNo);
  EXPECT_EQ(DecisionAt(view, "user:alice", "write", "bucket:a", 1), kNo);
}

TEST(Check, ALiteralPermissionDoesNotReachBelowItsResource) {
  FakeView view;
  view.Active("user:alice");
  view.Inline("g1", "user:alice", {Literal(Allow({"read"}, {"bucket:a"}))});
  EXPECT_EQ(DecisionAt(view, "user:alice", "read", "bucket:a", 1), kYes);
  EXPECT_EQ(DecisionAt(view, "user:alice", "read", "bucket:a/x", 1), kNo);
}

TEST(Check, NotActionsAndNotResourcesCoverTheRestButNeverEverything) {
  FakeView view;
  view.Active("user:alice");
  view.Inline("g1", "user:alice", {AllBut(Allow({"iam:*"}, {"bucket:secret"}), true, true)});
  EXPECT_EQ(DecisionAt(view, "user:alice", "read", "bucket:a", 1), kYes);
  EXPECT_EQ(DecisionAt(view, "user:alice", "iam:Create", "bucket:a", 1), kNo);
  EXPECT_EQ(DecisionAt(view, "user:alice", "read", "bucket:secret/x", 1), kNo);  // subtree, here too
  EXPECT_EQ(DecisionAt(view, "user:alice", "*", "bucket:a", 1), kNo);
  EXPECT_EQ(DecisionAt(view, "user:alice", "read", "*", 1), kNo);
}

TEST(Check, ALiteralNotResourceExceptsOnlyItself) {
  FakeView view;
  view.Active("user:alice");
  view.Inline("g1", "user:alice", {Literal(AllBut(Allow({"read"}, {"bucket:secret"}), false, true))});
  EXPECT_EQ(DecisionAt(view, "user:alice", "read", "bucket:secret", 1), kNo);
  EXPECT_EQ(DecisionAt(view, "user:alice", "read", "bucket:secret/x", 1), kYes);
}

TEST(Check, TheQuestionEverythingIsAnsweredByPatternsOfStarsOnly) {
  FakeView view;
  view.Active("user:root").Active("user:ops");
  view.Inline("g1", "user:root", {Allow({"*"}, {"*"})});
  view.Inline("g2", "user:ops", {Allow({"s3:*"}, {"bucket:*"})});
  EXPECT_EQ(DecisionAt(view, "user:root", "*", "*", 1), kYes);
  EXPECT_EQ(DecisionAt(view, "user:ops", "*", "*", 1), kNo);
  EXPECT_EQ(DecisionAt(view, "user:ops", "s3:*", "bucket:x", 1), kYes);  // a literal action that looks like a pattern
}

TEST(Check, OnlyADenyOfEverythingSubtractsFromEverything) {
  FakeView view;
  view.Active("user:root");
  view.Inline("g1", "user:root", {Allow({"*"}, {"*"})});
  view.Inline("d1", "user:root", {Deny({"iam:*"}, {"*"})}, Span(10, 30));
  view.Inline("d2", "user:root", {Deny({"*"}, {"*"})}, Span(20, 30));
  view.Inline("d3", "user:root", {AllBut(Deny({"none"}, {"*"}), true, false)}, Span(10, 20));
  EXPECT_EQ(DecisionAt(view, "user:root", "*", "*", 15), kYes);
  EXPECT_EQ(DecisionAt(view, "user:root", "*", "*", 25), kNo);
}

TEST(Check, ADelegatedGrantLivesOnlyWhileItsDelegatorIsActive) {
  Office view;
  view.Status("user:boss", {kAlways, At(10)}, IdentityStatus::kActive).Status("user:boss", Since(10), IdentityStatus::kRetired);
  auto& grant = view.Grant("g1", "user:alice", "role:reader");
  grant.terms.kind = "delegated";
  grant.terms.delegator = "user:boss";
  EXPECT_EQ(DecisionAt(view, "user:alice", "read", "bucket:a", 9), kYes);
  const auto no = CheckAt(view, "user:alice", "read", "bucket:a", 10);
  EXPECT_EQ(no.decision, kNo);
  EXPECT_EQ(no.because, (Strings{"delegator_retired"}));
}

TEST(Check, ADelegatedDenyOutlivesItsDelegator) {
  Office view;
  view.Status("user:boss", Interval{}, IdentityStatus::kRetired);
  view.Grant("g1", "user:alice", "role:reader");
  auto& deny = view.Inline("d1", "user:alice", {Deny({"read"}, {"*"})});
  deny.terms.kind = "delegated";
  deny.terms.delegator = "user:boss";
  EXPECT_EQ(DecisionAt(view, "user:alice", "read", "bucket:a", 1), kNo);
}

TEST(Check, AnUnrecordedDelegatorMakesAGrantPossible) {
  Office view;
  auto& grant = view.Grant("g1", "user:alice", "role:reader");
  grant.terms.kind = "delegated";
  grant.terms.delegator = "user:ghost";
  EXPECT_EQ(CheckAt(view, "user:alice", "read", "bucket:a", 1).because, (Strings{"delegator_unrecorded"}));
}

TEST(Check, ABoundaryMakesWhatAnIdentityIsAllowedPossible) {
  Office view;
  view.Status("user:bob", {kAlways, At(10)}, IdentityStatus::kActive)
      .Status("user:bob", Since(10), IdentityStatus::kActive, true);
  view.Grant("g1", "user:bob", "role:reader");
  EXPECT_EQ(CheckAt(view, "user:bob", "read", "bucket:a", 9).held, (Intervals{{kAlways, At(10)}}));
  const auto bounded = CheckAt(view, "user:bob", "read", "bucket:a", 10);
  EXPECT_EQ(bounded.decision, kUnknown);
  EXPECT_EQ(bounded.because, (Strings{"boundary"}));
  EXPECT_EQ(DecisionAt(view, "user:bob", "write", "bucket:a", 10), kNo);
}

TEST(Check, ABoundaryTakesNothingFromADeny) {
  Office view;
  view.Status("user:bob", Interval{}, IdentityStatus::kActive, true);
  view.Grant("g1", "user:bob", "role:reader");
  view.Inline("d1", "user:bob", {Deny({"read"}, {"*"})});
  EXPECT_EQ(DecisionAt(view, "user:bob", "read", "bucket:a", 1), kNo);
}

TEST(Check, NothingGrantedSaysSo) {
  Office view;
  const auto no = CheckAt(view, "user:alice", "read", "bucket:a", 1);
  EXPECT_EQ(no.because, (Strings{"no_grant"}));
  EXPECT_TRUE(no.path.empty());
}

TEST(Check, BeforeTheHorizonANoIsUnknownAndAYesStays) {
  Office view;
  view.Horizon(Topic::kAccess, At(100));
  view.Grant("g1", "user:alice", "role:reader", Span(10, 20));
  const auto no = CheckWhen(view, "user:alice", "read", "bucket:a", AsOf(50));
  EXPECT_TRUE(no.head.before_record);
  EXPECT_EQ(no.result.decision, kUnknown);
  EXPECT_EQ(no.result.because, (Strings{"no_grant", "before_record"}));
  EXPECT_EQ(DecisionAt(view, "user:alice", "read", "bucket:a", 15), kYes);
  EXPECT_EQ(DecisionAt(view, "user:alice", "read", "bucket:a", 100), kNo);
}

TEST(Check, APlaneThatRecordsNothingPutsEveryMomentBeforeTheRecord) {
  Office view;
  view.Horizon(Topic::kIdentity, std::nullopt);
  EXPECT_EQ(DecisionAt(view, "user:alice", "read", "bucket:a", 50), kUnknown);
}

TEST(Check, AWindowThatBeginsBeforeTheHorizonIsBeforeTheRecord) {
  Office view;
  view.Horizon(Topic::kAccess, At(100));
  EXPECT_TRUE(CheckWhen(view, "user:alice", "read", "bucket:a", During(99, 200)).head.before_record);
  EXPECT_FALSE(CheckWhen(view, "user:alice", "read", "bucket:a", During(100, 200)).head.before_record);
}

TEST(Check, ARoleIsNoSubject) {
  Office view;
  const auto answer = Check(view, "role:reader", "read", "bucket:a", AsOf(1), false);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().blame, Blame::kCaller);
}

TEST(Check, AFaultOfTheStoreIsTheAnswer) {
  Office view;
  view.broken = true;
  const auto answer = Check(view, "user:alice", "read", "bucket:a", AsOf(1), false);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, "model_io");
}

TEST(Check, AMembershipInAManySidedLatticeIsSettledQuickly) {
  Office view;
  for (int layer = 0; layer < 40; ++layer)
    for (int i = 0; i < 8; ++i) {
      const std::string group = "group:" + std::to_string(layer) + "." + std::to_string(i);
      view.Active(group);
      if (layer == 0) view.Member("user:alice", group);
      else
        for (int j = 0; j < 8; ++j) view.Member("group:" + std::to_string(layer - 1) + "." + std::to_string(j), group);
    }
  view.Grant("g1", "group:39.7", "role:reader", Span(10, 20));
  const auto held = CheckWhen(view, "user:alice", "read", "bucket:a", AsOf(15));
  EXPECT_EQ(held.result.held, (Intervals{Span(10, 20)}));
  EXPECT_TRUE(held.result.more_paths);
  EXPECT_EQ(held.result.path.size(), 41u);
  EXPECT_TRUE(held.head.complete);
}

}  // namespace
}  // namespace tenure::authority::test
