// Reviews, case by case: each told wrongly by an engine that somebody once wrote.
#include "property/governance_cases.h"

namespace tenure::property {
namespace {

using namespace builders;

class ReviewOfHoldings : public GovernanceCases {
 protected:
  ReviewOfHoldings() {
    for (const char* ref : {"user:a", "user:b", "group:g"}) log.Append(Register(ref));
    log.Append(Define("role:r").Allow("read", "bucket:b"));
  }
};

TEST_F(ReviewOfHoldings, WhatWasDecidedIsCarriedOutByAnEndAndFromThatMomentOn) {
  Given(Issue("g1").To("user:a").Role("role:r").At("01:00"), OpenReview("review:1").OfRole("role:r").AsOf("02:00").At("02:00"),
        Decide("review:1", "revoke", "user:a").Grant("g1").At("03:00"), Revoke("g1", "user:a").At("2023-07-12T03:00"));
  EXPECT_EQ(StatusOf("review:1", At("02:59")), Lines{"user:a grant g1 undecided"});
  EXPECT_EQ(StatusOf("review:1", At("2023-07-12T02:59:59")), Lines{"user:a grant g1 revoke_not_carried_out +1 days"});
  EXPECT_EQ(StatusOf("review:1", At("2023-07-12T03:00")), Lines{"user:a grant g1 revoked 07-12T03:00"});
}

TEST_F(ReviewOfHoldings, AnEndBeforeTheDecisionOfWhatIsThereAgainCarriesNothingOut) {
  Given(Add("user:a", "group:g").At("01:00"), OpenReview("review:1").OfIdentity("user:a").AsOf("02:00").At("02:00"),
        Remove("user:a", "group:g").At("03:00"), Add("user:a", "group:g").At("04:00"),
        Decide("review:1", "revoke", "user:a").Group("group:g").At("05:00"));
  EXPECT_EQ(StatusOf("review:1", At("05:00")), Lines{"user:a group group:g revoke_not_carried_out"});
}

TEST_F(ReviewOfHoldings, WhatHadEndedWhenItWasDecidedIsToldWithItsEnd) {
  Given(Issue("g1").To("user:a").Role("role:r").At("01:00").Id("given"),
        OpenReview("review:1").OfRole("role:r").AsOf("02:00").At("02:00"), Revoke("g1", "user:a").At("03:00").Id("end"),
        Decide("review:1", "revoke", "user:a").Grant("g1").At("05:00").Id("decision"));
  EXPECT_EQ(StatusOf("review:1", At("06:00")), Lines{"user:a grant g1 revoked 03:00"});
  EXPECT_EQ(EvidenceOfReview("review:1", At("06:00")), (Lines{"given", "decision", "end"}));
}

TEST_F(ReviewOfHoldings, WhatIsGivenAgainOnlyLaterIsGoneAtTheMoment) {
  Given(Add("user:a", "group:g").At("01:00"), OpenReview("review:1").OfIdentity("user:a").AsOf("02:00").At("02:00"),
        Decide("review:1", "revoke", "user:a").Group("group:g").At("03:00"), Remove("user:a", "group:g").At("04:00"),
        Add("user:a", "group:g").At("06:00"));
  EXPECT_EQ(StatusOf("review:1", At("05:00")), Lines{"user:a group group:g revoked 04:00"});
  EXPECT_EQ(StatusOf("review:1", At("06:00")), Lines{"user:a group group:g revoke_not_carried_out"});
}

TEST_F(ReviewOfHoldings, WhatWasRetractedSinceIsGoneWithoutAnEnd) {
  const Event issue = Issue("g1").To("user:a").Role("role:r").At("01:00");
  Given(issue, OpenReview("review:1").OfRole("role:r").AsOf("02:00").DueAt("03:00").At("02:00"), Retract(issue));
  EXPECT_EQ(StatusOf("review:1", At("04:00")), Lines{"user:a grant g1 gone"});
}

TEST_F(ReviewOfHoldings, TheNamesakesGrantIsNotTheOneUnderReview) {
  Given(Issue("g1").To("user:a").Role("role:r").At("01:00"), OpenReview("review:1").OfRole("role:r").AsOf("02:00").At("02:00"),
        Decide("review:1", "revoke", "user:a").Grant("g1").At("03:00"), Retire("user:a").At("04:00"),
        Register("user:a").At("05:00"), Issue("g1").To("user:a").Role("role:r").At("05:00"));
  EXPECT_EQ(StatusOf("review:1", At("06:00")), Lines{"user:a grant g1 revoked 05:00"});
  EXPECT_EQ(NeverReviewed(At("04:00")), Lines{});
}

TEST_F(ReviewOfHoldings, NewTermsCarryOutAChangeAndACompromiseDoesNot) {
  Given(IssueCredential("k1", "user:a").At("01:00"), OpenReview("review:1").OfIdentity("user:a").AsOf("02:00").At("02:00"),
        Decide("review:1", "change", "user:a").Credential("k1").At("03:00"), Compromise("k1", "user:a").At("04:00"),
        IssueCredential("k1", "user:a").Until("20:00").At("05:00"));
  EXPECT_EQ(StatusOf("review:1", At("04:30")), Lines{"user:a credential k1 change_not_carried_out"});
  EXPECT_EQ(StatusOf("review:1", At("05:00")), Lines{"user:a credential k1 changed 05:00"});
}

TEST_F(ReviewOfHoldings, TheIssueThatIsUnderReviewIsNoChangeOfIt) {
  Given(Issue("g1").To("user:a").Role("role:r").At("01:00"), OpenReview("review:1").OfRole("role:r").AsOf("01:00").At("01:00"),
        Decide("review:1", "change", "user:a").Grant("g1").At("01:00"));
  EXPECT_EQ(StatusOf("review:1", At("02:00")), Lines{"user:a grant g1 change_not_carried_out"});
}

TEST_F(ReviewOfHoldings, WhatEndedACredentialIsItsEvidence) {
  Given(IssueCredential("k1", "user:a").At("01:00").Id("given"),
        OpenReview("review:1").OfIdentity("user:a").AsOf("02:00").At("02:00"), Compromise("k1", "user:a").At("03:00"),
        RevokeCredential("k1", "user:a").At("04:00").Id("end"));
  EXPECT_EQ(EvidenceOfReview("review:1", At("05:00")), (Lines{"given", "end"}));
}

TEST_F(ReviewOfHoldings, AnOwnersRetiredIdentitiesAreUnderReviewToo) {
  Given(Register("service_account:s").OwnedBy("user:b"), Issue("g1").To("service_account:s").Role("role:r").At("01:00"),
        Retire("service_account:s").At("02:00"), OpenReview("review:1").OfOwner("user:b").AsOf("03:00").At("03:00"));
  EXPECT_EQ(StatusOf("review:1", At("03:00")), Lines{"service_account:s grant g1 undecided"});
}

TEST_F(ReviewOfHoldings, AResourceIsReachedOnPaperByWhatARetiredRoleWasLastDefinedTo) {
  Given(Issue("g1").To("user:a").Role("role:r").At("01:00"), RetireRole("role:r").At("02:00"),
        Issue("g2").To("user:a").Role("role:never-defined").At("01:00"),
        Issue("g3").To("user:a").Deny("read", "bucket:b").At("01:00"),
        Issue("g4").To("user:a").With(builders::Allow({"read"}, {"bucket:b"}).NotResources().Literal()).At("01:00"),
        OpenReview("review:1").OfResource("bucket:b/x").AsOf("03:00").At("03:00"),
        OpenReview("review:2").OfResource("bucket:c").AsOf("03:00").At("03:00"));
  EXPECT_EQ(StatusOf("review:1", At("03:00")),
            (Lines{"user:a grant g1 undecided", "user:a grant g2 undecided", "user:a grant g4 undecided"}));
  EXPECT_EQ(StatusOf("review:2", At("03:00")), (Lines{"user:a grant g2 undecided", "user:a grant g4 undecided"}));
}

TEST_F(ReviewOfHoldings, OpenedAgainItIsWhatItsFirstOpeningSays) {
  Given(Issue("g1").To("user:a").Role("role:r").At("01:00"), OpenReview("review:1").OfRole("role:r").AsOf("02:00").At("02:00"),
        OpenReview("review:1").OfRole("role:other").AsOf("04:00").At("04:00"));
  EXPECT_EQ(StatusOf("review:1", At("05:00")), Lines{"user:a grant g1 undecided"});
  EXPECT_EQ(ReviewsOpened(During("03:00", "05:00")), Lines{});
  EXPECT_EQ(ReviewsOpened(During("02:00", "05:00")), Lines{"review:1"});
}

TEST_F(ReviewOfHoldings, BeforeItsMomentNothingOfItHasEnded) {
  Given(Issue("g1").To("user:a").Role("role:r").At("05:00"), OpenReview("review:1").OfRole("role:r").AsOf("06:00").At("02:00"));
  EXPECT_EQ(StatusOf("review:1", At("03:00")), Lines{"user:a grant g1 undecided"});
}

TEST_F(ReviewOfHoldings, WhatTheAskedKnowledgeLacksWasNotKnownWhenItWasOpenedEither) {
  log.RecordedAt("20:00").Append(Event(Issue("g1").To("user:a").Role("role:r").At("01:00")));
  const Position late =
      log.RecordedAt("20:01").Append(Event(Issue("g2").To("user:b").Role("role:r").At("01:00")), Topic::kAccess, 1);
  log.RecordedAt("20:02").Append(Event(OpenReview("review:1").OfRole("role:r").AsOf("02:00").At("02:00")));
  EXPECT_EQ(StatusOf("review:1", At("03:00")).size(), 2u);
  known = log.Everything();
  known->next.erase(late.Where());
  EXPECT_EQ(StatusOf("review:1", At("03:00")), Lines{"user:a grant g1 undecided"});
}

TEST_F(ReviewOfHoldings, WhatEveryoneHoldsIsReviewedToo) {
  Given(Issue("g1").To("everyone:*").Role("role:r").At("01:00"), Issue("g2").To("user:a").Role("role:r").At("02:00"));
  EXPECT_EQ(NeverReviewed(At("03:00")), (Lines{"everyone:* g1 since 01:00", "user:a g2 since 02:00"}));
  Given(Decide("review:1", "keep", "everyone:*").Grant("g1").At("03:00"));
  EXPECT_EQ(NeverReviewed(At("02:59")).size(), 2u);
  EXPECT_EQ(NeverReviewed(At("03:00")), Lines{"user:a g2 since 02:00"});
}

TEST_F(ReviewOfHoldings, ANamesakeBeginsAnew) {
  Given(Issue("g1").To("user:a").Role("role:r").At("01:00"), Retire("user:a").At("02:00"), Register("user:a").At("04:00"),
        Issue("g1").To("user:a").Role("role:r").At("04:00"));
  EXPECT_EQ(NeverReviewed(At("05:00")), Lines{"user:a g1 since 04:00"});
}

}  // namespace
}  // namespace tenure::property
