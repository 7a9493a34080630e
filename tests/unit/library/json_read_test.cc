// Answers read back from their JSON: nothing is lost, and nothing that isn't as documented is taken.
#include "library/json_read.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "library/json.h"
#include "library/json_text.h"

namespace tenure::library {
namespace {

using Json = nlohmann::ordered_json;

const Interval kSpan{{1'000'000}, {2'500'000}}, kOpen{kAlways, kForever};

AnswerHead Head(const std::string& question) {
  AnswerHead head;
  head.question = question;
  head.subject = "user:\"\xC3\xBC\x01";
  head.when.during = kSpan;
  head.known_time = RecordedTime{7};
  head.token = "TOKEN";
  head.closed = false;
  head.behind_records = 1, head.behind_seconds = 2, head.behind_unstable = 3;
  head.complete = false;
  head.taints = {{"tenure.access", "user:a", kSpan, {Topic::kIdentity, 1, 2}, "conflict"},
                 {"tenure.usage", "", kOpen, {}, "dead_letter"}};
  head.limits = {"paths"};
  head.unread = {{Topic::kGovernance, 3}};
  head.before_record = true;
  head.evidence = {{{"s", "i"}, EventType::kGrantIssued, {5}, {6}, {Topic::kAccess, 0, 9}, "user:c", "hr", "team"},
                   {{"s", "j"}, EventType::kIdentityRegistered, {-5}, {6}, {}, "", "", ""}};
  head.next = "CURSOR";
  return head;
}

const std::vector<PathStep> kPath = {
    {StepKind::kMemberOf, "group:g", {0, 1}}, {StepKind::kAssumes, "user:b", {}}, {StepKind::kGranted, "inline:x", {1}}};

IdentityRow Identity() { return {"user:a", "user", "active", "user:o", std::nullopt, "A \x1b", 2, {kSpan}, {kOpen}, {0}}; }

IdentitiesAnswer Identities() {
  return {Head("identities"), {Identity(), {"user:b", "user", "absent", {}, "prod", {}, 1, {}, {}, {}}}};
}

ShowAnswer Show() {
  const CredentialRow whole{"k", "key", Decision::kUnknown, EffectiveTime{1}, EffectiveTime{2}, "f", EffectiveTime{3}, "k2", {1}};
  const CredentialRow bare{"l", "", Decision::kNo, {}, {}, "", {}, "", {}};
  return {Head("show"), Identity(), R"({"n":1.50,"deep":{"a": [1, "}"]}})", {whole, bare}, {"user:l"}};
}

WhatAnswer What() {
  const Permission some{Effect::kDeny, true, false, {"read"}, {"b:*"}, Covers::kLiteral, "mfa"};
  const Permission other{Effect::kAllow, false, true, {"*"}, {"b:x"}, Covers::kSubtree, ""};
  return {Head("what"),
          {{"user:a",
            "",
            "*",
            {some, other},
            RowEffect::kUnknown,
            "jit",
            "g 1",
            "group:g",
            RowStatus::kOnPaper,
            {"tainted"},
            {kSpan},
            {kOpen},
            {kSpan, kOpen},
            kPath,
            true},
           {"user:a",
            "role:r",
            "b:c",
            {},
            RowEffect::kDeny,
            "standing",
            "g-2",
            "user:a",
            RowStatus::kPossible,
            {},
            {},
            {},
            {},
            {},
            false}}};
}

WhoAnswer Who(WhoQuestion asked) {
  return {Head("who"), std::move(asked), {{"user:a", RowStatus::kEffective, {kSpan}, {}, {"x"}, kPath, true}}};
}

CheckAnswer Check() {
  CheckResult result{Decision::kYes, true, {{{1'000'000}, {2'000'000}}}, {kOpen}, {"condition"}, {}, kPath, true};
  result.nearest = {{"ended", "held until", EffectiveTime{4}, {0}}, {"denied", "", std::nullopt, {}}};
  return {Head("check"), "read", "b:c", result};
}

TimelineAnswer Timeline() {
  return {Head("timeline"),
          7,
          {{FactKind::kExistence, "user:a", "", "", "", "", {kSpan}, {kOpen}},
           {FactKind::kDefinition, "role:r", "", "", "", "", {}, {}},
           {FactKind::kCredential, "user:a", "k \x1b", "", "", "token", {kOpen}, {}},
           {FactKind::kMembership, "user:a", "group:g", "", "", "", {kSpan, kOpen}, {kSpan}},
           {FactKind::kGrant, "user:a", "g 1", "role:r", "*", "jit", {kSpan}, {}}},
          {{{1}, {2}, "granted", "user:a", "in_force", {1}}, {kAlways, {2}, "x", "y", "derived", {}}}};
}

DiffAnswer Diff() {
  return {
      Head("diff"),
      false,
      {},
      {{"user:a", "gained", "role:r", "b:c", EffectiveTime{1}, "why", {0}}, {"user:a", "lost", "deny x on y", "", {}, "", {}}}};
}

EventsAnswer Events() {
  return {Head("events"),
          {{R"({"id": "1",  "data":{"n":1.0,"t":"\u00fc"}})", {Topic::kAccess, 0, 1}, {3}, "hr", "in_force"},
           {"no \"json\" at all", {}, {3}, "", "dead_letter"}}};
}

DeadLettersAnswer DeadLetters() {
  return {Head("dead_letters"),
          {{{Topic::kUsage, 1, 2}, {3}, "malformed", "text", "user:k", "s", "i", "t", EffectiveTime{4}, "replaced", {0}},
           {{}, {3}, "conflict", "", "", "", "", "", {}, "open", {}}}};
}

VerifyAnswer Verify() { return {Head("verify"), false, {{"facts", "aa", "bb", {"x \xC3\xBC"}}}}; }

StatusAnswer State() {
  StatusAnswer answer{Head("status"), "id", "embedded", "digest 1", 1, 2, 3, 4, 5, {}, {}, {{"facts", "aa", "", {}}}, false};
  answer.projected = {{{Topic::kAccess, 1}, 7}};
  answer.end = {{{Topic::kAccess, 1}, 8}, {{Topic::kDeadLetter, 0}, 1}};
  return answer;
}

AppendReport Report() {
  AppendReport report;
  report.answer = {"TOKEN", 1, 2, 3, 4, {}, true};
  report.answer.events = {{AppendState::kAppended, Position{Topic::kAccess, 0, 1}, std::nullopt, 1},
                          {AppendState::kConflict, Position{}, Error{"c", "r", "h"}, 2},
                          {AppendState::kRefused, std::nullopt, Error{"c", "r", ""}, 9}};
  report.batches = 3;
  report.stopped = true;
  report.fault = Error{"log_disk_full", "x", "y"};
  return report;
}

AnswerHead BriefHead(const std::string& question) {
  AnswerHead head = Head(question);
  head.when = {EffectiveTime{9}, std::nullopt};
  head.taints.clear();
  head.evidence.clear();
  return head;
}

const Position kFirst{Topic::kAccess, 0, 9}, kSecond{Topic::kIdentity, 2, 1};

BriefWhatAnswer BriefWhat() {
  return {BriefHead("what"),
          {{"g-1", "group:g", "role:r", "b:*", RowEffect::kAllow, RowStatus::kEffective, kSpan, {kFirst, kSecond}},
           {"g-2", "user:a", "", "*", RowEffect::kUnknown, RowStatus::kPossible, kOpen, {kSecond}}}};
}

BriefWhoAnswer BriefWho(const WhoQuestion& question) {
  return {
      BriefHead("who"), question, {{"user:a", RowStatus::kEffective, {kFirst, kSecond}}, {"user:b", RowStatus::kPossible, {}}}};
}

// Each kind of answer: its JSON, and what reading it and writing it again gives.
struct Kind {
  std::string name, json;
  std::function<Result<std::string>(const std::string&)> again;
};

template <class A>
Kind KindOf(const std::string& name, const A& answer) {
  return {name, ToJson(answer), [](const std::string& json) -> Result<std::string> {
            A read;
            if (auto s = FromJson(json, read); !s) return tl::unexpected<Error>(s.error());
            return ToJson(read);
          }};
}

std::vector<Kind> Kinds() {
  return {KindOf("identities", Identities()),
          KindOf("show", Show()),
          KindOf("what", What()),
          KindOf("who", Who({"read", "b:c", "", ""})),
          KindOf("role", Who({"", "", "role:r", ""})),
          KindOf("member", Who({"", "", "", "group:g"})),
          KindOf("check", Check()),
          KindOf("brief identities",
                 BriefIdentitiesAnswer{BriefHead("identities"), 7, {{"user:a", {kFirst}}, {"user:b", {kSecond, kFirst}}}}),
          KindOf("brief what", BriefWhat()),
          KindOf("brief who", BriefWho({"read", "b:c", "", ""})),
          KindOf("brief role", BriefWho({"", "", "role:r", ""})),
          KindOf("brief member", BriefWho({"", "", "", "group:g"})),
          KindOf("brief check", BriefCheckAnswer{BriefHead("check"), "read", "b:c", Decision::kUnknown, {kSecond, kFirst}}),
          KindOf("timeline", Timeline()),
          KindOf("diff", Diff()),
          KindOf("events", Events()),
          KindOf("event", Events().rows.front()),
          KindOf("dead_letters", DeadLetters()),
          KindOf("verify", Verify()),
          KindOf("status", State()),
          KindOf("append", Report().answer),
          KindOf("report", Report())};
}

TEST(JsonReadTest, WhatIsReadIsWrittenAgainByteForByte) {
  for (const Kind& kind : Kinds()) {
    const auto again = kind.again(kind.json);
    ASSERT_TRUE(again) << kind.name << ": " << again.error().ToString();
    EXPECT_EQ(*again, kind.json) << kind.name;
  }
}

TEST(JsonReadTest, AMomentAndNothingKnown) {
  IdentitiesAnswer answer = Identities();
  answer.head.when = {EffectiveTime{9}, std::nullopt};
  answer.head.known_time.reset();
  answer.head.limits.clear();
  answer.head.unread.clear();
  answer.head.next.clear();
  const Kind kind = KindOf("identities", answer);
  EXPECT_EQ(kind.again(kind.json).value_or("refused"), kind.json);
}

TEST(JsonReadTest, PartlyIsToldByWhatIsHeldOfTheWindow) {
  CheckAnswer read;
  ASSERT_TRUE(FromJson(ToJson(Check()), read));
  EXPECT_TRUE(read.result.partly);
  CheckAnswer whole = Check(), again;
  whole.result.held = {kSpan};
  ASSERT_TRUE(FromJson(ToJson(whole), again));
  EXPECT_FALSE(again.result.partly);
}

// Members that only some answers have, or of which another may stand in the place.
bool IsOptional(const std::string& pointer) {
  for (const char* name : {"/limits", "/unread", "/not_actions", "/permissions"})
    if (pointer.size() >= std::string_view(name).size() && pointer.ends_with(name)) return true;
  return false;
}
// What stands within is the record's own and not looked into.
bool IsForeign(const std::string& pointer) {
  return pointer.find("/attributes/") != std::string::npos || pointer.find("/event/") != std::string::npos;
}

TEST(JsonReadTest, NoMemberMayBeMissingOrOfAnotherKind) {
  int spoilt = 0;
  for (const Kind& kind : Kinds()) {
    const Json whole = Json::parse(kind.json);
    const Json flat = whole.flatten();
    for (const auto& [pointer, value] : flat.items()) {
      if (IsForeign(pointer)) continue;
      for (Json::json_pointer at(pointer); !at.empty(); at = at.parent_pointer()) {
        const std::string path = at.to_string();
        Json other = whole;
        other[at] = Json::parse("-1.5");
        EXPECT_FALSE(kind.again(other.dump())) << kind.name << " with a number at " << path;
        ++spoilt;
        Json& parent = (other = whole)[at.parent_pointer()];
        if (!parent.is_object() || IsOptional(path)) continue;
        parent.erase(at.back());
        EXPECT_FALSE(kind.again(other.dump())) << kind.name << " without " << path;
      }
    }
  }
  EXPECT_GT(spoilt, 500);
}

TEST(JsonReadTest, WordsThatAreShownAsTheyAreHoldNoEscapes) {
  for (const char* pointer :
       {"/as_known_at/position", "/next", "/taints/0/reason", "/limits/0", "/results/0/state", "/results/0/reason"}) {
    Json spoilt = Json::parse(ToJson(DeadLetters()));
    spoilt[Json::json_pointer(pointer)] = "\x1b[2J";
    DeadLettersAnswer read;
    EXPECT_FALSE(FromJson(spoilt.dump(), read)) << pointer;
  }
}

TEST(JsonReadTest, ABriefAnswerTellsEachPlaceOnce) {
  const Json json = Json::parse(ToJson(BriefWhat()));
  EXPECT_EQ(json["evidence"].size(), 2);
  EXPECT_EQ(json["results"][0]["evidence"], Json::parse("[0,1]"));
  EXPECT_EQ(json["results"][1]["evidence"], Json::parse("[1]"));
}

TEST(JsonReadTest, ABriefAnswerIsNoFullOneNorTheOtherWayRound) {
  CheckAnswer full;
  BriefCheckAnswer brief;
  EXPECT_FALSE(FromJson(ToJson(Check()), brief));
  EXPECT_FALSE(FromJson(ToJson(BriefCheckAnswer{BriefHead("check"), "read", "b:c", Decision::kNo, {}}), full));
}

TEST(JsonReadTest, AnIndexThatLeadsNowhereIsRefused) {
  for (const char* index : {"2", "-1", "4294967296", "1.0", "null"}) {
    Json spoilt = Json::parse(ToJson(Identities()));
    spoilt["results"][0]["evidence"] = Json::array({Json::parse(index)});
    IdentitiesAnswer read;
    EXPECT_FALSE(FromJson(spoilt.dump(), read)) << index;
  }
}

TEST(JsonTextTest, PartsKeepTheirBytes) {
  constexpr std::string_view kText = " { \"a\" : [ 1.50 ,\"]\\\"\\\\\", {\"b\":{}} ] , \"c\":-0 ,\"d\":\"}\",\"a\":2 } ";
  EXPECT_EQ(MemberText(kText, "a"), "[ 1.50 ,\"]\\\"\\\\\", {\"b\":{}} ]");
  EXPECT_EQ(MemberText(kText, "c"), "-0");
  EXPECT_EQ(MemberText(kText, "d"), "\"}\"");
  EXPECT_EQ(MemberText(kText, "b"), std::nullopt);
  EXPECT_EQ(MemberText("[1]", "b"), std::nullopt);
  EXPECT_EQ(MemberText("{}", "b"), std::nullopt);
  EXPECT_EQ(ElementTexts(*MemberText(kText, "a")), (std::vector<std::string_view>{"1.50", "\"]\\\"\\\\\"", "{\"b\":{}}"}));
  EXPECT_TRUE(ElementTexts("[ ]").empty());
  EXPECT_TRUE(ElementTexts("{}").empty());
}

}  // namespace
}  // namespace tenure::library
