// The order of changes within one second, whatever the order of files, arrays and ids.
#include "connect/causal_order.h"

#include "trail.h"

namespace tenure::connect {
namespace {

using Ids = std::vector<std::string>;

// The ids in the order in which they are handed over; the calls are given in every order, all in one file and one a file.
Ids Order(std::vector<Call> calls, Trail record = {}) {
  std::vector<std::string> texts;
  for (const auto& call : calls) texts.push_back(call.Json());
  std::ranges::sort(texts);
  const Ids first = Trail(record).Import(texts).Ids();
  do {
    EXPECT_EQ(Trail(record).Import(texts).Ids(), first);
  } while (std::ranges::next_permutation(texts).found && texts.size() <= 4);
  Ids whole;
  for (const auto& id : first)
    if (id.find('/') == std::string::npos) whole.push_back(id);
  return whole;
}

TEST(CausalOrder, CreateGrantRevokeDeleteWhateverTheIds) {
  EXPECT_EQ(
      Order({OnUser("DeleteUser", "12:00:00", "a-delete", "bob"), Policy("DetachUserPolicy", "12:00:00", "b-detach", "bob"),
             Policy("AttachUserPolicy", "12:00:00", "c-attach", "bob"), OnUser("CreateUser", "12:00:00", "d-create", "bob")}),
      (Ids{"d-create", "c-attach", "b-detach", "a-delete"}));
}
TEST(CausalOrder, WhatStoodBeforeTheSecondEndsFirst) {
  EXPECT_EQ(
      Order({Policy("AttachUserPolicy", "11:00:00", "old", "bob"), Policy("AttachUserPolicy", "12:00:00", "a-attach", "bob"),
             Policy("DetachUserPolicy", "12:00:00", "b-detach", "bob")}),
      (Ids{"old", "b-detach", "a-attach"}));
}
TEST(CausalOrder, WhatWasNotThereBeginsFirst) {
  EXPECT_EQ(Order({Policy("AttachUserPolicy", "11:00:00", "old", "bob"), Policy("DetachUserPolicy", "11:30:00", "old-end", "bob"),
                   Policy("AttachUserPolicy", "12:00:00", "b-attach", "bob"),
                   Policy("DetachUserPolicy", "12:00:00", "a-detach", "bob")}),
            (Ids{"old", "old-end", "b-attach", "a-detach"}));
}
TEST(CausalOrder, ANamesakeMadeInTheSecondOfTheDeletionGetsWhatIsGivenInIt) {
  EXPECT_EQ(
      Order({OnUser("CreateUser", "11:00:00", "first", "bob"), OnUser("CreateUser", "12:00:00", "a-create", "bob"),
             Policy("AttachUserPolicy", "12:00:00", "b-attach", "bob"), OnUser("DeleteUser", "12:00:00", "c-delete", "bob")}),
      (Ids{"first", "c-delete", "a-create", "b-attach"}));
  const std::string trust = R"({"Statement":[]})";
  const auto update =
      Call("UpdateAssumeRolePolicy", "12:00:00", "a").Request(Params({{"roleName", "deploy"}, {"policyDocument", trust}}));
  const auto handed = Import({OnRole("CreateRole", "11:00:00", "0", "deploy"), update,
                              OnRole("CreateRole", "12:00:00", "c", "deploy"), OnRole("DeleteRole", "12:00:00", "d", "deploy")});
  const Ids ids = handed.Ids();
  const auto at = [&](const std::string& id) { return std::ranges::find(ids, id) - ids.begin(); };
  EXPECT_LT(at("d"), at("c"));
  EXPECT_LT(at("c/trust"), at("a/trust/retired"));
}
TEST(CausalOrder, WhatTheOldOneHeldEndsBeforeItsDeletion) {
  EXPECT_EQ(
      Order({OnUser("CreateUser", "11:00:00", "1", "bob"), Policy("AttachUserPolicy", "11:00:00", "2", "bob"),
             OnUser("CreateUser", "12:00:00", "a-create", "bob"), Policy("AttachUserPolicy", "12:00:00", "b-attach", "bob"),
             OnUser("DeleteUser", "12:00:00", "c-delete", "bob"), Policy("DetachUserPolicy", "12:00:00", "d-detach", "bob")}),
      (Ids{"1", "2", "d-detach", "c-delete", "a-create", "b-attach"}));
}
TEST(CausalOrder, MoreEndsThanBeginningsTellThatItStood) {
  EXPECT_EQ(Order({OnUser("DeleteUser", "12:00:00", "a-delete", "bob"), OnUser("CreateUser", "12:00:00", "b-create", "bob"),
                   OnUser("DeleteUser", "12:00:00", "c-delete", "bob")}),
            (Ids{"a-delete", "b-create", "c-delete"}));
}
TEST(CausalOrder, WhatComesAfterTellsThatItStood) {
  EXPECT_EQ(Order({OnUser("CreateUser", "12:00:00", "a-create", "bob"), OnUser("DeleteUser", "12:00:00", "b-delete", "bob"),
                   Policy("AttachUserPolicy", "12:00:01", "later", "bob")}),
            (Ids{"b-delete", "a-create", "later"}));
  EXPECT_EQ(Order({OnUser("CreateUser", "12:00:00", "b-create", "bob"), OnUser("DeleteUser", "12:00:00", "a-delete", "bob"),
                   OnUser("CreateUser", "12:00:01", "later", "bob")}),
            (Ids{"b-create", "a-delete", "later"}));
}
TEST(CausalOrder, TheRecordTellsWhatStoodWhenAnEarlierImportBroughtIt) {
  Trail record;
  record.Import({Policy("AttachUserPolicy", "11:00:00", "old", "bob").Json()});
  EXPECT_EQ(Order({Policy("AttachUserPolicy", "12:00:00", "a-attach", "bob"),
                   Policy("DetachUserPolicy", "12:00:00", "b-detach", "bob")},
                  record),
            (Ids{"b-detach", "a-attach"}));
  EXPECT_EQ(Order({Policy("AttachUserPolicy", "12:00:00", "b-attach", "alice"),
                   Policy("DetachUserPolicy", "12:00:00", "a-detach", "alice")},
                  record),
            (Ids{"b-attach", "a-detach"}));
}
TEST(CausalOrder, AKeySwitchedOffAndOnStaysOn) {
  const auto key = [](const std::string& call, const std::string& id, const std::string& status) {
    return Call(call, "12:00:00", id).Request(Params({{"userName", "bob"}, {"accessKeyId", "AKIA1"}, {"status", status}}));
  };
  EXPECT_EQ(Order({OnUser("CreateAccessKey", "11:00:00", "made", "bob").Response(R"({"accessKey":{"accessKeyId":"AKIA1"}})"),
                   key("UpdateAccessKey", "a-on", "Active"), key("UpdateAccessKey", "b-off", "Inactive")}),
            (Ids{"made", "b-off", "a-on"}));
}
TEST(CausalOrder, MembershipFollowsBothItsUserAndItsGroup) {
  const auto group = [](const std::string& call, const std::string& id) {
    return Call(call, "12:00:00", id).Request(Params({{"groupName", "dba"}}));
  };
  const std::string both = Params({{"userName", "bob"}, {"groupName", "dba"}});
  EXPECT_EQ(Order({group("CreateGroup", "z-create"), Call("AddUserToGroup", "12:00:00", "y-add").Request(both),
                   Call("RemoveUserFromGroup", "12:00:00", "x-remove").Request(both), group("DeleteGroup", "a-delete")}),
            (Ids{"z-create", "y-add", "x-remove", "a-delete"}));
}
TEST(CausalOrder, VersionsOfAPolicyFollowTheirNumbers) {
  const auto version = [](const std::string& id, const std::string& v) {
    return Call("CreatePolicyVersion", "12:00:00", id)
        .Request(R"({"policyArn":")" + kTeamPolicy + R"(","policyDocument":"{\"Statement\":[]}","setAsDefault":true})")
        .Response(R"({"policyVersion":{"versionId":")" + v + R"(","isDefaultVersion":true}})");
  };
  EXPECT_EQ(Order({version("b", "v9"), version("a", "v10")}), (Ids{"b", "a"}));
}
TEST(CausalOrder, APolicyMadeAnewIsAttachedAfterwards) {
  const auto made = [](const std::string& at, const std::string& id) {
    return Call("CreatePolicy", at, id).Request(Params({{"policyName", "team"}, {"policyDocument", R"({"Statement":[]})"}}));
  };
  const auto deleted = Call("DeletePolicy", "12:00:00", "d").Request(Params({{"policyArn", kTeamPolicy}}));
  EXPECT_EQ(Order({made("11:00:00", "old"), deleted, made("12:00:00", "c"),
                   Policy("AttachUserPolicy", "12:00:00", "b", "bob", kTeamPolicy)}),
            (Ids{"old", "d", "c", "b"}));
}
TEST(CausalOrder, OneBusySecondOfManyUsersIsOrderedForEach) {
  std::vector<std::string> texts;
  for (int i = 0; i < 700; ++i) {
    const std::string name = "u" + std::to_string(i);
    texts.push_back(OnUser("CreateUser", "11:00:00", name + "-first", name).Json());
    texts.push_back(OnUser("CreateUser", "12:00:00", name + "-again", name).Json());
    texts.push_back(OnUser("DeleteUser", "12:00:00", name + "-gone", name).Json());
  }
  const Ids ids = Trail().Import(texts).Ids();
  std::map<std::string, std::size_t> at;
  for (std::size_t i = 0; i < ids.size(); ++i) at[ids[i]] = i;
  for (int i = 0; i < 700; ++i) EXPECT_LT(at["u" + std::to_string(i) + "-gone"], at["u" + std::to_string(i) + "-again"]);
}

TEST(EvidenceGaps, ADeletionWithoutADetachIsShown) {
  const auto handed = Import({OnUser("CreateUser", "11:00:00", "1", "bob"), Policy("AttachUserPolicy", "11:00:01", "2", "bob"),
                              OnUser("DeleteUser", "12:00:00", "3", "bob")});
  ASSERT_EQ(handed.summary.gaps.size(), 1u);
  EXPECT_EQ(handed.summary.gaps[0].ref, kBob);
  EXPECT_EQ(handed.summary.gaps[0].at, At("12:00:00"));
  EXPECT_NE(handed.summary.gaps[0].text.find(kAdmin), std::string::npos);
  EXPECT_NE(handed.summary.gaps[0].text.find("begun by 2"), std::string::npos);
}
TEST(EvidenceGaps, ADeletionInTheSecondOfTheDetachIsNone) {
  EXPECT_EQ(Import({Policy("AttachUserPolicy", "11:00:01", "2", "bob"), OnUser("DeleteUser", "12:00:00", "a", "bob"),
                    Policy("DetachUserPolicy", "12:00:00", "b", "bob")})
                .summary.gaps_count,
            0);
}
TEST(EvidenceGaps, MembersOfADeletedGroupAndACarriedRoleAreShownOnce) {
  const auto handed = Import(
      {Call("AddUserToGroup", "11:00:00", "1").Request(Params({{"userName", "bob"}, {"groupName", "dba"}})),
       Call("DeleteGroup", "12:00:00", "2").Request(Params({{"groupName", "dba"}})), OnUser("DeleteUser", "12:00:01", "3", "bob"),
       Call("AddRoleToInstanceProfile", "11:00:00", "4")
           .Request(Params({{"roleName", "deploy"}, {"instanceProfileName", "web"}})),
       OnRole("DeleteRole", "12:00:00", "5", "deploy"),
       Call("DeleteInstanceProfile", "12:00:01", "6").Request(Params({{"instanceProfileName", "web"}}))});
  ASSERT_EQ(handed.summary.gaps_count, 2);
  EXPECT_EQ(handed.summary.gaps[0].at, At("12:00:00"));
  EXPECT_EQ(handed.summary.gaps[1].at, At("12:00:00"));
}
TEST(EvidenceGaps, TrustEndsByItselfAndIsNone) {
  const std::string trust = R"({"Statement":[{"Effect":"Allow","Principal":{"AWS":"999"},"Action":"sts:AssumeRole"}]})";
  EXPECT_EQ(
      Import({Call("CreateRole", "11:00:00", "1").Request(Params({{"roleName", "deploy"}, {"assumeRolePolicyDocument", trust}})),
              OnRole("DeleteRole", "12:00:00", "2", "deploy")})
          .summary.gaps_count,
      0);
}

}  // namespace
}  // namespace tenure::connect
