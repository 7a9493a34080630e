// Acting as another identity: chains, circles, and what binds whom.
#include "unit/authority/asking.h"

namespace tenure::authority::test {
namespace {

using history::IdentityStatus;
using history::RoleState;

constexpr auto kYes = Decision::kYes;
constexpr auto kNo = Decision::kNo;
constexpr auto kUnknown = Decision::kUnknown;

// alice may assume the robot, which deploys.
struct Robots : FakeView {
  Robots() {
    Active("user:alice").Active("service_account:robot");
    Inline("trust", "user:alice", {Allow({"assume"}, {"service_account:robot"})}, Span(10, 50));
    Inline("deploys", "service_account:robot", {Allow({"deploy"}, {"cluster:*"})}, Span(20, 60));
  }
};

TEST(Assumption, GivesWhatTheAssumedIdentityHoldsWhileBothLast) {
  Robots view;
  const auto held = CheckAt(view, "user:alice", "deploy", "cluster:a", 30);
  EXPECT_EQ(held.decision, kYes);
  EXPECT_EQ(held.held, (Intervals{Span(20, 50)}));
  EXPECT_EQ(Words(held.path), "assumes service_account:robot > granted inline:deploys");
  EXPECT_EQ(DecisionAt(view, "user:alice", "deploy", "cluster:a", 15), kNo);
}

TEST(Assumption, GoesInChainsAndInCircles) {
  Robots view;
  view.Active("service_account:deep");
  view.Inline("t2", "service_account:robot", {Allow({"assume"}, {"service_account:deep"})});
  view.Inline("t3", "service_account:deep", {Allow({"assume"}, {"service_account:robot"})});
  view.Inline("g", "service_account:deep", {Allow({"mine"}, {"*"})});
  const auto held = CheckAt(view, "user:alice", "mine", "cluster:a", 30);
  EXPECT_EQ(held.held, (Intervals{Span(10, 50)}));
  EXPECT_EQ(Words(held.path), "assumes service_account:robot > assumes service_account:deep > granted inline:g");
}

TEST(Assumption, ADenyOnTheCallerDoesNotFollowIt) {
  Robots view;
  view.Inline("d", "user:alice", {Deny({"deploy"}, {"*"})});
  EXPECT_EQ(DecisionAt(view, "user:alice", "deploy", "cluster:a", 30), kYes);
}

TEST(Assumption, ADenyOnTheAssumedIdentityBinds) {
  Robots view;
  view.Inline("d", "service_account:robot", {Deny({"deploy"}, {"*"})});
  EXPECT_EQ(DecisionAt(view, "user:alice", "deploy", "cluster:a", 30), kNo);
}

TEST(Assumption, ADenyOfAssumeBindsByAnyPattern) {
  Robots view;
  view.Inline("d", "user:alice", {Deny({"ass*"}, {"*"})}, Since(40));
  EXPECT_EQ(CheckAt(view, "user:alice", "deploy", "cluster:a", 30).held, (Intervals{Span(20, 40)}));
  EXPECT_EQ(DecisionAt(view, "user:alice", "deploy", "cluster:a", 45), kNo);
}

TEST(Assumption, ADenyOfAllButSomethingElseBindsAssumeToo) {
  Robots view;
  view.Inline("d", "user:alice", {AllBut(Deny({"read"}, {"*"}), true, false)});
  EXPECT_EQ(DecisionAt(view, "user:alice", "deploy", "cluster:a", 30), kNo);
}

TEST(Assumption, IsGivenOnlyByAnActionThatNamesIt) {
  FakeView view;
  view.Active("user:a").Active("user:b").Active("user:c").Active("service_account:robot");
  view.Inline("g", "service_account:robot", {Allow({"deploy"}, {"*"})});
  view.Inline("ga", "user:a", {Allow({"*"}, {"service_account:robot"})});
  view.Inline("gb", "user:b", {AllBut(Allow({"x"}, {"service_account:robot"}), true, false)});
  view.Inline("gc", "user:c", {Allow({"read", "assume"}, {"service_account:robot"})});
  EXPECT_EQ(DecisionAt(view, "user:a", "deploy", "cluster:a", 1), kNo);
  EXPECT_EQ(DecisionAt(view, "user:b", "deploy", "cluster:a", 1), kNo);
  EXPECT_EQ(DecisionAt(view, "user:c", "deploy", "cluster:a", 1), kYes);
  EXPECT_EQ(DecisionAt(view, "user:a", "assume", "service_account:robot", 1), kNo);
  EXPECT_EQ(DecisionAt(view, "user:c", "assume", "service_account:robot", 1), kYes);
}

TEST(Assumption, AnUndefinedRoleMayGiveAnythingButAssume) {
  FakeView view;
  view.Active("user:a").Active("service_account:robot");
  view.Inline("g", "service_account:robot", {Allow({"deploy"}, {"cluster:*"})});
  view.Grant("m", "user:a", "role:mystery").terms.scope = "service_account:robot";
  EXPECT_EQ(DecisionAt(view, "user:a", "deploy", "cluster:a", 1), kNo);
  EXPECT_EQ(DecisionAt(view, "user:a", "assume", "service_account:robot", 1), kNo);
  EXPECT_EQ(DecisionAt(view, "user:a", "poke", "service_account:robot", 1), kUnknown);
}

TEST(Assumption, AnUndefinedRoleDeniesNoAssumption) {
  Robots view;
  view.Grant("m", "user:alice", "role:mystery").terms.scope = "service_account:robot";
  EXPECT_EQ(DecisionAt(view, "user:alice", "deploy", "cluster:a", 30), kYes);
}

TEST(Assumption, TheAssumedIdentityMustBeActive) {
  Robots view;
  view.Status("service_account:gone", Interval{}, IdentityStatus::kRetired);
  view.Inline("t", "user:alice", {Allow({"assume"}, {"service_account:gone"})});
  view.Inline("g", "service_account:gone", {Allow({"dig"}, {"*"})});
  EXPECT_EQ(DecisionAt(view, "user:alice", "dig", "x:y", 1), kNo);
}

TEST(Assumption, AnInactiveCallerAssumesNobody) {
  Robots view;
  view.Status("user:ex", Interval{}, IdentityStatus::kRetired);
  view.Inline("t", "user:ex", {Allow({"assume"}, {"service_account:robot"})});
  EXPECT_EQ(DecisionAt(view, "user:ex", "deploy", "cluster:a", 30), kNo);
}

TEST(Assumption, AnUnrecordedCallerMayAssume) {
  Robots view;
  view.Inline("t", "external:9", {Allow({"assume"}, {"service_account:robot"})}, Span(25, 28));
  const auto unknown = CheckAt(view, "external:9", "deploy", "cluster:a", 26);
  EXPECT_EQ(unknown.decision, kUnknown);
  EXPECT_EQ(unknown.possibly, (Intervals{Span(25, 28)}));
  EXPECT_EQ(unknown.because, (Strings{"identity_unrecorded"}));
}

TEST(Assumption, WildcardsAndSubtreesReachIdentitiesThatExist) {
  FakeView view;
  view.Active("user:a").Active("user:b").Active("workload:spiffe://prod/ns/pay").Active("service_account:ci-1");
  view.Inline("g1", "workload:spiffe://prod/ns/pay", {Allow({"pay"}, {"*"})});
  view.Inline("g2", "service_account:ci-1", {Allow({"build"}, {"*"})});
  view.Inline("t1", "user:a", {Allow({"assume"}, {"workload:spiffe://prod"})});
  view.Inline("t2", "user:b", {Allow({"assume"}, {"service_account:ci-*"})});
  EXPECT_EQ(DecisionAt(view, "user:a", "pay", "x:y", 1), kYes);
  EXPECT_EQ(DecisionAt(view, "user:b", "build", "x:y", 1), kYes);
  EXPECT_EQ(DecisionAt(view, "user:a", "build", "x:y", 1), kNo);
}

TEST(Assumption, TheScopeOfTheGrantNarrowsWhomItReaches) {
  FakeView view;
  view.Active("user:a").Active("service_account:ci-1").Active("service_account:ci-2");
  view.Inline("g1", "service_account:ci-1", {Allow({"one"}, {"*"})});
  view.Inline("g2", "service_account:ci-2", {Allow({"two"}, {"*"})});
  view.Inline("t", "user:a", {Allow({"assume"}, {"*"})}).terms.scope = "service_account:ci-1";
  EXPECT_EQ(DecisionAt(view, "user:a", "one", "x:y", 1), kYes);
  EXPECT_EQ(DecisionAt(view, "user:a", "two", "x:y", 1), kNo);
}

TEST(Assumption, NobodyActsAsAGroup) {
  FakeView view;
  view.Active("user:a").Active("group:g");
  view.Inline("t", "user:a", {Allow({"assume"}, {"group:g"})});
  view.Inline("g", "group:g", {Allow({"read"}, {"*"})});
  EXPECT_EQ(DecisionAt(view, "user:a", "read", "x:y", 1), kNo);
}

TEST(Assumption, ThroughAGroupNeedsAnActiveGroup) {
  Robots view;
  view.Active("user:bob")
      .Status("group:ops", {kAlways, At(30)}, IdentityStatus::kActive)
      .Status("group:ops", Since(30), IdentityStatus::kSuspended);
  view.Member("user:bob", "group:ops").Inline("t", "group:ops", {Allow({"assume"}, {"service_account:robot"})});
  EXPECT_EQ(CheckAt(view, "user:bob", "deploy", "cluster:a", 25).held, (Intervals{Span(20, 30)}));
  EXPECT_EQ(Words(CheckAt(view, "user:bob", "deploy", "cluster:a", 25).path),
            "member_of group:ops > assumes service_account:robot > granted inline:deploys");
  EXPECT_EQ(DecisionAt(view, "user:bob", "deploy", "cluster:a", 30), kNo);
}

TEST(Assumption, ABoundaryOnTheCallerMakesItPossibleAndOneOnTheAssumedCountsForIt) {
  Robots view;
  view.Status("user:bob", Interval{}, IdentityStatus::kActive, true);
  view.Inline("t", "user:bob", {Allow({"assume"}, {"service_account:robot"})});
  EXPECT_EQ(DecisionAt(view, "user:bob", "deploy", "cluster:a", 30), kUnknown);
  view.Status("service_account:tied", Interval{}, IdentityStatus::kActive, true);
  view.Inline("t2", "user:alice", {Allow({"assume"}, {"service_account:tied"})});
  view.Inline("g2", "service_account:tied", {Allow({"dig"}, {"*"})});
  EXPECT_EQ(DecisionAt(view, "user:alice", "dig", "x:y", 30), kUnknown);
}

TEST(Assumption, ARetiredTrustRoleGivesNone) {
  FakeView view;
  view.Active("user:a").Active("service_account:r");
  view.RoleState("role:trust", RoleState::kDefined, {kAlways, At(10)}, {Allow({"assume"}, {"service_account:r"})});
  view.RoleState("role:trust", RoleState::kRetired, Since(10), {Allow({"assume"}, {"service_account:r"})});
  view.Grant("t", "user:a", "role:trust");
  view.Inline("g", "service_account:r", {Allow({"dig"}, {"*"})});
  EXPECT_EQ(CheckAt(view, "user:a", "dig", "x:y", 5).held, (Intervals{{kAlways, At(10)}}));
  EXPECT_EQ(DecisionAt(view, "user:a", "dig", "x:y", 10), kNo);
}

}  // namespace
}  // namespace tenure::authority::test
