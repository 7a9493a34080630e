#include <algorithm>

#include "reference/asking.h"

namespace tenure::reference {
namespace {

using namespace builders;

class SettlementReference : public Asking {
 protected:
  SettlementReference() {
    GivenSomeIdentities();
    Given(Issue("g0").To("user:z").Role("role:r").At("00:00"));
  }
  RecordState StateOf(const Position& position) { return Now().Record().states.at(position); }
  std::size_t OpenTaints() {
    View view = Now();
    const auto& taints = view.Record().taints;
    return static_cast<std::size_t>(std::count_if(taints.begin(), taints.end(), [](const Taint& taint) { return taint.open; }));
  }

  const Event issue = Issue("g1").To("user:a").Role("role:r").At("09:00");
};

TEST_F(SettlementReference, ACopyWithEqualContentIsADuplicateAndANoOp) {
  Given(issue);
  auto again = log.Append(issue);
  EXPECT_EQ(StateOf(again), RecordState::kDuplicate);
  EXPECT_EQ(OpenTaints(), 0u);
}

TEST_F(SettlementReference, ACopyWithOtherContentIsAConflictAndTheFirstInOrderOfRecordCounts) {
  Given(Issue("g1").To("user:a").Role("role:r").At("09:00").Id("x"));
  auto other = log.Append(Issue("g1").To("user:b").Role("role:r").At("08:00").Id("x"));
  EXPECT_EQ(StateOf(other), RecordState::kConflict);
  EXPECT_EQ(Reads("09:00"), Tri::kMaybe) << "both keys are in doubt from the earlier time on";
  EXPECT_EQ(Check("user:b", "read", "bucket:b", "08:00"), Tri::kMaybe);
  EXPECT_EQ(Check("user:b", "read", "bucket:b", "07:00"), Tri::kNo);
  EXPECT_EQ(Names(Now().Who("read", "bucket:b", At("09:00"))), (Rows{"user:a?", "user:z?"})) << "no row is added";
}

TEST_F(SettlementReference, ACopyRecordedEarlierInAnotherPartitionDisplacesTheFirst) {
  log.RecordedAt("21:00").Append(Issue("g1").To("user:a").Role("role:r").At("09:00").Id("x"), Topic::kAccess, 0);
  log.RecordedAt("20:30").Append(Issue("g1").To("user:b").Role("role:r").At("09:00").Id("x"), Topic::kAccess, 1);
  EXPECT_EQ(Now().Terms("user:a", "g1", At("09:00")), nullptr);
  EXPECT_NE(Now().Terms("user:b", "g1", At("09:00")), nullptr);
}

TEST_F(SettlementReference, ARetractionTakesItsTargetOutForThoseWhoKnowIt) {
  Given(issue);
  auto retraction = log.Append(Retract(issue));
  EXPECT_EQ(Reads("10:00"), Tri::kNo);
  EXPECT_EQ(Before(retraction).Check("user:a", "read", "bucket:b", At("10:00")), Tri::kYes);
}

TEST_F(SettlementReference, ARetractionCountsOnlyFromTheTargetsSourceOrACorrector) {
  Given(issue, Retract(issue).SaidBy("somebody"));
  EXPECT_EQ(Reads("10:00"), Tri::kYes);
  configuration.correctors = {"somebody"};
  EXPECT_EQ(Reads("10:00"), Tri::kNo);
}

TEST_F(SettlementReference, ARetractionOfARetractionRestores) {
  Event retraction = Retract(issue);
  Given(issue, retraction, Retract(retraction));
  EXPECT_EQ(Reads("10:00"), Tri::kYes);
}

TEST_F(SettlementReference, ARetractionRecordedBeforeItsTargetHolds) {
  log.Append(Retract(issue), Topic::kAccess);
  Given(issue);
  EXPECT_EQ(Reads("10:00"), Tri::kNo);
}

TEST_F(SettlementReference, OnlyALaterRetractionCancelsAnEarlierOne) {
  Event retraction = Retract(issue);
  Given(issue);
  log.Append(Retract(retraction), Topic::kAccess);
  Given(retraction);
  EXPECT_EQ(Reads("10:00"), Tri::kNo);
}

TEST_F(SettlementReference, AnEventThatSupersedesRetractsAndIsRetractedWithItsRetractions) {
  Event better = Issue("g2").To("user:b").Role("role:r").At("09:00").Superseding(issue);
  Given(issue, better);
  EXPECT_EQ(Reads("10:00"), Tri::kNo);
  EXPECT_EQ(Check("user:b", "read", "bucket:b", "10:00"), Tri::kYes);
  Given(Retract(better));
  EXPECT_EQ(Reads("10:00"), Tri::kYes);
  EXPECT_EQ(Check("user:b", "read", "bucket:b", "10:00"), Tri::kNo);
}

TEST_F(SettlementReference, ARetractionRecordedBeforeASupersederTakesOutItsFactOnly) {
  Event better = Issue("g2").To("user:b").Role("role:r").At("09:00").Superseding(issue);
  Given(issue);
  log.Append(Retract(better), Topic::kAccess);
  Given(better);
  EXPECT_EQ(Reads("10:00"), Tri::kNo);
  EXPECT_EQ(Check("user:b", "read", "bucket:b", "10:00"), Tri::kNo);
}

TEST_F(SettlementReference, SupersedingAnEventOfAnotherTopicRetractsNothing) {
  Event suspend = Suspend("user:a").At("09:00");
  Given(suspend, Issue("g1").To("user:a").Role("role:r").At("09:00").Superseding(suspend));
  EXPECT_EQ(Status("user:a", "09:00"), "suspended");
}

TEST_F(SettlementReference, ARetractionOnAnotherTopicIsADeadLetterOnceItsTargetIsKnown) {
  auto early = log.Append(Retract(issue), Topic::kIdentity);
  EXPECT_EQ(StateOf(early), RecordState::kInForce);
  Given(issue);
  EXPECT_EQ(StateOf(early), RecordState::kMisplaced);
  EXPECT_EQ(Reads("10:00"), Tri::kMaybe);
  EXPECT_EQ(StateOf(log.Append(Retract(issue), Topic::kAccess)), RecordState::kInForce) << "a dead letter is no copy";
  EXPECT_EQ(Now().Terms("user:a", "g1", At("10:00")), nullptr);
}

TEST_F(SettlementReference, AnEventOnAWrongTopicIsADeadLetterAndNoCopy) {
  auto wrong = log.Append(issue, Topic::kIdentity);
  EXPECT_EQ(StateOf(wrong), RecordState::kMisplaced);
  EXPECT_EQ(Reads("08:00"), Tri::kNo);
  EXPECT_EQ(Reads("09:00"), Tri::kMaybe);
  auto right = log.Append(issue);
  EXPECT_EQ(StateOf(right), RecordState::kInForce);
}

TEST_F(SettlementReference, AnUnreadableRecordCastsDoubtOnItsKeyFromItsTimeOn) {
  Given(issue);
  log.AppendUnreadable(Topic::kAccess, "user:a", {.type = EventType::kGrantRevoked, .time = At("11:00")});
  EXPECT_EQ(Reads("10:59"), Tri::kYes);
  EXPECT_EQ(Reads("11:00"), Tri::kMaybe);
  EXPECT_EQ(What("user:a", "11:00"), Rows{"g1 allow possible"});
  EXPECT_EQ(What("user:b", "11:00"), Rows{});
}

TEST_F(SettlementReference, WithoutATimeOrWithASupersedesTheDoubtIsOverAllTime) {
  Given(issue);
  log.AppendUnreadable(Topic::kAccess, "user:a",
                       {.type = EventType::kGrantRevoked, .time = At("11:00"), .carries_supersedes = true});
  EXPECT_EQ(Reads("09:00"), Tri::kMaybe);
}

TEST_F(SettlementReference, TheKeyThatDataNamesGoesBeforeTheRecordKeyAndNoneMeansTheTopic) {
  Given(issue);
  log.AppendUnreadable(Topic::kAccess, "user:a", {.key = "user:b"});
  EXPECT_EQ(Reads("10:00"), Tri::kYes);
  log.AppendUnreadable(Topic::kAccess, "no reference");
  EXPECT_EQ(Reads("10:00"), Tri::kMaybe);
  EXPECT_EQ(Active("user:a", "10:00"), Tri::kYes) << "another plane";
}

TEST_F(SettlementReference, ATaintedIdentityIsOfUnknownActivityButKeepsItsStatusWord) {
  Given(issue, Suspend("user:a").At("10:00"), IssueCredential("k", "user:a").At("08:00"));
  log.AppendUnreadable(Topic::kIdentity, "user:a");
  EXPECT_EQ(Status("user:a", "11:00"), "suspended");
  EXPECT_EQ(Active("user:a", "11:00"), Tri::kMaybe);
  EXPECT_EQ(Reads("11:00"), Tri::kMaybe);
  EXPECT_EQ(Credential("k", "user:a", "11:00"), Tri::kMaybe);
}

TEST_F(SettlementReference, ATaintedRoleMayAllowAnythingAssumeIncluded) {
  Given(Issue("g1").To("user:a").Role("role:r").Scope("service_account:s").At("09:00"));
  log.AppendUnreadable(Topic::kAccess, "role:r");
  EXPECT_EQ(Check("user:a", "assume", "service_account:s", "09:00"), Tri::kMaybe);
  EXPECT_EQ(Check("user:a", "assume", "user:b", "09:00"), Tri::kNo) << "out of scope";
}

TEST_F(SettlementReference, ATaintedGroupCastsDoubtOnItsMembers) {
  Given(issue, Add("user:a", "group:g").At("09:00"));
  log.AppendUnreadable(Topic::kAccess, "group:g");
  EXPECT_EQ(Reads("09:00"), Tri::kMaybe) << "the group may have been denied it";
  EXPECT_EQ(Check("user:b", "read", "bucket:b", "09:00"), Tri::kNo);
}

TEST_F(SettlementReference, AResolutionClosesADeadLetterAndItsRetractionReopensIt) {
  Given(issue);
  auto position = log.AppendUnreadable(Topic::kAccess, "user:a");
  Event resolution = Resolve(position);
  Given(resolution);
  EXPECT_EQ(Reads("10:00"), Tri::kYes);
  Given(Retract(resolution));
  EXPECT_EQ(Reads("10:00"), Tri::kMaybe);
}

TEST_F(SettlementReference, AReplacementClosesOnlyOnceItIsKnownRetractedOrNot) {
  auto position = log.AppendUnreadable(Topic::kAccess, "user:a");
  Given(Resolve(position).ReplacedBy(issue.name));
  EXPECT_EQ(Reads("10:00"), Tri::kMaybe);
  Given(issue);
  EXPECT_EQ(Reads("10:00"), Tri::kYes);
  Given(Retract(issue));
  EXPECT_EQ(Reads("10:00"), Tri::kNo);
}

TEST_F(SettlementReference, CompleteMeansThatNoOpenTaintMeetsWhatWasConsulted) {
  Given(issue);
  log.AppendUnreadable(Topic::kAccess, "user:b", {.type = EventType::kGrantIssued, .time = At("11:00")});
  Interval before = Between("09:00", "11:00"), after = Between("09:00", "11:00:01");
  EXPECT_TRUE(Now().Complete({{Topic::kAccess, "user:b"}}, before));
  EXPECT_FALSE(Now().Complete({{Topic::kAccess, "user:b"}}, after));
  EXPECT_TRUE(Now().Complete({{Topic::kIdentity, "user:b"}}, after));
  EXPECT_TRUE(Now().Complete(Now().ConsultedBy("user:a", At("11:00")), after));
  EXPECT_FALSE(Now().CompleteForAny(QuestionKind::kWho, after));
  EXPECT_TRUE(Now().CompleteForAny(QuestionKind::kIdentities, after));
}

TEST_F(SettlementReference, TheOrderInWhichRecordsAreGivenMakesNoDifference) {
  Given(issue, Retract(issue), Suspend("user:b").At("09:00"));
  auto entries = log.Entries();
  std::reverse(entries.begin(), entries.end());
  Reference reversed(entries);
  EXPECT_EQ(reversed.At(log.Everything()).CheckHeld("user:a", "read", "bucket:b"), Now().CheckHeld("user:a", "read", "bucket:b"));
}

}  // namespace
}  // namespace tenure::reference
