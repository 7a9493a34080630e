// The rows of what: effects, statuses, reasons, extents, paths, pages.
#include "unit/authority/asking.h"

namespace tenure::authority::test {
namespace {

using history::IdentityStatus;
using history::RoleState;

struct Office : FakeView {
  Office() {
    Active("user:alice");
    Role("role:reader", {Allow({"read"}, {"bucket:*"})});
    Role("role:mixed", {Allow({"write"}, {"*"}), Deny({"delete"}, {"*"})});
  }
};

// "grant effect status because" of each row.
std::vector<std::string> Lines(const WhatAnswer& answer) {
  std::vector<std::string> lines;
  for (const auto& row : answer.rows) {
    const char* effect = row.effect == RowEffect::kAllow ? " allow" : row.effect == RowEffect::kDeny ? " deny" : " unknown";
    const char* status = row.status == RowStatus::kEffective  ? " effective"
                         : row.status == RowStatus::kPossible ? " possible"
                                                              : " on_paper";
    std::string line = row.grant + effect + status;
    for (const auto& word : row.because) line += " " + word;
    lines.push_back(line);
  }
  return lines;
}

TEST(What, GivesOneRowForEachGrantAndEffectAndNeverSubtracts) {
  Office view;
  view.Grant("g1", "user:alice", "role:reader", Span(10, 20));
  view.Grant("g2", "user:alice", "role:mixed", Since(5));
  EXPECT_EQ(Lines(WhatAt(view, "user:alice", 15)),
            (Strings{"g1 allow effective denies_apply", "g2 allow effective denies_apply", "g2 deny effective"}));
  EXPECT_EQ(Lines(WhatAt(view, "user:alice", 4)), Strings{});
}

TEST(What, ARowSaysEverythingOfItsGrant) {
  Office view;
  view.Active("group:dev").Member("user:alice", "group:dev", Span(10, 50));
  auto& grant = view.Grant("g1", "group:dev", "role:reader", Span(20, 60));
  grant.terms.scope = "bucket:prod";
  grant.terms.kind = "jit";
  const auto answer = WhatAt(view, "user:alice", 30);
  ASSERT_EQ(answer.rows.size(), 1u);
  const auto& row = answer.rows[0];
  EXPECT_EQ(row.principal, "user:alice");
  EXPECT_EQ(row.granted_to, "group:dev");
  EXPECT_EQ(row.role, "role:reader");
  EXPECT_EQ(row.scope, "bucket:prod");
  EXPECT_EQ(row.kind, "jit");
  EXPECT_EQ(row.held, (Intervals{Span(20, 50)}));
  EXPECT_TRUE(row.possibly.empty());
  EXPECT_EQ(row.granted, (Intervals{Span(20, 60)}));
  EXPECT_EQ(Words(row.path), "member_of group:dev > granted role:reader");
  EXPECT_FALSE(row.more_paths);
  // The evidence: added, removed; issued, revoked, and the definition of the role, once each.
  ASSERT_EQ(row.path[0].evidence.size(), 2u);
  ASSERT_EQ(row.path[1].evidence.size(), 3u);
  EXPECT_EQ(answer.head.evidence.size(), 5u);
  EXPECT_EQ(answer.head.evidence.at(0).claimed_actor, "user:boss");
}

TEST(What, InlinePermissionsAreShownWithTheirRow) {
  Office view;
  view.Inline("g1", "user:alice", {Allow({"read"}, {"bucket:a"})});
  const auto row = WhatAt(view, "user:alice", 1).rows.at(0);
  EXPECT_EQ(row.role, "");
  EXPECT_EQ(row.permissions.size(), 1u);
  EXPECT_EQ(Words(row.path), "granted inline:g1");
}

TEST(What, DuringClipsToTheWindow) {
  Office view;
  view.Grant("g1", "user:alice", "role:reader", Span(10, 20));
  const auto row = Value(What(view, "user:alice", false, During(15, 40), {})).rows.at(0);
  EXPECT_EQ(row.held, (Intervals{Span(15, 20)}));
  EXPECT_EQ(row.granted, (Intervals{Span(15, 20)}));
  EXPECT_EQ(row.status, RowStatus::kEffective);
}

TEST(What, ARoleThatIsRedefinedGivesEachEffectOnlyWhileItHasIt) {
  Office view;
  view.Role("role:r", {Allow({"a"}, {"*"})}, {kAlways, At(10)}).Role("role:r", {Deny({"a"}, {"*"})}, Since(10));
  view.Grant("g1", "user:alice", "role:r");
  EXPECT_EQ(Lines(WhatAt(view, "user:alice", 9)), (Strings{"g1 allow effective"}));
  EXPECT_EQ(Lines(WhatAt(view, "user:alice", 10)), (Strings{"g1 deny effective"}));
  EXPECT_EQ(Lines(Value(What(view, "user:alice", false, During(5, 15), {}))),
            (Strings{"g1 allow effective denies_apply", "g1 deny effective"}));
}

TEST(What, AnUndefinedRoleIsOneRowOfUnknownEffect) {
  Office view;
  view.Grant("g1", "user:alice", "role:mystery", Span(10, 20));
  const auto answer = WhatAt(view, "user:alice", 15);
  EXPECT_EQ(Lines(answer), (Strings{"g1 unknown possible role_undefined"}));
  EXPECT_EQ(answer.rows[0].possibly, (Intervals{Span(10, 20)}));
}

TEST(What, PossibleRowsSayWhy) {
  Office view;
  view.Grant("g1", "user:alice", "role:reader").terms.condition = "mfa";
  view.Member("user:alice", "group:ghost").Grant("g2", "group:ghost", "role:reader");
  view.Role("role:c", {If(Allow({"read"}, {"*"}), "tag")}).Grant("g3", "user:alice", "role:c");
  auto& delegated = view.Grant("g4", "user:alice", "role:reader");
  delegated.terms.kind = "delegated";
  delegated.terms.delegator = "user:ghost";
  EXPECT_EQ(Lines(WhatAt(view, "user:alice", 1)),
            (Strings{"g1 allow possible condition", "g2 allow possible group_unrecorded", "g3 allow possible condition",
                     "g4 allow possible delegator_unrecorded"}));
}

TEST(What, OneUnconditionalPermissionMakesTheRowCertain) {
  Office view;
  view.Role("role:c", {If(Allow({"read"}, {"*"}), "tag"), Allow({"write"}, {"*"})}).Grant("g3", "user:alice", "role:c");
  EXPECT_EQ(Lines(WhatAt(view, "user:alice", 1)), (Strings{"g3 allow effective"}));
}

TEST(What, BoundariesTouchAllowsOnly) {
  Office view;
  view.Status("user:bob", Interval{}, IdentityStatus::kActive, true).Grant("g1", "user:bob", "role:mixed");
  EXPECT_EQ(Lines(WhatAt(view, "user:bob", 1)), (Strings{"g1 allow possible boundary denies_apply", "g1 deny effective"}));
}

TEST(What, OnPaperRowsComeOnlyWhenAskedFor) {
  Office view;
  view.Status("user:ex", Interval{}, IdentityStatus::kRetired).Grant("g1", "user:ex", "role:reader", Span(10, 20));
  EXPECT_EQ(Lines(WhatAt(view, "user:ex", 15)), Strings{});
  EXPECT_EQ(Lines(WhatAt(view, "user:ex", 15, true)), (Strings{"g1 allow on_paper identity_retired"}));
  EXPECT_EQ(Lines(WhatAt(view, "user:ex", 20, true)), Strings{});  // the grant itself must be live
  EXPECT_EQ(WhatAt(view, "user:ex", 15, true).rows[0].granted, (Intervals{Span(10, 20)}));
}

TEST(What, OnPaperNamesTheGroupTheRoleOrTheDelegator) {
  Office view;
  view.Status("group:g", Interval{}, IdentityStatus::kSuspended)
      .Member("user:alice", "group:g")
      .Grant("g1", "group:g", "role:reader");
  view.RoleState("role:old", RoleState::kRetired, Interval{}, {Allow({"a"}, {"*"}), Deny({"b"}, {"*"})})
      .Grant("g2", "user:alice", "role:old");
  view.Status("user:boss", Interval{}, IdentityStatus::kExpired);
  auto& delegated = view.Grant("g3", "user:alice", "role:reader");
  delegated.terms.kind = "delegated";
  delegated.terms.delegator = "user:boss";
  EXPECT_EQ(Lines(WhatAt(view, "user:alice", 1, true)),
            (Strings{"g1 allow on_paper group_suspended", "g2 allow on_paper role_retired", "g2 deny on_paper role_retired",
                     "g3 allow on_paper delegator_expired"}));
}

TEST(What, ADenyThroughASuspendedGroupIsEffective) {
  Office view;
  view.Status("group:g", Interval{}, IdentityStatus::kSuspended)
      .Member("user:alice", "group:g")
      .Grant("g1", "group:g", "role:mixed");
  EXPECT_EQ(Lines(WhatAt(view, "user:alice", 1, true)),
            (Strings{"g1 allow on_paper group_suspended denies_apply", "g1 deny effective"}));
  EXPECT_EQ(Words(WhatAt(view, "user:alice", 1).rows.at(0).path), "member_of group:g > granted role:mixed");
}

TEST(What, EveryoneIsAStepOfThePath) {
  Office view;
  view.Active("group:public").Member("everyone:*", "group:public").Grant("g1", "group:public", "role:reader");
  EXPECT_EQ(Words(WhatAt(view, "user:alice", 1).rows.at(0).path),
            "member_of everyone:* > member_of group:public > granted role:reader");
}

TEST(What, AssumedRowsHoldWhileTheAssumptionDoes) {
  Office view;
  view.Status("service_account:r", {kAlways, At(40)}, IdentityStatus::kActive)
      .Status("service_account:r", Since(40), IdentityStatus::kRetired);
  view.Inline("t", "user:alice", {Allow({"assume"}, {"service_account:r"})}, Span(10, 50));
  view.Grant("g1", "service_account:r", "role:mixed", Span(20, 60));
  const auto answer = WhatAt(view, "user:alice", 30);
  EXPECT_EQ(Lines(answer), (Strings{"g1 allow effective denies_apply", "g1 deny effective", "t allow effective denies_apply"}));
  EXPECT_EQ(answer.rows[0].held, (Intervals{Span(20, 40)}));
  EXPECT_EQ(answer.rows[0].principal, "user:alice");
  EXPECT_EQ(answer.rows[0].granted_to, "service_account:r");
  EXPECT_EQ(Words(answer.rows[0].path), "assumes service_account:r > granted role:mixed");
  EXPECT_EQ(Words(answer.rows[1].path), "assumes service_account:r > granted role:mixed");
  EXPECT_EQ(Lines(WhatAt(view, "user:alice", 45, true)).at(0), "g1 allow on_paper identity_retired");
}

TEST(What, ADenyReachesAnAssumedIdentityThroughItsSuspendedGroup) {
  Office view;
  view.Active("service_account:r").Inline("t", "user:alice", {Allow({"assume"}, {"service_account:r"})});
  view.Status("group:g", Interval{}, IdentityStatus::kSuspended)
      .Member("service_account:r", "group:g")
      .Grant("d", "group:g", "role:mixed");
  const auto rows = WhatAt(view, "user:alice", 1).rows;
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].effect, RowEffect::kDeny);
  EXPECT_EQ(Words(rows[0].path), "assumes service_account:r > member_of group:g > granted role:mixed");
}

TEST(What, APathIsTheShortestAndThenTheLeastAndSaysWhetherThereAreOthers) {
  Office view;
  view.Active("group:a").Active("group:b").Active("group:c");
  view.Member("user:alice", "group:b").Member("user:alice", "group:a").Member("group:a", "group:c").Member("group:b", "group:c");
  view.Grant("g1", "group:c", "role:reader");
  const auto row = WhatAt(view, "user:alice", 1).rows.at(0);
  EXPECT_EQ(Words(row.path), "member_of group:a > member_of group:c > granted role:reader");
  EXPECT_TRUE(row.more_paths);
  view.Member("user:alice", "group:c");
  EXPECT_EQ(Words(WhatAt(view, "user:alice", 1).rows.at(0).path), "member_of group:c > granted role:reader");
}

TEST(What, APathCoversEachSegmentInTheOrderOfTime) {
  Office view;
  view.Active("group:a").Active("group:b");
  view.Member("user:alice", "group:a", Span(10, 30)).Member("user:alice", "group:b", Span(20, 50));
  view.Member("group:a", "group:c").Member("group:b", "group:c").Active("group:c");
  view.Grant("g1", "group:c", "role:reader");
  const std::string by_a = "member_of group:a > member_of group:c > granted role:reader";
  const std::string by_b = "member_of group:b > member_of group:c > granted role:reader";
  const auto at = WhatAt(view, "user:alice", 40).rows.at(0);
  EXPECT_EQ(at.held, (Intervals{Span(10, 50)}));
  EXPECT_EQ(Words(at.path), by_a + " > " + by_b);
  EXPECT_EQ(Words(Value(What(view, "user:alice", false, During(12, 18), {})).rows.at(0).path), by_a);
}

TEST(What, PagesShareOneMomentAndNeverTear) {
  Office view;
  for (int i = 0; i < 7; ++i) view.Grant("g" + std::to_string(i), "user:alice", "role:mixed", Span(10, 20));
  Page page{3, ""};
  std::vector<std::string> lines;
  for (int pages = 0; pages < 10; ++pages) {
    // Later pages are asked at another moment, as `now` would be: the cursor's counts.
    const auto answer = Value(What(view, "user:alice", false, AsOf(pages == 0 ? 15 : 99), page));
    EXPECT_EQ(answer.head.when.as_of, At(15));
    EXPECT_LE(answer.rows.size(), 3u);
    for (const auto& line : Lines(answer)) lines.push_back(line);
    page.cursor = answer.head.next;
    if (page.cursor.empty()) break;
  }
  EXPECT_EQ(lines, Lines(WhatAt(view, "user:alice", 15)));
  EXPECT_EQ(lines.size(), 14u);
}

TEST(What, ACursorOfAnotherQuestionOrADamagedOneIsRefused) {
  Office view;
  view.Grant("g1", "user:alice", "role:mixed");
  const auto next = Value(What(view, "user:alice", false, AsOf(1), {1, ""})).head.next;
  ASSERT_FALSE(next.empty());
  const auto other = What(view, "user:bob", false, AsOf(1), {1, next});
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, "cursor_other_question");
  for (std::size_t i = 0; i < next.size(); ++i) {
    std::string damaged = next;
    damaged[i] = damaged[i] == 'A' ? 'B' : 'A';
    const auto answer = What(view, "user:alice", false, AsOf(1), {1, damaged});
    ASSERT_FALSE(answer) << i;
    EXPECT_EQ(answer.error().code, "cursor_malformed") << i;
    EXPECT_EQ(answer.error().blame, Blame::kCaller);
  }
  EXPECT_FALSE(What(view, "user:alice", false, AsOf(1), {1, next + "A"}));
  EXPECT_FALSE(What(view, "user:alice", false, AsOf(1), {1, "!"}));
}

TEST(What, BeforeTheRecordRowsStayAsFolded) {
  Office view;
  view.Horizon(Topic::kAccess, At(100)).Grant("g1", "user:alice", "role:reader");
  const auto answer = WhatAt(view, "user:alice", 50);
  EXPECT_TRUE(answer.head.before_record);
  EXPECT_EQ(Lines(answer), (Strings{"g1 allow effective"}));
}

TEST(What, TheTermsShownAreThoseAtTheMoment) {
  Office view;
  view.Grant("g1", "user:alice", "role:reader", Span(10, 20)).ended_how = "reissued";
  view.Grant("g1", "user:alice", "role:reader", Since(20)).terms.scope = "bucket:narrow";
  EXPECT_EQ(WhatAt(view, "user:alice", 15).rows.at(0).scope, "*");
  const auto later = WhatAt(view, "user:alice", 25).rows.at(0);
  EXPECT_EQ(later.scope, "bucket:narrow");
  EXPECT_EQ(later.held, (Intervals{Since(10)}));
  EXPECT_EQ(Value(What(view, "user:alice", false, During(12, 30), {})).rows.at(0).scope, "bucket:narrow");
}

TEST(What, AWindowThatIsEmptyIsRefused) {
  Office view;
  EXPECT_EQ(What(view, "user:alice", false, During(5, 5), {}).error().code, "when_empty");
  EXPECT_EQ(What(view, "user:alice", false, {}, {}).error().code, "when_missing");
}

}  // namespace
}  // namespace tenure::authority::test
