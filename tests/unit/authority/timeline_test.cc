// One reference's story: its events with their states, and what follows from them.
#include "unit/authority/asking.h"

namespace tenure::authority::test {
namespace {

using history::EventState;
using history::IdentityStatus;

std::vector<std::string> Lines(const TimelineAnswer& answer) {
  std::vector<std::string> lines;
  for (const auto& row : answer.rows)
    lines.push_back(std::to_string(row.time.us / 1'000'000) + " " + row.state + ": " + row.change);
  return lines;
}
GrantIssued Issue(const std::string& grant, const std::string& to, const std::string& request = "") {
  GrantIssued e;
  e.grant = grant;
  e.principal = to;
  e.role = "role:r";
  e.request = request;
  return e;
}

TEST(Timeline, TellsEventsInTimeUpToTheMomentWithTheirState) {
  FakeView view;
  view.Told("user:a", At(30), IdentityRetired{"user:a", "left", true});
  view.Told("user:a", At(10), IdentityRegistered{"user:a", {}, false, "", "", "", "", {}, ""});
  view.Told("user:a", At(20), IdentitySuspended{"user:a", "odd"}).state = EventState::kRetracted;
  EXPECT_EQ(Lines(Value(Timeline(view, "user:a", AsOf(29), {}))),
            (Strings{"10 in_force: user:a registered", "20 retracted: user:a suspended (odd)"}));
  EXPECT_EQ(Lines(Value(Timeline(view, "user:a", During(20, 40), {}))),
            (Strings{"20 retracted: user:a suspended (odd)", "30 in_force: user:a retired with all that it held (left)"}));
}

TEST(Timeline, EachRowPointsAtItsEvidenceAndSaysWhenItWasRecorded) {
  FakeView view;
  const Position position = view.Told("user:a", At(10), IdentityProofed{"user:a", "", ""}).meta.position;
  const auto answer = Value(Timeline(view, "user:a", AsOf(50), {}));
  ASSERT_EQ(answer.rows.size(), 1u);
  EXPECT_EQ(answer.head.evidence.at(static_cast<std::size_t>(answer.rows[0].evidence.at(0))).position, position);
  EXPECT_EQ(answer.rows[0].recorded_at, RecordedTime{position.offset});
}

TEST(Timeline, TellsExpiriesThatNoEventTells) {
  FakeView view;
  auto& grant = view.Grant("g1", "user:a", "role:r", Span(10, 20));
  grant.ended_how = "expired";
  view.Status("user:a", {kAlways, At(30)}, IdentityStatus::kActive).Status("user:a", Since(30), IdentityStatus::kExpired);
  view.Piece("user:a").expires_at = At(30);
  auto& key = view.Credential("user:a", "k1", Span(5, 25), true);
  key.expires_at = At(25);
  auto& after = view.Credential("user:a", "k1", Since(25), false);
  after.expires_at = At(25);
  EXPECT_EQ(Lines(Value(Timeline(view, "user:a", AsOf(99), {}))),
            (Strings{"20 derived: grant g1 of role:r on * expired", "25 derived: credential k1 expired",
                     "30 derived: user:a expired"}));
}

TEST(Timeline, AnEndByRetirementWithoutARevokeIsAnEvidenceGap) {
  FakeView view;
  view.Grant("g1", "user:a", "role:r", Span(10, 20)).ended_how = "retired";
  auto& bounded = view.Grant("g2", "user:a", "role:r", Span(10, 20));
  bounded.ended_how = "retired";
  bounded.terms.expires_at = At(99);
  EXPECT_EQ(
      Lines(Value(Timeline(view, "user:a", AsOf(99), {}))),
      (Strings{
          "20 derived: evidence gap: grant g1 of role:r on * ended by the retirement of user:a, no revoke recorded before it"}));
}

TEST(Timeline, ARevokeThatEndedNothingIsReported) {
  FakeView view;
  auto& grant = view.Grant("g1", "user:a", "role:r", Span(10, 20));
  GrantRevoked revoke;
  revoke.principal = "user:a";
  revoke.grant = "g1";
  grant.ended_by = view.Told("user:a", At(20), revoke).meta.position;
  revoke.grant = "g9";
  view.Told("user:a", At(30), revoke);
  revoke.grant = "g7";
  view.Told("user:a", At(40), revoke);
  view.Told("user:a", At(45), Issue("g7", "user:a"));
  EXPECT_EQ(Lines(Value(Timeline(view, "user:a", AsOf(99), {}))),
            (Strings{"20 in_force: grant g1 of user:a revoked", "30 in_force: grant g9 of user:a revoked",
                     "30 derived: revoke ended nothing", "40 in_force: grant g7 of user:a revoked",
                     "40 derived: revoke before its issue: grant g7 is never live after it",
                     "45 in_force: grant g7 of role:r on * issued to user:a"}));
}

TEST(Timeline, AGrantIsUnapprovedUntilItsApproval) {
  FakeView view;
  view.Told("user:a", At(10), Issue("g1", "user:a", "q1"));
  GrantApproved approval;
  approval.principal = "user:a";
  approval.request = "q1";
  approval.approver = "user:boss";
  view.Told("user:a", At(15), approval);
  view.Told("user:a", At(20), Issue("g2", "user:a", "q2"));
  view.Told("user:a", At(30), Issue("g3", "user:a"));
  const auto lines = Lines(Value(Timeline(view, "user:a", AsOf(99), {})));
  ASSERT_EQ(lines.size(), 6u);
  EXPECT_EQ(lines[1], "10 derived: grant g1 unapproved until 1970-01-01T00:00:15Z");
  EXPECT_EQ(lines[4], "20 derived: grant g2 unapproved to this day");
}

TEST(Timeline, PagesGoOnInsideOneMoment) {
  FakeView view;
  for (int i = 0; i < 5; ++i) view.Told("user:a", At(10), IdentityProofed{"user:a", "", ""});
  Page page{2, ""};
  std::size_t rows = 0;
  do {
    const auto answer = Value(Timeline(view, "user:a", AsOf(rows == 0 ? 50 : 5), page));
    rows += answer.rows.size();
    page.cursor = answer.head.next;
  } while (!page.cursor.empty());
  EXPECT_EQ(rows, 5u);
}

TEST(Timeline, AnyPlanesTaintOnTheReferenceMakesItIncomplete) {
  FakeView view;
  EXPECT_TRUE(Value(Timeline(view, "user:a", AsOf(50), {})).head.complete);
  view.Taint(Topic::kUsage, "user:a", Since(10));
  EXPECT_FALSE(Value(Timeline(view, "user:a", AsOf(50), {})).head.complete);
  EXPECT_TRUE(Value(Timeline(view, "user:a", AsOf(5), {})).head.complete);
}

TEST(Timeline, RolesHaveStoriesToo) {
  FakeView view;
  view.Told("role:r", At(10), RoleRetired{"role:r"});
  EXPECT_EQ(Lines(Value(Timeline(view, "role:r", AsOf(50), {}))), (Strings{"10 in_force: role:r retired"}));
  EXPECT_EQ(Timeline(view, "nonsense", AsOf(50), {}).error().blame, Blame::kCaller);
}

}  // namespace
}  // namespace tenure::authority::test
