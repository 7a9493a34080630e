#include <gtest/gtest.h>

#include "told.h"

namespace tenure::history {
namespace {

MembershipAdded Add(OptionalTime not_before = {}, OptionalTime expires_at = {}) {
  return {"user:a", "group:g", not_before, expires_at};
}
MembershipRemoved Remove() { return {"user:a", "group:g", ""}; }
CredentialIssued IssueKey(OptionalTime not_before = {}, OptionalTime expires_at = {}) {
  return {"user:a", "k1", "access_key", "", not_before, expires_at};
}
Moment RecordedAt(std::int64_t seconds, std::int64_t recorded) {
  return {At(seconds), {RecordedTime{recorded}, {Topic::kIdentity, 0, recorded}}};
}

std::vector<MembershipPiece> FoldMember(const Told& told, const Incarnations& member = {}, const Incarnations& group = {}) {
  return FoldMembership("user:a", "group:g", told.Sorted(), member, group);
}
Want LiveKeys(const Told& told, const Incarnations& identity = {}) {
  auto pieces = FoldCredential("k1", told.Sorted(), identity);
  std::erase_if(pieces, [](const CredentialPiece& p) { return !p.live; });
  return Spans(pieces);
}

TEST(MembershipFold, IsARegisterOfAddsAndRemoves) {
  EXPECT_EQ(Spans(FoldMember(Told()(10, Add())(20, Remove())(30, Add()))), (Want{{10, 20}, {30, kOpen}}));
}
TEST(MembershipFold, AtOneTimeTheEventRecordedLaterWins) {
  EXPECT_TRUE(FoldMember(Told()(10, Add())(10, Remove())).empty());
  EXPECT_EQ(Spans(FoldMember(Told()(10, Remove())(10, Add()))), (Want{{10, kOpen}}));
}
TEST(MembershipFold, LivesOnlyInsideItsWindow) {
  EXPECT_EQ(Spans(FoldMember(Told()(10, Add(At(12), At(14))))), (Want{{12, 14}}));
}
TEST(MembershipFold, EndsWithTheIncarnationOfEitherSide) {
  EXPECT_EQ(Spans(FoldMember(Told()(10, Add()), {{RecordedAt(20, 9)}, {}}, {})), (Want{{10, 20}}));
  EXPECT_EQ(Spans(FoldMember(Told()(10, Add()), {}, {{RecordedAt(20, 9)}, {}})), (Want{{10, 20}}));
}
TEST(MembershipFold, ARetirementThatEndsAllEndsWhatWasLastAddedBeforeIt) {
  const Incarnations group{{}, {RecordedAt(20, 9)}};
  EXPECT_EQ(Spans(FoldMember(Told()(10, Add()), {}, group)), (Want{{10, 20}}));
  EXPECT_EQ(Spans(FoldMember(Told()(10, Add())(30, Add()), {}, group)), (Want{{10, 20}, {30, kOpen}}));
}
TEST(CredentialFold, ANewIssueRevivesIt) {
  EXPECT_EQ(LiveKeys(Told()(10, IssueKey())(20, CredentialRevoked{"user:a", "k1", ""})(30, IssueKey())),
            (Want{{10, 20}, {30, kOpen}}));
}
TEST(CredentialFold, IsBoundedByNotBeforeAndExpiry) {
  EXPECT_EQ(LiveKeys(Told()(10, IssueKey(At(12), At(15)))), (Want{{12, 15}}));
}
TEST(CredentialFold, RotationEndsOneAndBeginsTheOther) {
  const auto events = Told()(10, IssueKey())(20, CredentialRotated{"user:a", "k1", "k2", "", {}});
  EXPECT_EQ(LiveKeys(events), (Want{{10, 20}}));
  const auto second = FoldCredential("k2", Told()(20, CredentialRotated{"user:a", "k1", "k2", "", {}}).Sorted(), {});
  ASSERT_EQ(Spans(second), (Want{{20, kOpen}}));
  EXPECT_TRUE(second[0].live);
}
TEST(CredentialFold, ACompromiseEndsNothingAndIsShown) {
  const auto pieces = FoldCredential("k1", Told()(10, IssueKey())(20, CredentialCompromised{"user:a", "k1", ""}).Sorted(), {});
  ASSERT_EQ(Spans(pieces), (Want{{10, 20}, {20, kOpen}}));
  EXPECT_TRUE(pieces[1].live);
  EXPECT_EQ(pieces[1].compromised_at, At(20));
}
TEST(CredentialFold, ARetirementThatEndsAllEndsIt) {
  EXPECT_EQ(LiveKeys(Told()(10, IssueKey()), {{}, {RecordedAt(20, 9)}}), (Want{{10, 20}}));
}
TEST(CredentialFold, SaysNothingInTheNextIncarnation) {
  EXPECT_EQ(LiveKeys(Told()(10, IssueKey()), {{RecordedAt(20, 9)}, {}}), (Want{{10, 20}}));
}

TEST(RoleFold, IsUndefinedBeforeItsFirstDefinitionAndNothingOnceRetired) {
  const auto pieces = FoldRole(Told()(10, RoleDefined{"role:r", {}, ""})(20, RoleRetired{"role:r"}).Sorted());
  ASSERT_EQ(Spans(pieces), (Want{{kFromEver, 10}, {10, 20}, {20, kOpen}}));
  EXPECT_EQ(pieces[0].state, RoleState::kUndefined);
  EXPECT_EQ(pieces[1].state, RoleState::kDefined);
  EXPECT_EQ(pieces[2].state, RoleState::kRetired);
  EXPECT_TRUE(pieces[2].ever_defined);
}
TEST(RoleFold, ARetirementWithoutADefinitionLeavesNothingToShow) {
  const auto pieces = FoldRole(Told()(10, RoleRetired{"role:r"}).Sorted());
  EXPECT_EQ(pieces.back().state, RoleState::kRetired);
  EXPECT_FALSE(pieces.back().ever_defined);
}
TEST(RoleFold, ADefinitionAfterARetirementBeginsAnIncarnation) {
  const auto events = Told()(10, RoleRetired{"role:r"})(10, RoleDefined{"role:r", {}, ""}).Sorted();
  EXPECT_EQ(IncarnationsOfRole(events).begins.size(), 1u);
  EXPECT_EQ(FoldRole(events).back().incarnation, 2);
}

}  // namespace
}  // namespace tenure::history
