// Lives of authorities, case by case: each told wrongly by an engine that somebody once wrote.
#include "property/governance_cases.h"

namespace tenure::property {
namespace {

using namespace builders;

class LifeOfAnAuthority : public GovernanceCases {
 protected:
  LifeOfAnAuthority() {
    for (const char* ref : {"user:a", "user:b", "user:boss", "group:g"}) log.Append(Register(ref));
    log.Append(Define("role:r").Allow("*", "bucket:b"));
    log.Append(Issue("right").To("user:boss").Allow("grant:Approve", "role:*"));
  }
};

TEST_F(LifeOfAnAuthority, WhatComesLaterThanTheMomentIsNotTold) {
  Given(Issue("g1").To("user:a").Role("role:r").At("09:00"), Approve("user:a", "user:boss").Grant("g1").At("09:00"),
        Use("user:a", "read", "bucket:b").At("11:00"), Review("g1", "user:a").At("12:00"),
        Issue("g1").To("user:a").Role("role:r").Scope("bucket:b").At("13:00"));
  EXPECT_EQ(WhyHeld("user:a", "role:r", At("10:00")),
            Lines{"g1 of user:a: approved 09:00, issued 09:00; no_request never_used never_reviewed"});
  EXPECT_EQ(WhyHeld("user:a", "role:r", At("13:00")),
            Lines{"g1 of user:a: approved 09:00, issued 09:00, used 11:00/11:00, keep 12:00, changed 13:00; no_request"});
}

TEST_F(LifeOfAnAuthority, AnEndStillToComeIsTold) {
  Given(Issue("g1").To("user:a").Role("role:r").At("09:00"), Revoke("g1", "user:a").At("15:00").Id("end"));
  EXPECT_EQ(WhyHeld("user:a", "role:r", At("10:00")),
            Lines{"g1 of user:a: issued 09:00, revoked 15:00; no_request no_approval never_used never_reviewed"});
  EXPECT_EQ(EvidenceOfEnd("user:a", "role:r", At("10:00")), Lines{"end"});
}

TEST_F(LifeOfAnAuthority, TheEndIsThatOfTheStretchAtTheMomentNotOfALaterOne) {
  Given(Issue("g1").To("user:a").Role("role:r").At("09:00").Until("10:00"),
        Issue("g1").To("user:a").Role("role:r").At("12:00").Until("13:00").Id("again"));
  EXPECT_EQ(WhyHeld("user:a", "role:r", At("09:30")),
            Lines{"g1 of user:a: issued 09:00, expired 10:00; no_request no_approval never_used never_reviewed"});
  EXPECT_EQ(WhyHeld("user:a", "role:r", At("12:00")),
            Lines{"g1 of user:a: issued 09:00, changed 12:00, expired 13:00; no_request no_approval never_used never_reviewed"});
  EXPECT_EQ(EvidenceOfEnd("user:a", "role:r", At("12:00")), Lines{"again"});
}

TEST_F(LifeOfAnAuthority, TheNamesakesGrantIsAnother) {
  Given(Issue("g1").To("user:a").Role("role:r").For("q1").At("02:00"), RequestGrant("q1", "user:a", "role:r").At("01:00"),
        Approve("user:a", "user:boss").Grant("g1").At("01:30"), Use("user:a", "read", "bucket:b").At("03:00"),
        Retire("user:a").At("04:00"), Register("user:a").At("05:00"),
        Issue("g1").To("user:a").Role("role:r").For("q1").At("06:00"));
  EXPECT_EQ(WhyHeld("user:a", "role:r", At("07:00")),
            Lines{"g1 of user:a: issued 06:00; no_request no_approval never_used never_reviewed"});
  EXPECT_EQ(
      WhyHeld("user:a", "role:r", At("03:00")),
      Lines{"g1 of user:a: requested 01:00, approved 01:30, issued 02:00, used 03:00/03:00, reincarnated 05:00; never_reviewed"});
}

TEST_F(LifeOfAnAuthority, ApprovedAtTheVeryMomentOfTheIssueIsNotAfterIt) {
  Given(Issue("g1").To("user:a").Role("role:r").At("09:00"), Approve("user:a", "user:boss").Grant("g1").At("09:00"),
        Issue("g2").To("user:a").Role("role:r").At("09:00"),
        Approve("user:a", "user:boss").Grant("g2").At(After(builders::At("09:00"))));
  EXPECT_EQ(
      WhyHeld("user:a", "role:r", At("10:00")),
      (Lines{"g1 of user:a: approved 09:00, issued 09:00; no_request never_used never_reviewed",
             "g2 of user:a: issued 09:00, approved 09:00:00.000001; no_request approved_after_issue never_used never_reviewed"}));
}

TEST_F(LifeOfAnAuthority, WhatWasApprovedInTimeAndOnceMoreLaterHasNoGap) {
  Given(Approve("user:a", "user:boss").Grant("g1").At("08:00"), Issue("g1").To("user:a").Role("role:r").At("09:00"),
        Approve("user:a", "user:boss").Grant("g1").At("10:00"));
  EXPECT_EQ(WhyHeld("user:a", "role:r", At("11:00")),
            Lines{"g1 of user:a: approved 08:00, issued 09:00, approved 10:00; no_request never_used never_reviewed"});
}

TEST_F(LifeOfAnAuthority, NewTermsThatNameNoRequestWereNotAskedFor) {
  Given(RequestGrant("q1", "user:a", "role:r").At("08:00"), Approve("user:a", "user:boss").Request("q1").At("08:30"),
        Issue("g1").To("user:a").Role("role:r").For("q1").At("09:00"), Issue("g1").To("user:a").Role("role:r").At("10:00"));
  EXPECT_EQ(WhyHeld("user:a", "role:r", At("09:30")),
            Lines{"g1 of user:a: requested 08:00, approved 08:30, issued 09:00; never_used never_reviewed"});
  EXPECT_EQ(WhyHeld("user:a", "role:r", At("10:00")),
            Lines{"g1 of user:a: issued 09:00, changed 10:00; no_request no_approval never_used never_reviewed"});
}

TEST_F(LifeOfAnAuthority, AnApproversRightCountsUntilTheMicrosecondItEnds) {
  Given(Issue("short").To("user:b").Allow("grant:Approve", "role:*").At("08:00").Until("10:00"),
        Issue("g1").To("user:a").Role("role:r").At("11:00"), Issue("g2").To("user:a").Role("role:r").At("11:00"),
        Approve("user:a", "user:b").Grant("g1").At(After(builders::At("10:00"), -1)),
        Approve("user:a", "user:b").Grant("g2").At("10:00"));
  EXPECT_EQ(
      WhyHeld("user:a", "role:r", At("11:00")),
      (Lines{"g1 of user:a: approved 09:59:59.999999, issued 11:00; no_request never_used never_reviewed",
             "g2 of user:a: approved 10:00, issued 11:00; no_request approver_without_authority never_used never_reviewed"}));
}

TEST_F(LifeOfAnAuthority, AnExceptionExcusesUntilItIsRevokedOrGrantedAnew) {
  Given(Issue("g1").To("user:a").Role("role:r").At("09:00"),
        Except("x1", "unapproved_grant", "user:a").Until("20:00").At("10:00"), RevokeException("x1", "user:a").At("12:00"),
        Except("x1", "unapproved_grant", "user:a").Until("15:00").At("14:00"),
        Except("x2", "dormant_authority", "user:a").Until("14:00").At("14:00"));
  EXPECT_EQ(WhyHeld("user:a", "role:r", At("16:00")), Lines{"g1 of user:a: issued 09:00, excused 10:00/12:00, excused "
                                                            "14:00/15:00; no_request no_approval never_used never_reviewed"});
}

TEST_F(LifeOfAnAuthority, AnUndefinedRoleMayGiveAnythingButAssume) {
  Given(Issue("g1").To("user:a").Role("role:nobody-knows").At("09:00"));
  EXPECT_EQ(WhyHeld("user:a", "read", "user:b", At("10:00")).size(), 1u);
  EXPECT_EQ(WhyHeld("user:a", "assume", "user:b", At("10:00")), Lines{});
}

TEST_F(LifeOfAnAuthority, DuringAWindowAnyTermsOfItCount) {
  Given(Issue("g1").To("user:a").Role("role:r").At("09:00"), Issue("g1").To("user:a").Role("role:other").At("12:00"));
  EXPECT_EQ(WhyHeld("user:a", "role:r", During("09:00", "11:00")).size(), 1u);
  EXPECT_EQ(WhyHeld("user:a", "role:r", During("11:00", "13:00")).size(), 1u);
  EXPECT_EQ(WhyHeld("user:a", "role:r", During("12:00", "13:00")), Lines{});
}

TEST_F(LifeOfAnAuthority, DuringAWindowTheTermsCountOnlyWhileItIsReached) {
  Given(Issue("g1").To("group:g").Role("role:r").At("09:00"), Issue("g1").To("group:g").Role("role:other").At("12:00"),
        Add("user:a", "group:g").At("13:00"));
  EXPECT_EQ(WhyHeld("user:a", "role:r", During("09:00", "15:00")), Lines{});
  EXPECT_EQ(WhyHeld("user:a", "role:other", During("09:00", "15:00")).size(), 1u);
}

TEST_F(LifeOfAnAuthority, ADoubtAboutReviewsUseOrTheOwnerMakesItIncomplete) {
  Given(Issue("g1").To("user:a").Role("role:r").At("09:00"), ChangeOwner("user:a", "user:b").At("09:00"));
  EXPECT_TRUE(IsComplete("user:a", "role:r", At("10:00")));
  for (const auto& [topic, key] :
       {std::pair{Topic::kGovernance, "review:7"}, {Topic::kUsage, "user:boss"}, {Topic::kIdentity, "user:b"}}) {
    const auto whole = log;
    log.AppendUnreadable(topic, key, {std::nullopt, std::nullopt, key, false});
    EXPECT_FALSE(IsComplete("user:a", "role:r", At("10:00"))) << key;
    log = whole;
  }
}

// --- who owned the controls

TEST_F(LifeOfAnAuthority, ARotationMakesACredential) {
  Given(Rotate("k1", "k2", "user:a").By("user:op").At("08:00"),
        Issue("g1").To("user:a").Role("role:r").By("user:op").At("09:00"));
  EXPECT_EQ(Bundled(At("10:00")), (Lines{"identity user:op user:a", "access user:op user:a"}));
  EXPECT_EQ(Bundled(At("08:30")), Lines{});
}

}  // namespace
}  // namespace tenure::property
