// What fell short of a yes, and what would settle an unknown.
#include "authority/check.h"
#include "unit/authority/asking.h"

namespace tenure::authority::test {
namespace {

using history::IdentityStatus;
using history::RoleState;

struct Office : FakeView {
  Office() {
    Active("user:alice");
    Role("role:reader", {Allow({"read"}, {"bucket:*"})});
  }
};

std::vector<std::string> Kinds(const CheckResult& result) {
  std::vector<std::string> kinds;
  for (const auto& miss : result.nearest) kinds.push_back(miss.what);
  return kinds;
}
CheckResult Why(FakeView& view, std::int64_t t, const std::string& ref = "user:alice") {
  return CheckAt(view, ref, "read", "bucket:a", t, true);
}

TEST(Nearest, SaysUntilWhenItWasHeldAndWhoEndedItInWhichEvent) {
  Office view;
  const Position revoke = *view.Grant("g-17", "user:alice", "role:reader", Span(10, 20)).ended_by;
  view.Grant("g-1", "user:alice", "role:reader", Span(1, 2));
  const auto answer = CheckWhen(view, "user:alice", "read", "bucket:a", AsOf(25), true);
  ASSERT_EQ(Kinds(answer.result), (Strings{"ended"}));
  const auto& miss = answer.result.nearest[0];
  EXPECT_EQ(miss.text, "held until 1970-01-01T00:00:20Z, grant g-17 of role:reader on * revoked by user:boss in event test/e" +
                           std::to_string(revoke.offset));
  EXPECT_EQ(miss.at, At(20));
  ASSERT_EQ(miss.evidence.size(), 1u);
  EXPECT_EQ(answer.head.evidence.at(static_cast<std::size_t>(miss.evidence[0])).position, revoke);
}

TEST(Nearest, AnExpiryIsToldWithItsGrant) {
  Office view;
  auto& grant = view.Grant("g1", "user:alice", "role:reader", Span(10, 20));
  grant.ended_how = "expired";
  grant.ended_by.reset();
  EXPECT_EQ(Why(view, 25).nearest.at(0).text.substr(0, 71),
            "held until 1970-01-01T00:00:20Z, grant g1 of role:reader on * expired b");
}

TEST(Nearest, EndsOfMembershipsRolesStatusesAndDeniesAreNamed) {
  Office view;
  view.Active("group:g").Member("user:alice", "group:g", Span(10, 20)).Grant("g1", "group:g", "role:reader");
  EXPECT_NE(Why(view, 25).nearest.at(0).text.find("membership of user:alice in group:g removed"), std::string::npos);
  view.Active("user:bob").Grant("g2", "user:bob", "role:r");
  view.Role("role:r", {Allow({"read"}, {"*"})}, {kAlways, At(20)})
      .RoleState("role:r", RoleState::kRetired, Since(20), {Allow({"read"}, {"*"})});
  EXPECT_NE(Why(view, 25, "user:bob").nearest.at(0).text.find("role:r retired"), std::string::npos);
  view.Status("user:carl", {kAlways, At(20)}, IdentityStatus::kActive)
      .Status("user:carl", Since(20), IdentityStatus::kSuspended)
      .Grant("g3", "user:carl", "role:reader");
  EXPECT_NE(Why(view, 25, "user:carl").nearest.at(0).text.find("user:carl suspended"), std::string::npos);
  view.Active("user:dora").Grant("g4", "user:dora", "role:reader");
  view.Inline("d1", "user:dora", {Deny({"read"}, {"*"})}, Since(20));
  EXPECT_NE(Why(view, 25, "user:dora").nearest.at(0).text.find("inline grant d1 on * denies it"), std::string::npos);
}

TEST(Nearest, SaysWhenItWillBegin) {
  Office view;
  view.Grant("g1", "user:alice", "role:reader", Span(50, 60)).terms.not_before = At(50);
  const auto why = Why(view, 25);
  ASSERT_EQ(Kinds(why), (Strings{"not_begun"}));
  EXPECT_EQ(why.nearest[0].at, At(50));
  EXPECT_NE(why.nearest[0].text.find("held only from 1970-01-01T00:00:50Z on, grant g1 of role:reader on * began (not_before)"),
            std::string::npos);
}

TEST(Nearest, NamesTheDenyOnlyWhereSomethingIsDenied) {
  Office view;
  view.Active("group:jail").Member("user:alice", "group:jail").Inline("d1", "group:jail", {Deny({"read"}, {"*"})});
  EXPECT_EQ(Kinds(Why(view, 5)), Strings{});
  view.Grant("g1", "user:alice", "role:reader");
  const auto why = Why(view, 5);
  ASSERT_EQ(Kinds(why), (Strings{"denied"}));
  EXPECT_EQ(why.nearest[0].text.substr(0, 44), "denied by inline grant d1 on * to group:jail");
}

TEST(Nearest, NamesTheStatusThatStandsInTheWay) {
  Office view;
  view.Status("user:bob", Since(0), IdentityStatus::kSuspended).Grant("g1", "user:bob", "role:reader");
  const auto why = Why(view, 5, "user:bob");
  ASSERT_EQ(Kinds(why), (Strings{"identity_suspended"}));
  EXPECT_EQ(why.nearest[0].text.substr(0, 48), "user:bob is suspended since 1970-01-01T00:00:00Z");
  EXPECT_EQ(why.nearest[0].at, At(0));
}

TEST(Nearest, NamesAScopeOrAPermissionThatStopsShort) {
  Office view;
  view.Grant("g1", "user:alice", "role:reader").terms.scope = "bucket:b";
  view.Inline("g2", "user:alice", {Allow({"read"}, {"bucket:c"})});
  const auto why = Why(view, 5);
  ASSERT_EQ(Kinds(why), (Strings{"scope", "scope"}));
  EXPECT_EQ(why.nearest[0].text, "grant g1 of role:reader on bucket:b to user:alice allows read but reaches only bucket:b");
  EXPECT_EQ(why.nearest[1].text, "inline grant g2 on * to user:alice allows read on only bucket:c");
}

TEST(Nearest, NamesGroupsOneMembershipAway) {
  Office view;
  view.Active("group:dba").Status("group:off", Interval{}, IdentityStatus::kSuspended);
  view.Grant("g1", "group:dba", "role:reader").live = Interval{};
  view.Grant("g2", "group:off", "role:reader");
  const auto why = Why(view, 5);
  ASSERT_EQ(Kinds(why), (Strings{"membership"}));
  EXPECT_EQ(why.nearest[0].text, "a membership of user:alice in group:dba would give it");
}

TEST(Nearest, RanksEndedBeforeNotBegunBeforeStatusBeforeScopeBeforeMembership) {
  Office view;
  view.Active("group:dba").Grant("g0", "group:dba", "role:reader");
  view.Grant("g1", "user:alice", "role:reader", Span(50, 60));
  view.Grant("g2", "user:alice", "role:reader", Span(1, 2));
  view.Grant("g3", "user:alice", "role:reader").terms.scope = "bucket:b";
  view.RoleState("role:old", RoleState::kRetired, Interval{}, {Allow({"read"}, {"*"})}).Grant("g4", "user:alice", "role:old");
  EXPECT_EQ(Kinds(Why(view, 25)), (Strings{"ended", "not_begun", "role_retired", "scope", "membership"}));
}

TEST(Nearest, GivesAtMostThreeOfAKind) {
  Office view;
  for (int i = 0; i < 9; ++i)
    view.Inline("g" + std::to_string(i), "user:alice", {Allow({"read"}, {"bucket:z" + std::to_string(i)})});
  EXPECT_EQ(Kinds(Why(view, 25)), (Strings{"scope", "scope", "scope"}));
}

TEST(Nearest, OnUnknownSaysWhatWouldSettleIt) {
  Office view;
  view.Grant("g1", "external:1", "role:mystery").terms.condition = "mfa";
  const auto why = Why(view, 5, "external:1");
  EXPECT_EQ(why.decision, Decision::kUnknown);
  EXPECT_EQ(Kinds(why), (Strings{"condition", "deny_possible", "role_undefined", "unrecorded"}));
  EXPECT_NE(why.nearest[0].text.find("(mfa)"), std::string::npos);
  EXPECT_NE(why.nearest[2].text.find("tenure.role.defined.v1"), std::string::npos);
  EXPECT_NE(why.nearest[3].text.find("tenure.identity.registered.v1"), std::string::npos);
}

TEST(Nearest, OnATaintNamesTheDeadLetter) {
  Office view;
  view.Taint(Topic::kAccess, "user:alice", Interval{});
  const auto why = Why(view, 5);
  ASSERT_EQ(Kinds(why), (Strings{"tainted"}));
  EXPECT_NE(why.nearest[0].text.find("tenure.access/7/0 (event_field_unknown)"), std::string::npos);
}

TEST(Nearest, BeforeTheRecordSaysWhereItBegins) {
  Office view;
  view.Horizon(Topic::kAccess, At(100));
  const auto why = Why(view, 5);
  ASSERT_EQ(Kinds(why), (Strings{"before_record"}));
  EXPECT_EQ(why.nearest[0].at, At(100));
}

TEST(Nearest, OnAYesThereIsNone) {
  Office view;
  view.Grant("g1", "user:alice", "role:reader");
  EXPECT_EQ(Kinds(Why(view, 5)), Strings{});
}

TEST(WorkLimit, MakesACheckUnknownAndIncompleteAndIsNamed) {
  Office view;
  view.Grant("g1", "user:alice", "role:reader");
  Work little(2);
  const auto answer = Value(CheckWithin(little, view, "user:alice", {"read", "bucket:a"}, AsOf(1), false));
  EXPECT_EQ(answer.result.decision, Decision::kUnknown);
  EXPECT_TRUE(answer.result.held.empty());
  EXPECT_FALSE(answer.head.complete);
  EXPECT_EQ(answer.head.limits, (Strings{"edges_visited"}));
  Work enough(1000);
  EXPECT_TRUE(Value(CheckWithin(enough, view, "user:alice", {"read", "bucket:a"}, AsOf(1), false)).head.complete);
}

}  // namespace
}  // namespace tenure::authority::test
