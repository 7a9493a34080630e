// A fold taken up at a checkpoint leaves, byte for byte, what a fold of everything leaves: the corners, one by one.
#include <gtest/gtest.h>

#include "applied.h"

namespace tenure::history {
namespace {

// The same batches with a checkpoint after each event and with none; compared after each batch.
class Resume : public ::testing::Test {
 protected:
  void Batch(const std::vector<Incoming>& records) {
    often_.Apply(records), never_.Apply(records);
    ASSERT_EQ(often_.Folded(), never_.Folded());
    ASSERT_EQ(often_.digests, never_.digests);
  }
  template <class E>
  Incoming Tell(std::int64_t seconds, E data) {
    auto record = recorder_.At(seconds, std::move(data));
    Batch({record});
    return record;
  }
  // How many folds of a kind have begun at a checkpoint.
  std::int64_t Resumed(FactKind kind) { return often_.resumed[kind]; }

  static EffectiveTime S(std::int64_t seconds) { return {seconds * 1'000'000}; }
  static IdentityRegistered Register() { return {.identity = "user:a"}; }
  static IdentityUpdated Attribute(const std::string& value) {
    return {.identity = "user:a", .attributes = R"({"n":")" + value + R"("})"};
  }
  static IdentityUpdated Expires(std::int64_t seconds) { return {.identity = "user:a", .expires_at = {true, S(seconds)}}; }
  static IdentityOwnerChanged Owner(const std::string& owner) { return {"user:a", owner}; }
  static IdentityRetired Retire(bool ends_all = false) { return {"user:a", "", ends_all}; }
  static MembershipAdded Add(OptionalTime not_before = {}, OptionalTime expires_at = {}) {
    return {"user:a", "group:g", not_before, expires_at};
  }
  static MembershipRemoved Remove() { return {"user:a", "group:g", ""}; }
  static CredentialIssued Key(const std::string& kind = "token", OptionalTime not_before = {}, OptionalTime expires_at = {}) {
    return {"user:a", "k", kind, "", not_before, expires_at};
  }
  static CredentialRotated RotateIn() { return {"user:a", "l", "k", "f", {}}; }
  static CredentialRotated RotateOut() { return {"user:a", "k", "l", "f", {}}; }
  static CredentialRevoked RevokeKey() { return {"user:a", "k", ""}; }
  static CredentialCompromised Compromise() { return {"user:a", "k", ""}; }
  static GrantIssued Issue(const std::string& role, OptionalTime not_before = {}, OptionalTime expires_at = {}) {
    GrantIssued e{.grant = "g", .principal = "user:a", .role = role, .not_before = not_before, .expires_at = expires_at};
    if (role.empty()) e.permissions.push_back({.actions = {"read"}, .resources = {"bucket:b"}});
    return e;
  }
  static GrantRevoked Revoke() { return {.principal = "user:a", .grant = "g"}; }
  static GrantRevoked RevokeRole(const std::string& role) { return {.principal = "user:a", .role = role}; }
  static RoleDefined Define(const std::string& action) { return {"role:r", {{.actions = {action}, .resources = {"*"}}}, ""}; }

  Recorder recorder_;
  Applied often_{1}, never_{kNoCheckpoints};
};

TEST_F(Resume, EqualStretchesAreOnePieceAcrossCheckpoints) {
  Tell(1, Register());
  for (int n = 2; n < 9; ++n) Tell(n, Attribute(std::to_string(n)));
  EXPECT_EQ(Resumed(FactKind::kIdentity), 6);
}
TEST_F(Resume, TheBoundaryAmongAttributesIsRemembered) {
  Tell(1, Register());
  Tell(2, IdentityUpdated{.identity = "user:a", .attributes = R"({"permissions_boundary":"p"})"});
  for (int n = 3; n < 6; ++n) Tell(n, Attribute(std::to_string(n)));
  Tell(7, IdentityUpdated{.identity = "user:a", .attributes = R"({"permissions_boundary":null})"});
  Tell(8, Attribute("x"));
  EXPECT_GE(Resumed(FactKind::kIdentity), 5);
}
TEST_F(Resume, AFirstRegistrationChangesThePast) {
  for (int n = 1; n < 5; ++n) Tell(n, Owner("user:" + std::to_string(n)));
  const auto before = Resumed(FactKind::kIdentity);
  EXPECT_EQ(before, 2);
  Tell(6, Register());
  EXPECT_EQ(Resumed(FactKind::kIdentity), before);
  Tell(7, Owner("user:x"));
  Tell(8, Owner("user:y"));
  EXPECT_GT(Resumed(FactKind::kIdentity), before);
}
TEST_F(Resume, AFirstRegistrationThatIsRetractedChangesThePastBack) {
  for (int n = 1; n < 5; ++n) Tell(n, Owner("user:" + std::to_string(n)));
  const auto registration = Tell(6, Register());
  Tell(6, Owner("user:x"));
  const auto before = Resumed(FactKind::kIdentity);
  EXPECT_EQ(before, 3);  // with the registration among the events after the checkpoint
  Batch({recorder_.Retract(registration, "user:a")});
  EXPECT_EQ(Resumed(FactKind::kIdentity), before);
}
TEST_F(Resume, AFirstRetirementAndAnObservedRegistrationDoNot) {
  for (int n = 1; n < 5; ++n) Tell(n, Owner("user:" + std::to_string(n)));
  Tell(6, IdentityRegistered{.identity = "user:a", .observed = true});
  Tell(7, Retire());
  Tell(8, Register());
  EXPECT_EQ(Resumed(FactKind::kIdentity), 5);
}
TEST_F(Resume, AnExpiryInTheFutureMovesWithLaterEvents) {
  Tell(1, Register());
  Tell(2, Expires(50));
  Tell(3, Attribute("x"));
  Tell(4, Owner("user:o"));
  Tell(60, Owner("user:p"));
  Tell(61, Expires(100));
  Tell(62, Expires(40));
  Tell(63, Attribute("y"));
  Tell(64, Owner("user:q"));
  EXPECT_GE(Resumed(FactKind::kIdentity), 7);
}
TEST_F(Resume, AnExpirySetInThePastDoesNotReachBackOverOneLongPiece) {
  Tell(1, Register());
  for (int n = 10; n < 14; ++n) Tell(n, Attribute(std::to_string(n)));
  Tell(20, Expires(12));
  Tell(21, Attribute("x"));
  Tell(22, Attribute("y"));
}
TEST_F(Resume, ARegistrationAfterARetirementBeginsAnIncarnationThere) {
  Tell(1, Register());
  Tell(2, Add());
  Tell(2, Key());
  Tell(2, Issue(""));
  Tell(3, Attribute("x"));
  Tell(4, Retire());
  Tell(5, Register());
  Tell(6, Retire(true));
  Tell(7, Register());
  Tell(8, Attribute("y"));
  EXPECT_GE(Resumed(FactKind::kIdentity), 5);
}
TEST_F(Resume, EventsOfTheLastTimeAreInOrder) {
  Tell(1, Register());
  for (int n = 0; n < 3; ++n) {
    Tell(5 + n / 2, IdentitySuspended{"user:a", ""});
    Tell(5 + n / 2, IdentityReactivated{"user:a", ""});
    Tell(5 + n / 2, Add());
    Tell(5 + n / 2, Remove());
    Tell(5 + n / 2, Key());
    Tell(5 + n / 2, RevokeKey());
    Tell(5 + n / 2, Define(std::to_string(n)));
    Tell(5 + n / 2, RoleRetired{"role:r"});
    Tell(5 + n / 2, Issue(""));
  }
  EXPECT_GT(Resumed(FactKind::kIdentity), 0);
  EXPECT_GT(Resumed(FactKind::kMembership), 0);
}
TEST_F(Resume, SeveralEventsOfOneBatchGoOn) {
  Tell(1, Add());
  Tell(2, Remove());
  Tell(3, Add());
  Batch({recorder_.At(4, Remove()), recorder_.At(5, Add()), recorder_.At(5, Remove()), recorder_.At(6, Add(S(8), S(9)))});
  Batch({recorder_.At(10, Add()), recorder_.At(7, Remove())});
  EXPECT_EQ(Resumed(FactKind::kMembership), 3);
}
TEST_F(Resume, ALateEventFoldsTheWhole) {
  for (int n = 1; n < 6; ++n) Tell(10 * n, Add());
  const auto before = Resumed(FactKind::kMembership);
  Tell(15, Remove());
  EXPECT_EQ(Resumed(FactKind::kMembership), before);
  Tell(60, Remove());
  EXPECT_EQ(Resumed(FactKind::kMembership), before + 1);
}
TEST_F(Resume, ARetractionOfAnOlderEventBesideANewOneFoldsTheWhole) {
  const auto first = Tell(1, Add());
  const auto second = Tell(2, Remove());
  for (int n = 3; n < 6; ++n) Tell(n, Add());
  const auto before = Resumed(FactKind::kMembership);
  Batch({recorder_.At(8, Remove()), recorder_.Retract(second, "user:a")});
  EXPECT_EQ(Resumed(FactKind::kMembership), before);
  Batch({recorder_.Retract(first, "user:a")});
  Tell(9, Add());
}
TEST_F(Resume, ARetractionOfTheLastEventDoesNot) {
  Tell(1, Add());
  Tell(2, Remove());
  const auto last = Tell(3, Add());
  const auto before = Resumed(FactKind::kMembership);
  const auto retraction = recorder_.Retract(last, "user:a");
  Batch({retraction});
  EXPECT_EQ(Resumed(FactKind::kMembership), before + 1);
  Tell(4, Add());
  Batch({recorder_.Retract(retraction, "user:a")});
  Tell(5, Add());
}
TEST_F(Resume, RetractingEverythingLeavesNoCheckpoint) {
  std::vector<Incoming> told, retractions;
  for (int n = 1; n < 6; ++n) told.push_back(Tell(n, Add()));
  EXPECT_EQ(often_.Checkpoints(), 1);
  for (const auto& t : told) retractions.push_back(recorder_.Retract(t, "user:a"));
  Batch(retractions);
  EXPECT_EQ(often_.Checkpoints(), 0);
  Tell(9, Add());
}

TEST_F(Resume, AMembershipStillToBeginIsCutByTheNextEvent) {
  Tell(1, Add());
  Tell(2, Add(S(20), S(30)));
  Tell(3, Add(S(21)));
  Tell(4, Remove());
  Tell(25, Add());
  EXPECT_EQ(Resumed(FactKind::kMembership), 3);
}
TEST_F(Resume, AGroupsRetirementThatEndsAllEndsAMembershipUnderACheckpoint) {
  for (int n = 1; n < 5; ++n) Tell(n, Add());
  Tell(1, IdentityRegistered{.identity = "group:g"});
  Tell(10, IdentityRetired{"group:g", "", true});
  Tell(12, Add());
  Tell(13, IdentityRegistered{.identity = "group:g"});
  Tell(14, Add());
  Tell(15, Remove());
  EXPECT_GE(Resumed(FactKind::kMembership), 4);
}

TEST_F(Resume, ARotationKeepsTheKindOfTheIssueBeforeIt) {
  Tell(1, Key("certificate"));
  for (int n = 2; n < 8; n += 2) Tell(n, RotateOut()), Tell(n + 1, RotateIn());
  Tell(9, Compromise());
  Tell(10, RevokeKey());
  EXPECT_EQ(Resumed(FactKind::kCredential) > 10, true);
}
TEST_F(Resume, ACredentialNeverIssuedRemembersWhatWasSaidOfIt) {
  Tell(1, Compromise());
  Tell(2, RevokeKey());
  Tell(3, Compromise());
  Tell(4, RotateOut());
  Tell(5, Key("token", S(8), S(12)));
  Tell(6, Compromise());
  EXPECT_GE(Resumed(FactKind::kCredential), 4);
}
TEST_F(Resume, ACredentialsIncarnationsAreToldApart) {
  Tell(1, Register());
  Tell(2, Key());
  Tell(3, Compromise());
  Tell(4, Retire(true));
  Tell(5, Register());
  Tell(6, RotateIn());
  Tell(7, Compromise());
  Tell(8, RevokeKey());
  Tell(9, RotateIn());
  EXPECT_GE(Resumed(FactKind::kCredential), 3);
}

TEST_F(Resume, ARoleRetiredAndDefinedAgainBeginsAnIncarnationThere) {
  Tell(1, Define("a"));
  Tell(1, Issue("role:r"));
  Tell(2, Define("b"));
  Tell(3, RoleRetired{"role:r"});
  Tell(4, RoleRetired{"role:r"});
  Tell(5, Define("c"));
  Tell(6, Issue("role:r"));
  Tell(7, Define("d"));
  EXPECT_EQ(Resumed(FactKind::kRole), 4);
}
TEST_F(Resume, ARoleNeverDefinedRemembersThat) {
  for (int n = 1; n < 4; ++n) Tell(n, RoleRetired{"role:r"});
  Tell(5, Define("a"));
  EXPECT_EQ(Resumed(FactKind::kRole), 2);
}

TEST_F(Resume, ARevokeByIdEndsTheLastIssueAndAllLaterOnes) {
  for (int n = 1; n < 5; ++n) Tell(n, Issue(""));
  Tell(5, Revoke());
  Tell(6, Issue(""));
  Tell(7, Revoke());
  Tell(8, Issue(""));
  EXPECT_EQ(Resumed(FactKind::kGrant), 6);
}
// The revoke of that tick, not the issue, is then what ended the issue before.
TEST_F(Resume, ARevokeAtTheTimeOfAReissueIsNamedAsTheEnd) {
  for (int n = 1; n < 4; ++n) Tell(n, Issue(""));
  Tell(5, Issue(""));
  Tell(5, Issue(""));
  Tell(5, Revoke());
  EXPECT_GE(Resumed(FactKind::kGrant), 4);
}
TEST_F(Resume, AGrantsRetirementThatEndsAllAsksWhenItBegan) {
  Tell(1, Register());
  for (int n = 2; n < 6; ++n) Tell(n, Issue(""));
  Tell(9, Retire(true));
  Tell(10, Issue(""));
  Tell(11, Issue(""));
  Tell(12, Register());
  for (int n = 13; n < 17; ++n) Tell(n, Issue(""));
  EXPECT_GE(Resumed(FactKind::kGrant), 5);
}
TEST_F(Resume, ARevokeByARoleThatTheTermsOnceNamedFoldsTheWhole) {
  Tell(1, Issue("role:old"));
  for (int n = 2; n < 6; ++n) Tell(n, Issue("role:new"));
  const auto before = Resumed(FactKind::kGrant);
  EXPECT_EQ(before, 3);
  Tell(1, RevokeRole("role:old"));
  Tell(7, Issue("role:new"));
  EXPECT_EQ(Resumed(FactKind::kGrant), before);
  EXPECT_EQ(often_.Checkpoints(), 0);
}
// It finds nothing alive, so it folds nothing again; what is issued after it must still be ended by it.
TEST_F(Resume, ARevokeByRoleOfAGrantNeverLiveEndsLaterIssues) {
  for (int n = 1; n < 5; ++n) Tell(n, Issue("role:old", S(90), S(80)));
  Tell(5, RevokeRole("role:old"));
  Tell(6, Issue("role:new"));
  Tell(7, Issue("role:new"));
}
TEST_F(Resume, ARevokeByRoleOfTermsBetweenTheFirstAndTheLastEndsLaterIssues) {
  const std::pair<int, const char*> issues[] = {{1, "role:a"}, {2, "role:old"}, {3, "role:old"}, {4, "role:a"}, {5, "role:a"}};
  for (const auto& [n, role] : issues) Tell(n, Issue(role, S(90), S(80)));
  Tell(3, RevokeRole("role:old"));
  Tell(7, Issue("role:a"));
  Tell(8, Issue("role:a"));
}
TEST_F(Resume, EachIncarnationOfAGrantHasItsOwnFirstRevoke) {
  Tell(1, Register());
  Tell(2, Issue(""));
  Tell(3, Revoke());
  Tell(4, Retire());
  Tell(5, Register());
  for (int n = 6; n < 10; ++n) Tell(n, Issue(""));
  Tell(10, Revoke());
  for (int n = 11; n < 14; ++n) Tell(n, Issue(""));
  EXPECT_GE(Resumed(FactKind::kGrant), 5);
}
TEST_F(Resume, ANewIncarnationOfTheRoleFoldsTheWhole) {
  Tell(1, Define("a"));
  for (int n = 2; n < 6; ++n) Tell(n, Issue("role:r"));
  Tell(7, RoleRetired{"role:r"});
  Tell(8, Define("b"));
  Tell(9, Issue("role:r"));
  Tell(10, Issue(""));
  EXPECT_EQ(often_.Checkpoints(), 1);  // the role's
}

}  // namespace
}  // namespace tenure::history
