// What changed between two moments, and between two knowledges.
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

std::vector<std::string> Lines(const DiffAnswer& answer) {
  std::vector<std::string> lines;
  for (const auto& row : answer.rows)
    lines.push_back(row.ref + " " + row.change + " " + row.role + " on " + row.scope +
                    (row.at ? " at " + std::to_string(row.at->us / 1'000'000) : ""));
  return lines;
}
DiffAnswer Diff(FakeView& view, const std::string& ref, std::int64_t from, std::int64_t to) {
  return Value(DiffEffective(view, ref, At(from), At(to), {}));
}

TEST(DiffEffective, TellsGainsAndLossesWithTheirCauseAndMoment) {
  Office view;
  view.Grant("g1", "user:alice", "role:reader", Span(10, 20));
  const auto gained = Diff(view, "user:alice", 5, 15);
  EXPECT_EQ(Lines(gained), (Strings{"user:alice gained role:reader on * at 10"}));
  EXPECT_NE(gained.rows[0].cause.find("grant g1 of role:reader on * issued by user:boss in event test/e"), std::string::npos);
  EXPECT_EQ(gained.rows[0].evidence.size(), 1u);
  const auto lost = Diff(view, "user:alice", 15, 25);
  EXPECT_EQ(Lines(lost), (Strings{"user:alice lost role:reader on * at 20"}));
  EXPECT_NE(lost.rows[0].cause.find("grant g1 of role:reader on * revoked"), std::string::npos);
  EXPECT_EQ(Lines(Diff(view, "user:alice", 10, 19)), Strings{});
  EXPECT_EQ(Lines(Diff(view, "user:alice", 5, 25)), Strings{});  // between the moments, not over them
}

TEST(DiffEffective, AnExpiryIsAChangeWithItsGrantAsTheCause) {
  Office view;
  auto& grant = view.Grant("g1", "user:alice", "role:reader", Span(10, 20));
  grant.ended_how = "expired";
  grant.ended_by.reset();
  const auto lost = Diff(view, "user:alice", 15, 25);
  EXPECT_NE(lost.rows.at(0).cause.find("grant g1 of role:reader on * expired"), std::string::npos);
  EXPECT_EQ(lost.head.evidence.at(0).position, grant.issued);
}

TEST(DiffEffective, MembershipsStatusesAndRolesAreCauses) {
  Office view;
  view.Grant("g1", "group:dev", "role:reader");
  view.Member("user:bob", "group:dev", Span(10, 50));
  view.Status("user:carl", {kAlways, At(30)}, IdentityStatus::kActive)
      .Status("user:carl", Since(30), IdentityStatus::kSuspended)
      .Member("user:carl", "group:dev");
  const auto all = Diff(view, "", 5, 40);
  EXPECT_EQ(Lines(all), (Strings{"user:bob gained role:reader on * at 10", "user:carl lost role:reader on * at 30"}));
  EXPECT_NE(all.rows[0].cause.find("membership of user:bob in group:dev began"), std::string::npos);
  EXPECT_NE(all.rows[1].cause.find("user:carl suspended"), std::string::npos);
  view.RoleState("role:late", RoleState::kRetired, {kAlways, At(10)}, {Allow({"x"}, {"*"})})
      .Role("role:late", {Allow({"x"}, {"*"})}, Since(10));
  view.Grant("g2", "user:alice", "role:late");
  EXPECT_NE(Diff(view, "user:alice", 5, 15).rows.at(0).cause.find("role:late defined"), std::string::npos);
}

TEST(DiffEffective, AnotherGrantOfTheSameRoleAndScopeIsNoChange) {
  Office view;
  view.Grant("g1", "user:alice", "role:reader", Span(0, 10));
  view.Grant("g2", "user:alice", "role:reader", Span(9, 50));
  EXPECT_EQ(Lines(Diff(view, "user:alice", 5, 15)), Strings{});
}

TEST(DiffEffective, DeniesAndInlinePermissionsHaveTheirOwnWords) {
  Office view;
  view.Inline("g1", "user:alice", {Allow({"read", "list"}, {"bucket:a"}), Deny({"write"}, {"*"})}, Since(10));
  EXPECT_EQ(Lines(Diff(view, "user:alice", 5, 15)),
            (Strings{"user:alice gained deny write on * on * at 10", "user:alice gained read,list on bucket:a on * at 10"}));
}

TEST(DiffEffective, ForEverybodyWhatEveryoneHoldsIsOneRow) {
  Office view;
  view.Grant("g1", "everyone:*", "role:reader", Since(10));
  EXPECT_EQ(Lines(Diff(view, "", 5, 15)), (Strings{"everyone:* gained role:reader on * at 10"}));
  EXPECT_EQ(Lines(Diff(view, "user:alice", 5, 15)), (Strings{"user:alice gained role:reader on * at 10"}));
}

TEST(DiffEffective, IsGroupedByCauseAndPaged) {
  Office view;
  view.Grant("g1", "group:dev", "role:reader", Since(20));
  view.Grant("g2", "user:alice", "role:x", Since(10));
  for (int i = 0; i < 4; ++i) view.Active("user:u" + std::to_string(i)).Member("user:u" + std::to_string(i), "group:dev");
  std::vector<std::string> lines;
  Page page{2, ""};
  do {
    const auto answer = Value(DiffEffective(view, "", At(5), At(30), page));
    for (const auto& line : Lines(answer)) lines.push_back(line);
    page.cursor = answer.head.next;
  } while (!page.cursor.empty());
  ASSERT_EQ(lines.size(), 5u);
  EXPECT_EQ(lines[0], "user:alice gained role:x on * at 10");
  EXPECT_EQ(lines[4], "user:u3 gained role:reader on * at 20");
}

TEST(DiffEffective, TheMomentsMustBeInOrder) {
  Office view;
  EXPECT_EQ(DiffEffective(view, "", At(5), At(5), {}).error().code, "diff_order");
}

TEST(DiffEffective, AnyTaintOnAConsultedPlaneMakesItIncomplete) {
  Office view;
  view.Taint(Topic::kAccess, "user:stranger", Span(10, 20));
  EXPECT_FALSE(Diff(view, "user:alice", 5, 15).head.complete);
  EXPECT_TRUE(Diff(view, "user:alice", 25, 35).head.complete);
}

TEST(DiffKnown, TellsWhatTheLaterKnowledgeAddsAndByWhichEvent) {
  Office before, after;
  after.Grant("g1", "user:alice", "role:reader");
  const auto& told = after.Told("user:alice", At(0),
                                GrantIssued{"g1", "user:alice", "role:reader", {}, "*", "standing", {}, {}, "", "", "", ""});
  const auto answer = Value(DiffKnown(before, after, "", AsOf(10), {}));
  EXPECT_EQ(Lines(answer), (Strings{"user:alice gained role:reader on *"}));
  EXPECT_NE(answer.rows[0].cause.find("grant g1 of role:reader on * issued to user:alice by user:boss in event"),
            std::string::npos);
  EXPECT_EQ(answer.head.evidence.at(0).position, told.meta.position);
}

TEST(DiffKnown, TellsALateRevokeAndARetraction) {
  Office before, after;
  before.Grant("g1", "user:alice", "role:reader");
  GrantRevoked revoke;
  revoke.principal = "user:alice";
  revoke.grant = "g1";
  after.Told("user:alice", At(5), revoke);
  const auto revoked = Value(DiffKnown(before, after, "user:alice", AsOf(10), {}));
  EXPECT_EQ(Lines(revoked), (Strings{"user:alice lost role:reader on *"}));
  EXPECT_NE(revoked.rows[0].cause.find("grant g1 of user:alice revoked"), std::string::npos);

  Office corrected;
  auto& issue = corrected.Told("user:alice", At(0),
                               GrantIssued{"g1", "user:alice", "role:reader", {}, "*", "standing", {}, {}, "", "", "", ""});
  issue.state = history::EventState::kRetracted;
  issue.retracted_by = {corrected.Told("user:nobody", At(50), EventRetracted{}).meta.position};
  PositionVector known;
  known.next[issue.meta.position.Where()] = issue.meta.position.offset + 1;
  before.Known(known);
  const auto retracted = Value(DiffKnown(before, corrected, "user:alice", AsOf(10), {}));
  EXPECT_NE(retracted.rows.at(0).cause.find("retracted: grant g1"), std::string::npos);
}

TEST(DiffKnown, EqualKnowledgesDifferInNothing) {
  Office before, after;
  before.Grant("g1", "user:alice", "role:reader", Span(10, 20));
  after.Grant("g1", "user:alice", "role:reader", Span(10, 20));
  EXPECT_EQ(Lines(Value(DiffKnown(before, after, "", During(0, 50), {}))), Strings{});
}

}  // namespace
}  // namespace tenure::authority::test
