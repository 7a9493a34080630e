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

// "grant g1: [10,20) ?[20,30)", times in seconds.
Strings Facts(const TimelineAnswer& answer) {
  constexpr const char* kWords[] = {"existence", "definition", "credential", "membership", "grant"};
  const auto end = [](EffectiveTime t) {
    return t == kAlways ? "always" : t == kForever ? "" : std::to_string(t.us / 1'000'000);
  };
  Strings lines;
  for (const FactRow& row : answer.facts) {
    std::string line = kWords[static_cast<int>(row.fact)] + (row.name.empty() ? "" : " " + row.name) + ":";
    for (const Interval& i : row.held) line += " [" + end(i.from) + "," + end(i.until) + ")";
    for (const Interval& i : row.possibly) line += " ?[" + end(i.from) + "," + end(i.until) + ")";
    lines.push_back(line);
  }
  return lines;
}

FakeView ALife() {
  FakeView view;
  view.Told("user:a", At(10), IdentityRegistered{"user:a", {}, false, "", "", "", "", {}, ""});
  view.Status("user:a", {kAlways, At(10)}, IdentityStatus::kUnrecorded).Status("user:a", Span(10, 50), IdentityStatus::kActive);
  view.Status("user:a", Since(50), IdentityStatus::kRetired);
  view.Credential("user:a", "k1", Span(12, 30), true);
  view.Credential("user:a", "k1", Since(30), false);
  view.Member("user:a", "group:g", Span(15, 20)).Member("user:a", "group:g", Since(25));
  view.Grant("g2", "user:a", "role:r", Span(40, 60));
  view.Grant("g1", "user:a", "role:r", Span(20, 30));
  view.Grant("g1", "user:a", "role:r", Span(30, 40)).terms.condition = "mfa";
  view.Grant("other", "user:b", "role:r", Span(20, 30));
  return view;
}

TEST(Timeline, FactsAreTheLivesOfWhatTheStoryTellsOf) {
  FakeView view = ALife();
  EXPECT_EQ(Facts(Value(Timeline(view, "user:a", AsOf(99), {}))),
            (Strings{"existence: [10,50) ?[always,10)", "credential k1: [12,30)", "membership group:g: [15,20) [25,)",
                     "grant g1: [20,30) ?[30,40)", "grant g2: [40,60)"}));
}

TEST(Timeline, AsOfAMomentFactsAreThoseBegunWholeAndDuringAWindowWhatLiesInIt) {
  FakeView view = ALife();
  EXPECT_EQ(
      Facts(Value(Timeline(view, "user:a", AsOf(20), {}))),
      (Strings{"existence: [10,50) ?[always,10)", "credential k1: [12,30)", "membership group:g: [15,20)", "grant g1: [20,30)"}));
  EXPECT_EQ(Facts(Value(Timeline(view, "user:a", During(28, 45), {}))),
            (Strings{"existence: [28,45)", "credential k1: [28,30)", "membership group:g: [28,45)", "grant g1: [28,30) ?[30,40)",
                     "grant g2: [40,45)"}));
}

TEST(Timeline, ATaintTakesTheCertaintyFromTheFactsOfItsPlane) {
  FakeView view = ALife();
  view.Taint(Topic::kAccess, "user:a", Span(22, 27)).Taint(Topic::kIdentity, "user:a", Span(20, 35));
  EXPECT_EQ(Facts(Value(Timeline(view, "user:a", During(10, 50), {}))),
            (Strings{"existence: [10,20) [35,50) ?[20,35)", "credential k1: [12,20) ?[20,35)",
                     "membership group:g: [15,20) [27,50) ?[25,27)", "grant g1: [20,22) [27,30) ?[22,27) ?[30,40)",
                     "grant g2: [40,50)"}));
}

TEST(Timeline, AGroupHasItsMembersAndARoleItsHolders) {
  FakeView view;
  view.Told("group:g", At(10), IdentityRetired{"group:g", "", false});
  view.Active("group:g").Member("user:a", "group:g", Since(10)).Member("group:g", "group:h", Since(20));
  EXPECT_EQ(Facts(Value(Timeline(view, "group:g", AsOf(99), {}))),
            (Strings{"existence: [always,)", "membership group:g: [10,)", "membership group:h: [20,)"}));
  view.Told("role:r", At(10), RoleRetired{"role:r"});
  view.Role("role:r", {}, Span(5, 10)).RoleState("role:r", history::RoleState::kRetired, Since(10));
  view.Grant("g1", "user:a", "role:r", Since(7));
  view.Taint(Topic::kAccess, "role:r", Span(8, 12));
  EXPECT_EQ(Facts(Value(Timeline(view, "role:r", AsOf(99), {}))), (Strings{"definition: [5,8) ?[8,12)", "grant g1: [7,)"}));
}

TEST(Timeline, FactsAreAsManyAsAPageHasRowsTheSameOnEachAndCounted) {
  FakeView view = ALife();
  view.Told("user:a", At(11), IdentityProofed{"user:a", "", ""});
  const auto first = Value(Timeline(view, "user:a", AsOf(99), {1, ""}));
  EXPECT_EQ((std::pair(Facts(first), first.facts_total)),
            (std::pair(Strings{"existence: [10,50) ?[always,10)"}, std::int64_t{5})));
  ASSERT_NE(first.head.next, "");
  const auto second = Value(Timeline(view, "user:a", AsOf(99), {1, first.head.next}));
  EXPECT_EQ(Facts(second), Facts(first));
}

TEST(Timeline, WhereNothingNamesItThereIsNoFact) {
  FakeView view;
  EXPECT_TRUE(Value(Timeline(view, "user:nobody", AsOf(99), {})).facts.empty());
}

TEST(Timeline, RolesHaveStoriesToo) {
  FakeView view;
  view.Told("role:r", At(10), RoleRetired{"role:r"});
  EXPECT_EQ(Lines(Value(Timeline(view, "role:r", AsOf(50), {}))), (Strings{"10 in_force: role:r retired"}));
  EXPECT_EQ(Timeline(view, "nonsense", AsOf(50), {}).error().blame, Blame::kCaller);
}

}  // namespace
}  // namespace tenure::authority::test
