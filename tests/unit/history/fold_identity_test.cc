#include <gtest/gtest.h>

#include "told.h"

namespace tenure::history {
namespace {

IdentityStatus StatusAt(const Told& told, std::int64_t t) {
  for (const auto& p : FoldIdentity(told.Sorted()))
    if (p.span.Contains(At(t))) return p.status;
  ADD_FAILURE() << "no piece holds " << t;
  return IdentityStatus::kAbsent;
}
IdentityRegistered Pending(bool pending) {
  auto e = Register();
  e.pending = pending;
  return e;
}
IdentityRegistered Observed() {
  auto e = Register();
  e.observed = true;
  return e;
}
IdentityRegistered Expiring(std::int64_t t) {
  auto e = Register();
  e.expires_at = At(t);
  return e;
}

TEST(IdentityFold, PiecesCoverAllOfTime) {
  EXPECT_EQ(Spans(FoldIdentity(Told()(10, Register())(20, Retire()).Sorted())), (Want{{kFromEver, 10}, {10, 20}, {20, kOpen}}));
}
TEST(IdentityFold, IsAbsentBeforeItsFirstRegistration) {
  EXPECT_EQ(StatusAt(Told()(10, Register()), 9), IdentityStatus::kAbsent);
}
TEST(IdentityFold, IsUnrecordedBeforeAnObservedRegistration) {
  EXPECT_EQ(StatusAt(Told()(10, Observed()), 9), IdentityStatus::kUnrecorded);
  EXPECT_EQ(StatusAt(Told()(10, Observed()), 10), IdentityStatus::kActive);
}
TEST(IdentityFold, IsUnrecordedBeforeAFirstLifeEventThatIsARetirement) {
  EXPECT_EQ(StatusAt(Told()(10, Retire()), 9), IdentityStatus::kUnrecorded);
  EXPECT_EQ(StatusAt(Told()(10, Retire()), 10), IdentityStatus::kRetired);
}
TEST(IdentityFold, IsUnrecordedWithoutALifeEventWhateverElseIsKnown) {
  EXPECT_EQ(StatusAt(Told()(10, IdentitySuspended{"user:a", ""}), 11), IdentityStatus::kUnrecorded);
}
TEST(IdentityFold, AFirstRegistrationLiftsNoSuspension) {
  EXPECT_EQ(StatusAt(Told()(5, IdentitySuspended{"user:a", ""})(10, Register()), 11), IdentityStatus::kSuspended);
}
TEST(IdentityFold, ARegistrationAfterARetirementClearsEveryRegister) {
  const Told told = Told()(10, Expiring(15))(11, IdentitySuspended{"user:a", ""})(20, Retire())(30, Register());
  EXPECT_EQ(StatusAt(told, 30), IdentityStatus::kActive);
  EXPECT_EQ(FoldIdentity(told.Sorted()).back().incarnation, 2);
}
TEST(IdentityFold, ASecondRegistrationSetsOnlyWhatItCarries) {
  EXPECT_EQ(StatusAt(Told()(10, Expiring(15))(12, Register()), 16), IdentityStatus::kExpired);
}
TEST(IdentityFold, PendingLastsUntilProofed) {
  const Told told = Told()(10, Pending(true))(20, IdentityProofed{"user:a", "", ""});
  EXPECT_EQ(StatusAt(told, 19), IdentityStatus::kPending);
  EXPECT_EQ(StatusAt(told, 20), IdentityStatus::kActive);
}
TEST(IdentityFold, StatusFollowsPrecedence) {
  const Told told = Told()(10, Pending(true))(12, IdentitySuspended{"user:a", ""})(14, Expiring(16))(18, Retire());
  EXPECT_EQ(StatusAt(told, 11), IdentityStatus::kPending);
  EXPECT_EQ(StatusAt(told, 13), IdentityStatus::kSuspended);
  EXPECT_EQ(StatusAt(told, 17), IdentityStatus::kExpired);
  EXPECT_EQ(StatusAt(told, 19), IdentityStatus::kRetired);
}
TEST(IdentityFold, AtOneTimeTheEventRecordedLaterWins) {
  EXPECT_EQ(StatusAt(Told()(10, Register())(10, Retire()), 10), IdentityStatus::kRetired);
  const Told again = Told()(10, Retire())(10, Register());
  EXPECT_EQ(StatusAt(again, 10), IdentityStatus::kActive);
  EXPECT_EQ(IncarnationsOfIdentity(again.Sorted()).begins.size(), 1u);
}
TEST(IdentityFold, AttributesMergeAndNullClears) {
  IdentityUpdated first{"user:a", R"({"a":1,"b":{"c":2}})", {}, {}, {}},
      second{"user:a", R"({"a":null,"b":{"d":3}})", {}, {}, {}};
  const auto events = Told()(10, Register())(11, first)(12, second).Sorted();
  EXPECT_EQ(FoldDetails(events, At(10)).attributes, "{}");
  EXPECT_EQ(FoldDetails(events, At(11)).attributes, R"({"a":1,"b":{"c":2}})");
  EXPECT_EQ(FoldDetails(events, At(12)).attributes, R"({"b":{"c":2,"d":3}})");
}
TEST(IdentityFold, APermissionsBoundaryIsSeenWhileItIsSet) {
  IdentityUpdated set{"user:a", R"({"permissions_boundary":"p"})", {}, {}, {}},
      clear{"user:a", R"({"permissions_boundary":null})", {}, {}, {}};
  const auto pieces = FoldIdentity(Told()(10, Register())(11, set)(12, clear).Sorted());
  ASSERT_EQ(pieces.size(), 4u);
  EXPECT_FALSE(pieces[1].boundary);
  EXPECT_TRUE(pieces[2].boundary);
  EXPECT_FALSE(pieces[3].boundary);
}

}  // namespace
}  // namespace tenure::history
