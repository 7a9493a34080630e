// Who held authority, a role, or a membership: the other direction must agree with check.
#include "unit/authority/asking.h"

namespace tenure::authority::test {
namespace {

using history::IdentityStatus;
using history::RoleState;

struct Office : FakeView {
  Office() {
    Active("user:alice").Active("user:bob").Active("group:dev");
    Role("role:reader", {Allow({"read"}, {"bucket:*"})});
  }
};

WhoAnswer WhoHasRole(FakeView& view, const std::string& role, std::int64_t t) {
  return Value(Who(view, {"", "", role, ""}, AsOf(t), {}));
}
WhoAnswer WhoIsIn(FakeView& view, const std::string& group, std::int64_t t) {
  return Value(Who(view, {"", "", "", group}, AsOf(t), {}));
}

TEST(Who, ListsIdentitiesByWhateverWayAndNeverGroups) {
  Office view;
  view.Grant("g1", "user:alice", "role:reader", Span(10, 20));
  view.Grant("g2", "group:dev", "role:reader", Span(15, 30));
  view.Member("user:bob", "group:dev");
  EXPECT_EQ(Names(WhoAt(view, "read", "bucket:a", 12)), (Strings{"user:alice"}));
  const auto both = WhoAt(view, "read", "bucket:a", 17);
  EXPECT_EQ(Names(both), (Strings{"user:alice", "user:bob"}));
  EXPECT_EQ(both.rows[0].held, (Intervals{Span(10, 20)}));
  EXPECT_EQ(both.rows[1].held, (Intervals{Span(15, 30)}));
  EXPECT_EQ(Words(both.rows[1].path), "member_of group:dev > granted role:reader");
  EXPECT_EQ(Names(WhoAt(view, "write", "bucket:a", 17)), Strings{});
}

TEST(Who, EverythingOnEverythingListsTheAdministrators) {
  Office view;
  view.Inline("a1", "user:alice", {Allow({"*"}, {"*"})});
  view.Inline("a2", "user:bob", {Allow({"s3:*"}, {"*"})});
  view.Inline("a3", "user:carol", {AllBut(Allow({"x"}, {"*"}), true, false)});
  EXPECT_EQ(Names(WhoAt(view, "*", "*", 1)), (Strings{"user:alice"}));
}

TEST(Who, InlineGrantsAreFoundByWhateverPatternCovers) {
  Office view;
  view.Inline("i1", "user:a1", {Allow({"read"}, {"bucket:prod"})});
  view.Inline("i2", "user:a2", {Allow({"read"}, {"bucket:prod/led*"})});
  view.Inline("i3", "user:a3", {Allow({"read"}, {"bucket:*"})});
  view.Inline("i4", "user:a4", {Allow({"read"}, {"*"})});
  view.Inline("i5", "user:a5", {AllBut(Allow({"read"}, {"bucket:dev"}), false, true)});
  view.Inline("i6", "user:a6", {Allow({"read"}, {"b*"})});
  view.Inline("i7", "user:a7", {Literal(Allow({"read"}, {"bucket:prod"}))});
  view.Inline("i8", "user:a8", {Allow({"read"}, {"bucket:pro"})});
  EXPECT_EQ(Names(WhoAt(view, "read", "bucket:prod/ledger/2026", 1)),
            (Strings{"user:a1?", "user:a2?", "user:a3?", "user:a4?", "user:a5?", "user:a6?"}));
}

TEST(Who, SubtractsDeniesAndLeavesOutTheInactive) {
  Office view;
  view.Grant("g1", "group:dev", "role:reader").terms.kind = "standing";
  view.Member("user:alice", "group:dev")
      .Member("user:bob", "group:dev")
      .Member("user:ex", "group:dev")
      .Member("external:1", "group:dev");
  view.Status("user:ex", Interval{}, IdentityStatus::kRetired);
  view.Inline("d1", "user:bob", {Deny({"read"}, {"*"})}, Since(10));
  EXPECT_EQ(Names(WhoAt(view, "read", "bucket:a", 5)), (Strings{"external:1?", "user:alice", "user:bob"}));
  EXPECT_EQ(Names(WhoAt(view, "read", "bucket:a", 10)), (Strings{"external:1?", "user:alice"}));
  EXPECT_EQ(WhoAt(view, "read", "bucket:a", 5).rows[0].because, (Strings{"identity_unrecorded"}));
}

TEST(Who, ADenyReachesThroughSuspendedGroupsHereToo) {
  Office view;
  view.Grant("g1", "user:alice", "role:reader");
  view.Status("group:jail", Interval{}, IdentityStatus::kSuspended).Member("user:alice", "group:jail");
  view.Inline("d1", "group:jail", {Deny({"*"}, {"*"})});
  EXPECT_EQ(Names(WhoAt(view, "read", "bucket:a", 5)), Strings{});
}

TEST(Who, EveryoneIsOneRowAndHidesWhatIsHeldOnlyByIt) {
  Office view;
  view.Active("group:public").Member("everyone:*", "group:public").Grant("g1", "group:public", "role:reader", Span(10, 20));
  view.Grant("g2", "user:bob", "role:reader", Span(10, 20));
  const auto answer = WhoAt(view, "read", "bucket:a", 15);
  EXPECT_EQ(Names(answer), (Strings{"everyone:*", "user:bob"}));
  EXPECT_EQ(Words(answer.rows[0].path), "member_of group:public > granted role:reader");
  EXPECT_EQ(Words(answer.rows[1].path), "granted role:reader");
}

TEST(Who, DeniesToEveryoneCountForEachAndADenyToOneLeavesEveryoneListed) {
  Office view;
  view.Grant("g1", "everyone:*", "role:reader").live = Interval{};
  view.Grant("g2", "user:bob", "role:reader");
  view.Inline("d1", "user:alice", {Deny({"read"}, {"*"})});
  EXPECT_EQ(Names(WhoAt(view, "read", "bucket:a", 5)), (Strings{"everyone:*", "user:bob"}));
  view.Inline("d2", "everyone:*", {Deny({"read"}, {"*"})}, Since(10));
  EXPECT_EQ(Names(WhoAt(view, "read", "bucket:a", 10)), Strings{});
}

TEST(Who, WhoeverMayAssumeAHolderIsAHolder) {
  Office view;
  view.Active("service_account:r").Active("service_account:s");
  view.Grant("g1", "service_account:r", "role:reader", Span(10, 40));
  view.Inline("t1", "service_account:s", {Allow({"assume"}, {"service_account:r"})}, Span(20, 50));
  view.Inline("t2", "user:alice", {Allow({"assume"}, {"service_account:s"})}, Span(30, 60));
  const auto answer = WhoAt(view, "read", "bucket:a", 35);
  EXPECT_EQ(Names(answer), (Strings{"service_account:r", "service_account:s", "user:alice"}));
  EXPECT_EQ(answer.rows[2].held, (Intervals{Span(30, 40)}));
  EXPECT_EQ(Words(answer.rows[2].path), "assumes service_account:s > assumes service_account:r > granted role:reader");
}

TEST(Who, AnAssumptionOpenToEveryoneIsOnTheRowOfEveryone) {
  Office view;
  view.Active("service_account:r").Grant("g1", "service_account:r", "role:reader");
  view.Inline("t1", "everyone:*", {Allow({"assume"}, {"service_account:r"})}, Span(20, 50));
  const auto answer = WhoAt(view, "read", "bucket:a", 35);
  EXPECT_EQ(Names(answer), (Strings{"everyone:*", "service_account:r"}));
  EXPECT_EQ(answer.rows[0].held, (Intervals{Span(20, 50)}));
  EXPECT_EQ(Words(answer.rows[0].path), "assumes service_account:r > granted role:reader");
}

TEST(Who, ADeniedCallerIsListedForWhatItHoldsAsAnother) {
  Office view;
  view.Active("service_account:r").Grant("g1", "service_account:r", "role:reader");
  view.Inline("t1", "user:alice", {Allow({"assume"}, {"service_account:r"})});
  view.Inline("d1", "user:alice", {Deny({"read"}, {"*"})});
  EXPECT_EQ(Names(WhoAt(view, "read", "bucket:a", 1)), (Strings{"service_account:r", "user:alice"}));
  view.Inline("d2", "user:alice", {Deny({"assume"}, {"*"})});
  EXPECT_EQ(Names(WhoAt(view, "read", "bucket:a", 1)), (Strings{"service_account:r"}));
}

TEST(Who, HoldersOfARoleHoldALiveGrantOfItWhateverIsDenied) {
  Office view;
  view.Active("service_account:r").Member("user:bob", "group:dev").Grant("g1", "group:dev", "role:reader", Span(10, 20));
  view.Grant("g2", "everyone:*", "role:reader", Span(15, 20));
  view.Grant("g3", "service_account:r", "role:reader", Span(10, 30));
  view.Inline("t", "user:alice", {Allow({"assume"}, {"service_account:r"})});
  view.Inline("d", "user:bob", {Deny({"*"}, {"*"})});
  EXPECT_EQ(Names(WhoHasRole(view, "role:reader", 12)), (Strings{"service_account:r", "user:alice", "user:bob"}));
  EXPECT_EQ(Names(WhoHasRole(view, "role:reader", 17)), (Strings{"everyone:*", "service_account:r", "user:alice", "user:bob"}));
  EXPECT_EQ(Names(WhoHasRole(view, "role:reader", 25)), (Strings{"service_account:r", "user:alice"}));
}

TEST(Who, AnUndefinedRoleIsHeldPossiblyAndARetiredOneNot) {
  Office view;
  view.Grant("g1", "user:alice", "role:mystery");
  view.RoleState("role:old", RoleState::kRetired, Interval{}, {Allow({"a"}, {"*"})}).Grant("g2", "user:alice", "role:old");
  EXPECT_EQ(Names(WhoHasRole(view, "role:mystery", 1)), (Strings{"user:alice?"}));
  EXPECT_EQ(WhoHasRole(view, "role:mystery", 1).rows[0].because, (Strings{"role_undefined"}));
  EXPECT_EQ(Names(WhoHasRole(view, "role:old", 1)), Strings{});
}

TEST(Who, MembersAreTransitiveThroughActiveGroups) {
  Office view;
  view.Active("group:all")
      .Member("user:alice", "group:dev", Span(10, 20))
      .Member("group:dev", "group:all", Span(5, 50))
      .Member("everyone:*", "group:all", Span(12, 14));
  view.Active("service_account:r").Inline("t", "user:bob", {Allow({"assume"}, {"user:alice"})});
  const auto answer = WhoIsIn(view, "group:all", 15);
  EXPECT_EQ(Names(answer), (Strings{"user:alice"}));  // bob may act as alice and is no member
  EXPECT_EQ(answer.rows[0].held, (Intervals{Span(10, 20)}));
  EXPECT_EQ(Words(answer.rows[0].path), "member_of group:dev > member_of group:all");
  EXPECT_EQ(Names(WhoIsIn(view, "group:all", 13)), (Strings{"everyone:*", "user:alice"}));
  view.Status("group:off", Interval{}, IdentityStatus::kSuspended).Member("user:bob", "group:off");
  EXPECT_EQ(Names(WhoIsIn(view, "group:off", 13)), Strings{});
}

TEST(Who, AsksForExactlyOneThing) {
  Office view;
  EXPECT_EQ(Who(view, {}, AsOf(1), {}).error().code, "who_question");
  EXPECT_EQ(Who(view, {"read", "", "", ""}, AsOf(1), {}).error().code, "who_question");
  EXPECT_EQ(Who(view, {"read", "bucket:a", "role:r", ""}, AsOf(1), {}).error().code, "who_question");
}

TEST(Who, PagesGoOnWhereTheLastOneEnded) {
  Office view;
  for (int i = 0; i < 5; ++i)
    view.Active("user:u" + std::to_string(i)).Grant("g" + std::to_string(i), "user:u" + std::to_string(i), "role:reader");
  Page page{2, ""};
  std::vector<std::string> names;
  do {
    const auto answer = Value(Who(view, {"read", "bucket:a", "", ""}, AsOf(names.empty() ? 1 : 99), page));
    EXPECT_EQ(answer.head.when.as_of, At(1));
    for (const auto& name : Names(answer)) names.push_back(name);
    page.cursor = answer.head.next;
  } while (!page.cursor.empty());
  EXPECT_EQ(names, (Strings{"user:u0", "user:u1", "user:u2", "user:u3", "user:u4"}));
}

TEST(Who, BeforeTheRecordSaysSoAndKeepsItsRows) {
  Office view;
  view.Horizon(Topic::kIdentity, At(100)).Grant("g1", "user:alice", "role:reader");
  const auto answer = WhoAt(view, "read", "bucket:a", 50);
  EXPECT_TRUE(answer.head.before_record);
  EXPECT_EQ(Names(answer), (Strings{"user:alice"}));
}

}  // namespace
}  // namespace tenure::authority::test
