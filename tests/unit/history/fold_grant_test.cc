#include <gtest/gtest.h>

#include "told.h"

namespace tenure::history {
namespace {

std::vector<GrantPiece> Fold(const Told& grant, const Told& role_revokes = Told(100), const Incarnations& principal = {},
                             const Incarnations& role = {}) {
  return FoldGrant("user:a", "g", grant.Sorted(), role_revokes.Sorted(), principal,
                   [&](const std::string&) -> const Incarnations& { return role; });
}
Moment RecordedAt(std::int64_t seconds, std::int64_t recorded) {
  return {At(seconds), {RecordedTime{recorded}, {Topic::kIdentity, 0, recorded}}};
}

TEST(GrantFold, LivesFromItsIssueUntilItsRevoke) {
  EXPECT_EQ(Spans(Fold(Told()(10, Issue("role:r"))(20, RevokeById()))), (Want{{10, 20}}));
}
TEST(GrantFold, RevokeEarlierThanItsIssueLeavesNothing) {
  EXPECT_TRUE(Fold(Told()(10, Issue("role:r"))(5, RevokeById())).empty());
}
TEST(GrantFold, RevokeAtTheMomentOfTheIssueLeavesNothing) {
  EXPECT_TRUE(Fold(Told()(10, Issue("role:r"))(10, RevokeById())).empty());
}
TEST(GrantFold, IssuingAgainNeverClearsARevoke) {
  EXPECT_EQ(Spans(Fold(Told()(10, Issue("role:r"))(20, RevokeById())(30, Issue("role:r")))), (Want{{10, 20}}));
}
TEST(GrantFold, TermsBoundItFromNotBeforeUntilExpiry) {
  const auto pieces = Fold(Told()(10, Issue("role:r", At(12), At(18))));
  ASSERT_EQ(Spans(pieces), (Want{{12, 18}}));
  EXPECT_EQ(pieces[0].ended_how, "expired");
}
TEST(GrantFold, AnEmptyWindowIsLegalAndNeverLive) { EXPECT_TRUE(Fold(Told()(10, Issue("role:r", At(20), At(15)))).empty()); }
TEST(GrantFold, ALaterIssueAmendsTheTermsFromItsTime) {
  const auto pieces = Fold(Told()(10, Issue("role:r", {}, At(15)))(20, Issue("role:s", {}, At(25))));
  ASSERT_EQ(Spans(pieces), (Want{{10, 15}, {20, 25}}));
  EXPECT_EQ(pieces[1].terms.role, "role:s");
}
TEST(GrantFold, AtOneTimeTheIssueRecordedLaterHoldsTheTerms) {
  const auto pieces = Fold(Told()(10, Issue("role:r"))(10, Issue("role:s")));
  ASSERT_EQ(pieces.size(), 1u);
  EXPECT_EQ(pieces[0].terms.role, "role:s");
}
TEST(GrantFold, ARevokeByRoleEndsWhatBeganBeforeIt) {
  EXPECT_EQ(Spans(Fold(Told()(10, Issue("role:r")), Told(100)(20, RevokeRole("role:r")))), (Want{{10, 20}}));
}
TEST(GrantFold, ARevokeByRoleDoesNotReachAnIssueAfterIt) {
  EXPECT_EQ(Spans(Fold(Told()(30, Issue("role:r")), Told(100)(20, RevokeRole("role:r")))), (Want{{30, kOpen}}));
}
TEST(GrantFold, AtOneTimeARevokeByRoleEndsOnlyWhatWasRecordedEarlier) {
  EXPECT_TRUE(Fold(Told()(10, Issue("role:r")), Told(100)(10, RevokeRole("role:r"))).empty());
  EXPECT_EQ(Spans(Fold(Told(200)(10, Issue("role:r")), Told(100)(10, RevokeRole("role:r")))), (Want{{10, kOpen}}));
}
TEST(GrantFold, ARevokeByRoleLooksAtTheTermsOfTheLastIssueBeforeIt) {
  const Told amended = Told()(10, Issue("role:r"))(15, Issue("role:s"));
  EXPECT_EQ(Spans(Fold(amended, Told(100)(20, RevokeRole("role:r")))), (Want{{10, 15}, {15, kOpen}}));
  EXPECT_EQ(Spans(Fold(amended, Told(100)(20, RevokeRole("role:s")))), (Want{{10, 15}, {15, 20}}));
}
TEST(GrantFold, ARevokeByRoleAndScopeComparesTheScopeBytewise) {
  EXPECT_EQ(Spans(Fold(Told()(10, Issue("role:r")), Told(100)(20, RevokeRole("role:r", "bucket:*")))), (Want{{10, kOpen}}));
  EXPECT_EQ(Spans(Fold(Told()(10, Issue("role:r")), Told(100)(20, RevokeRole("role:r", "*")))), (Want{{10, 20}}));
}
TEST(GrantFold, ARevokeByRoleAfterTheExpiryEndsNothing) {
  // Else the later issue, which extends the grant, would stay dead.
  EXPECT_EQ(Spans(Fold(Told()(10, Issue("role:r", {}, At(15)))(30, Issue("role:r")), Told(100)(20, RevokeRole("role:r")))),
            (Want{{10, 15}, {30, kOpen}}));
}
TEST(GrantFold, WhatEndedByRoleStaysEndedUnderOtherTerms) {
  EXPECT_EQ(Spans(Fold(Told()(10, Issue("role:r"))(30, Issue("role:s")), Told(100)(20, RevokeRole("role:r")))), (Want{{10, 20}}));
}
TEST(GrantFold, ANewIncarnationOfThePrincipalLeavesEarlierGrantsBehind) {
  Incarnations principal{{RecordedAt(20, 50)}, {}};
  EXPECT_EQ(Spans(Fold(Told()(10, Issue("role:r")), Told(100), principal)), (Want{{10, 20}}));
}
TEST(GrantFold, ARevokeInOneIncarnationSaysNothingInTheNext) {
  Incarnations principal{{RecordedAt(20, 50)}, {}};
  EXPECT_EQ(Spans(Fold(Told()(10, Issue("role:r"))(12, RevokeById())(30, Issue("role:r")), Told(100), principal)),
            (Want{{10, 12}, {30, kOpen}}));
}
TEST(GrantFold, ANewIncarnationOfTheRoleLeavesEarlierGrantsBehind) {
  Incarnations role{{RecordedAt(20, 50)}, {}};
  EXPECT_EQ(Spans(Fold(Told()(10, Issue("role:r")), Told(100), {}, role)), (Want{{10, 20}}));
  EXPECT_EQ(Spans(Fold(Told()(10, Issue("role:r"))(30, Issue("role:r")), Told(100), {}, role)), (Want{{10, 20}, {30, kOpen}}));
}
TEST(GrantFold, ARevokeByIdHoldsWhateverIncarnationOfTheRoleItFallsIn) {
  Incarnations role{{RecordedAt(20, 50)}, {}};
  EXPECT_EQ(Spans(Fold(Told()(10, Issue("role:r"))(12, RevokeById())(30, Issue("role:r")), Told(100), {}, role)),
            (Want{{10, 12}}));
}
TEST(GrantFold, ARevokeByRoleSaysNothingInTheNextIncarnationOfTheRole) {
  Incarnations role{{RecordedAt(20, 50)}, {}};
  EXPECT_EQ(Spans(Fold(Told()(10, Issue("role:r"))(30, Issue("role:r")), Told(100)(12, RevokeRole("role:r")), {}, role)),
            (Want{{10, 12}, {30, kOpen}}));
}
TEST(GrantFold, ARetirementThatEndsAllEndsWhatWasFirstIssuedBeforeIt) {
  Incarnations principal{{}, {RecordedAt(20, 50)}};
  EXPECT_EQ(Spans(Fold(Told()(10, Issue("role:r"))(30, Issue("role:r")), Told(100), principal)), (Want{{10, 20}}));
  EXPECT_EQ(Spans(Fold(Told()(30, Issue("role:r")), Told(100), principal)), (Want{{30, kOpen}}));
}

}  // namespace
}  // namespace tenure::history
