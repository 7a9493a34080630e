// What a dead letter hides: answers become unknown, rows possible, and completeness says which.
#include "unit/authority/asking.h"

namespace tenure::authority::test {
namespace {

using history::IdentityStatus;

constexpr auto kYes = Decision::kYes;
constexpr auto kNo = Decision::kNo;
constexpr auto kUnknown = Decision::kUnknown;

struct Office : FakeView {
  Office() {
    Active("user:alice").Active("user:bob").Active("group:dev");
    Role("role:reader", {Allow({"read"}, {"bucket:*"})});
    Grant("g1", "user:alice", "role:reader");
    Grant("g2", "group:dev", "role:reader");
    Member("user:bob", "group:dev");
  }
};

TEST(Taint, OnAnIdentityMakesItsActiveUnknownInsideTheRangeOnly) {
  Office view;
  view.Taint(Topic::kIdentity, "user:alice", Span(10, 20));
  EXPECT_EQ(DecisionAt(view, "user:alice", "read", "bucket:a", 9), kYes);
  const auto in = CheckWhen(view, "user:alice", "read", "bucket:a", AsOf(10));
  EXPECT_EQ(in.result.decision, kUnknown);
  EXPECT_EQ(in.result.because, (Strings{"tainted"}));
  EXPECT_FALSE(in.head.complete);
  ASSERT_EQ(in.head.taints.size(), 1u);
  EXPECT_EQ(in.head.taints[0].key, "user:alice");
  const auto after = CheckWhen(view, "user:alice", "read", "bucket:a", AsOf(20));
  EXPECT_EQ(after.result.decision, kYes);
  EXPECT_TRUE(after.head.complete);
  EXPECT_EQ(after.result.held, (Intervals{Since(20)}));
}

TEST(Taint, OnARetiredIdentityMakesItsNoUnknownToo) {
  Office view;
  view.Status("user:ex", Interval{}, IdentityStatus::kRetired).Grant("g3", "user:ex", "role:reader");
  EXPECT_EQ(DecisionAt(view, "user:ex", "read", "bucket:a", 1), kNo);
  view.Taint(Topic::kIdentity, "user:ex", Interval{});
  EXPECT_EQ(DecisionAt(view, "user:ex", "read", "bucket:a", 1), kUnknown);
}

TEST(Taint, OnAPrincipalMakesAnythingPossibleAndNothingCertain) {
  Office view;
  view.Taint(Topic::kAccess, "user:alice", Since(10));
  EXPECT_EQ(DecisionAt(view, "user:alice", "read", "bucket:a", 9), kYes);
  EXPECT_EQ(DecisionAt(view, "user:alice", "read", "bucket:a", 10), kUnknown);
  EXPECT_EQ(DecisionAt(view, "user:alice", "never:heard-of", "any:thing", 10), kUnknown);  // a grant that couldn't be read
  EXPECT_EQ(DecisionAt(view, "user:bob", "read", "bucket:a", 10), kYes);
}

TEST(Taint, OnAPrincipalNeedsAnIdentityThatMayBeActive) {
  Office view;
  view.Status("user:ex", Interval{}, IdentityStatus::kRetired).Taint(Topic::kAccess, "user:ex", Interval{});
  EXPECT_EQ(DecisionAt(view, "user:ex", "read", "bucket:a", 1), kNo);
}

TEST(Taint, OnAGroupReachesItsMembers) {
  Office view;
  view.Taint(Topic::kAccess, "group:dev", Since(10));
  EXPECT_EQ(DecisionAt(view, "user:bob", "read", "bucket:a", 9), kYes);
  EXPECT_EQ(DecisionAt(view, "user:bob", "read", "bucket:a", 10), kUnknown);
  EXPECT_EQ(DecisionAt(view, "user:bob", "write", "bucket:a", 10), kUnknown);
  EXPECT_EQ(DecisionAt(view, "user:alice", "write", "bucket:a", 10), kNo);
}

TEST(Taint, OnASuspendedGroupStillMayDeny) {
  Office view;
  view.Status("group:old", Interval{}, IdentityStatus::kSuspended).Member("user:alice", "group:old");
  view.Taint(Topic::kAccess, "group:old", Interval{});
  EXPECT_EQ(DecisionAt(view, "user:alice", "read", "bucket:a", 1), kUnknown);  // it may deny
  EXPECT_EQ(DecisionAt(view, "user:alice", "write", "bucket:a", 1), kNo);      // it can't allow
}

TEST(Taint, OnEveryoneReachesEverybody) {
  Office view;
  view.Taint(Topic::kAccess, "everyone:*", Interval{});
  EXPECT_EQ(DecisionAt(view, "user:alice", "write", "bucket:a", 1), kUnknown);
  EXPECT_EQ(DecisionAt(view, "user:stranger", "write", "bucket:a", 1), kUnknown);
}

TEST(Taint, OnARoleMakesAnythingPossibleWithinTheScopesOfItsGrants) {
  Office view;
  view.Grant("g3", "user:bob", "role:x").terms.scope = "bucket:b";
  view.Role("role:x", {Allow({"read"}, {"*"})}).Taint(Topic::kAccess, "role:x", Interval{});
  EXPECT_EQ(DecisionAt(view, "user:bob", "write", "bucket:b/1", 1), kUnknown);
  EXPECT_EQ(DecisionAt(view, "user:bob", "read", "bucket:b", 1), kUnknown);  // perhaps it denies
  EXPECT_EQ(DecisionAt(view, "user:bob", "read", "bucket:c", 1), kYes);
  EXPECT_EQ(DecisionAt(view, "user:bob", "write", "bucket:c", 1), kNo);
}

TEST(Taint, OnARoleMayGiveAssume) {
  FakeView view;
  view.Active("user:a").Active("service_account:r");
  view.Role("role:x", std::vector<Permission>{}).Grant("t", "user:a", "role:x").terms.scope = "service_account:r";
  view.Inline("g", "service_account:r", {Allow({"dig"}, {"mine:*"})});
  EXPECT_EQ(DecisionAt(view, "user:a", "dig", "mine:1", 1), kNo);
  view.Taint(Topic::kAccess, "role:x", Interval{});
  EXPECT_EQ(DecisionAt(view, "user:a", "assume", "service_account:r", 1), kUnknown);
  EXPECT_EQ(DecisionAt(view, "user:a", "dig", "mine:1", 1), kUnknown);
}

TEST(Taint, OnAGroupMayGiveAssumeToAMemberThatIsItselfDenied) {
  Office view;
  view.Active("service_account:r");
  view.Inline("g", "service_account:r", {Allow({"dig"}, {"mine:*"})});
  view.Inline("d", "user:bob", {Deny({"dig"}, {"*"})});
  view.Taint(Topic::kAccess, "group:dev", Interval{});
  EXPECT_EQ(DecisionAt(view, "user:bob", "dig", "mine:1", 1), kUnknown);
}

TEST(Taint, ACertainDenyElsewhereStillBinds) {
  Office view;
  view.Inline("d", "user:bob", {Deny({"dig"}, {"*"}), Deny({"assume"}, {"*"})});
  view.Taint(Topic::kAccess, "group:dev", Interval{});
  EXPECT_EQ(DecisionAt(view, "user:bob", "dig", "mine:1", 1), kNo);
}

TEST(Taint, OfAWholeTopicTouchesEveryKeyOfItsPlane) {
  Office view;
  view.Taint(Topic::kIdentity, "", Since(10));
  EXPECT_EQ(DecisionAt(view, "user:alice", "read", "bucket:a", 9), kYes);
  EXPECT_EQ(DecisionAt(view, "user:alice", "read", "bucket:a", 10), kUnknown);
  EXPECT_EQ(DecisionAt(view, "user:alice", "write", "bucket:a", 10), kNo);  // the access plane is whole
  Office access;
  access.Taint(Topic::kAccess, "", Interval{});
  EXPECT_EQ(DecisionAt(access, "user:alice", "write", "bucket:a", 10), kUnknown);
}

TEST(Taint, OnADelegatorMakesTheGrantPossible) {
  Office view;
  view.Active("user:boss");
  auto& grant = view.Inline("g3", "user:alice", {Allow({"write"}, {"*"})});
  grant.terms.kind = "delegated";
  grant.terms.delegator = "user:boss";
  EXPECT_EQ(DecisionAt(view, "user:alice", "write", "bucket:a", 1), kYes);
  view.Taint(Topic::kIdentity, "user:boss", Interval{});
  const auto answer = CheckWhen(view, "user:alice", "write", "bucket:a", AsOf(1));
  EXPECT_EQ(answer.result.decision, kUnknown);
  EXPECT_FALSE(answer.head.complete);
}

TEST(Taint, OnAKeyThatWasNotConsultedLeavesTheAnswerComplete) {
  Office view;
  view.Taint(Topic::kAccess, "user:carol", Interval{})
      .Taint(Topic::kUsage, "user:alice", Interval{})
      .Taint(Topic::kIdentity, "group:dev", Interval{});
  EXPECT_TRUE(CheckWhen(view, "user:alice", "read", "bucket:a", AsOf(1)).head.complete);
  EXPECT_FALSE(CheckWhen(view, "user:bob", "read", "bucket:a", AsOf(1)).head.complete);
  EXPECT_FALSE(WhoAt(view, "read", "bucket:a", 1).head.complete);
}

TEST(Taint, OutsideTheMomentOrWindowLeavesTheAnswerComplete) {
  Office view;
  view.Taint(Topic::kAccess, "user:alice", Span(10, 20));
  EXPECT_TRUE(CheckWhen(view, "user:alice", "read", "bucket:a", AsOf(20)).head.complete);
  EXPECT_TRUE(CheckWhen(view, "user:alice", "read", "bucket:a", During(20, 30)).head.complete);
  EXPECT_FALSE(CheckWhen(view, "user:alice", "read", "bucket:a", During(19, 30)).head.complete);
}

TEST(Taint, OnAFormerGroupIsNotConsultedAfterTheMembership) {
  Office view;
  view.Active("group:old").Member("user:alice", "group:old", Span(10, 20)).Taint(Topic::kAccess, "group:old", Interval{});
  EXPECT_FALSE(CheckWhen(view, "user:alice", "read", "bucket:a", AsOf(15)).head.complete);
  EXPECT_TRUE(CheckWhen(view, "user:alice", "read", "bucket:a", AsOf(25)).head.complete);
}

TEST(Taint, OnARoleIsConsultedOnlyWhileAGrantOfItIsLive) {
  Office view;
  view.Grant("g3", "user:alice", "role:x", Span(0, 10));
  view.Taint(Topic::kAccess, "role:x", Span(15, 20));
  EXPECT_TRUE(CheckWhen(view, "user:alice", "read", "bucket:a", During(0, 30)).head.complete);
  view.Taint(Topic::kAccess, "role:x", Span(9, 20));
  EXPECT_FALSE(CheckWhen(view, "user:alice", "read", "bucket:a", During(0, 30)).head.complete);
}

TEST(Taint, OnAnAssumedIdentityIsConsulted) {
  Office view;
  view.Active("service_account:r").Inline("t", "user:alice", {Allow({"assume"}, {"service_account:r"})});
  view.Taint(Topic::kAccess, "service_account:r", Interval{});
  EXPECT_FALSE(CheckWhen(view, "user:alice", "read", "bucket:a", AsOf(1)).head.complete);
  EXPECT_TRUE(CheckWhen(view, "user:bob", "read", "bucket:a", AsOf(1)).head.complete);
}

TEST(Taint, RowsAreShownAsPossibleAndNoneIsAdded) {
  Office view;
  view.Taint(Topic::kAccess, "user:alice", Interval{}).Taint(Topic::kAccess, "role:reader", Interval{});
  const auto what = WhatAt(view, "user:alice", 1);
  ASSERT_EQ(what.rows.size(), 1u);
  EXPECT_EQ(what.rows[0].grant, "g1");
  EXPECT_EQ(what.rows[0].status, RowStatus::kPossible);
  EXPECT_EQ(what.rows[0].because, (Strings{"tainted"}));
  EXPECT_TRUE(what.rows[0].held.empty());
  EXPECT_EQ(what.rows[0].possibly, (Intervals{{kAlways, kForever}}));
  EXPECT_FALSE(what.head.complete);
  EXPECT_EQ(Names(WhoAt(view, "read", "bucket:a", 1)), (Strings{"user:alice?", "user:bob?"}));
  EXPECT_TRUE(WhoAt(view, "write", "bucket:a", 1).rows.empty());
}

TEST(Taint, ATaintedMembershipMakesTheRowsBehindItPossible) {
  Office view;
  view.Taint(Topic::kAccess, "user:bob", Interval{});
  EXPECT_EQ(WhatAt(view, "user:bob", 1).rows.at(0).status, RowStatus::kPossible);
  EXPECT_EQ(Names(WhoAt(view, "read", "bucket:a", 1)), (Strings{"user:alice", "user:bob?"}));
}

TEST(Taint, OnAnIdentityMakesItsCredentialsUnknownWhileTheStatusWordStays) {
  Office view;
  view.Credential("user:alice", "k1", Since(0), true);
  view.Credential("user:alice", "k2", Since(0), false);
  EXPECT_EQ(Value(Show(view, "user:alice", AsOf(5))).credentials.at(1).live, kNo);
  view.Taint(Topic::kIdentity, "user:alice", Since(10));
  const auto show = Value(Show(view, "user:alice", AsOf(10)));
  EXPECT_EQ(show.identity.status, "active");
  EXPECT_EQ(show.credentials.at(0).live, kUnknown);
  EXPECT_EQ(show.credentials.at(1).live, kUnknown);
  EXPECT_TRUE(show.identity.active.empty());
  EXPECT_EQ(show.identity.possibly_active, (Intervals{Since(10)}));
  EXPECT_FALSE(show.head.complete);
  EXPECT_EQ(Value(Show(view, "user:alice", AsOf(9))).credentials.at(0).live, kYes);
}

TEST(Taint, OnTheAccessPlaneLeavesShowComplete) {
  Office view;
  view.Taint(Topic::kAccess, "user:alice", Interval{});
  EXPECT_TRUE(Value(Show(view, "user:alice", AsOf(5))).head.complete);
  EXPECT_TRUE(Value(Identities(view, {}, AsOf(5), {})).head.complete);
}

}  // namespace
}  // namespace tenure::authority::test
