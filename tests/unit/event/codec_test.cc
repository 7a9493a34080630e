// Whole events: limits, hostile texts, and the way there and back.
#include "event/codec.h"

#include <gtest/gtest.h>

#include "written.h"

namespace tenure::event {
namespace {

TEST(Codec, AnEventEndsAtItsLimit) {
  const std::string shell = Written("identity.suspended", R"({"identity":"user:a","reason":""})");
  const auto sized = [&](std::size_t bytes) {
    return Written("identity.suspended", R"({"identity":"user:a","reason":")" + std::string(bytes - shell.size(), 'r') + "\"}");
  };
  ASSERT_EQ(sized(kEventBytesMax).size(), kEventBytesMax);
  EXPECT_EQ(Code(sized(kEventBytesMax)), "");
  EXPECT_EQ(Code(sized(kEventBytesMax + 1)), "event_too_large");
}

TEST(Codec, WhatIsNoJsonObjectIsRefused) {
  for (const char* text : {"", " ", "{", "{}x", "nul", "\xef\xbb\xbf{}", "{\"a\":\"\xed\xa0\x80\"}", "{\"a\":\"\xff\"}",
                           R"({"a":"\ud800"})", R"({"a":"\udc00"})"})
    EXPECT_EQ(Code(text), "event_not_json") << text;
  for (const char* text : {"[]", "null", "\"x\"", "7"}) EXPECT_EQ(Code(text), "event_not_object") << text;
  EXPECT_EQ(Code(Written("identity.suspended", R"({"identity":"user:a","x_n":1E400})")), "event_not_json");
}

TEST(Codec, DeepNestingIsRefusedAndNeverCrashes) {
  const auto deep = [](std::size_t n) {
    return Written("identity.suspended", R"({"identity":"user:a","x_d":)" + std::string(n, '[') + std::string(n, ']') + "}");
  };
  EXPECT_EQ(Code(deep(63)), "");
  EXPECT_EQ(Code(deep(64)), "event_json_too_deep");
  EXPECT_EQ(Code(deep(100'000)), "event_not_json");
  EXPECT_EQ(Code(std::string(200'000, '{')), "event_not_json");
}

TEST(Codec, ADecoderForgetsTheEventBefore) {
  Decoder decoder;
  ASSERT_FALSE(decoder.Decode("{\"a\""));
  const auto first = decoder.Decode(Written("identity.suspended", R"({"identity":"user:a","reason":"r"})"));
  const auto second = decoder.Decode(Written("identity.suspended", R"({"identity":"user:b"})"));
  ASSERT_TRUE(first && second);
  EXPECT_EQ(std::get<IdentitySuspended>(first->payload).identity, "user:a");
  EXPECT_EQ(std::get<IdentitySuspended>(second->payload).reason, "");
}

TEST(Codec, NamesOfTypesGoThereAndBack) {
  for (int i = 0; i < kEventTypes; ++i) EXPECT_EQ(TypeFromName(TypeName(static_cast<EventType>(i))), static_cast<EventType>(i));
  EXPECT_EQ(TypeName(EventType::kGrantIssued), "tenure.grant.issued.v1");
  EXPECT_EQ(TypeName(EventType::kEventRetracted), "tenure.event.retracted.v1");
  EXPECT_FALSE(TypeFromName("grant.issued"));
}

TEST(Codec, EachTypeHasItsPlane) {
  EXPECT_EQ(TopicOf(EventType::kCredentialCompromised), Topic::kIdentity);
  EXPECT_EQ(TopicOf(EventType::kRoleDefined), Topic::kAccess);
  EXPECT_EQ(TopicOf(EventType::kMembershipRemoved), Topic::kAccess);
  EXPECT_EQ(TopicOf(EventType::kReviewOpened), Topic::kGovernance);
  EXPECT_EQ(TopicOf(EventType::kDeadLetterResolved), Topic::kGovernance);
  EXPECT_EQ(TopicOf(EventType::kAccessUsed), Topic::kUsage);
  EXPECT_EQ(TopicOf(EventType::kEventRetracted), std::nullopt);
}

TEST(Codec, KeysComeFromData) {
  const auto key = [](std::string_view type, std::string_view data) { return KeyOf(MustRead(Written(type, data))); };
  EXPECT_EQ(key("identity.linked", R"({"identity":"user:a","same_as":"user:b"})"), "user:a");
  EXPECT_EQ(key("grant.issued", R"({"grant":"g","principal":"user:a","role":"role:r"})"), "user:a");
  EXPECT_EQ(key("role.retired", R"({"role":"role:r"})"), "role:r");
  EXPECT_EQ(key("membership.removed", R"({"member":"user:a","group":"group:g"})"), "user:a");
  EXPECT_EQ(key("review.decided", R"({"review":"q1","principal":"user:a","grant":"g","decision":"keep","reviewer":"user:b"})"),
            "q1");
  EXPECT_EQ(key("exception.revoked", R"({"exception":"x","subject":"user:a"})"), "user:a");
  EXPECT_EQ(key("dead_letter.resolved", R"({"topic":"tenure.usage","partition":0,"offset":1,"resolution":"void","reason":"r"})"),
            "tenure.usage");
  EXPECT_EQ(key("event.retracted", R"({"target":{"source":"s","id":"0"},"key":"user:z","reason":"r"})"), "user:z");
}

TEST(Codec, AnEventBuiltFromStructsIsCheckedLikeAnyOther) {
  Event event{.name = {"s", "1"},
              .time = {0},
              .payload = GrantIssued{.grant = "g", .principal = "user:a", .role = "role:r", .expires_at = EffectiveTime{5'000}}};
  event.supersedes = {{"s", "0"}};
  const auto complete = Complete(event);
  ASSERT_TRUE(complete) << complete.error().ToString();
  EXPECT_EQ(std::get<GrantIssued>(complete->payload).expires_at, EffectiveTime{5'000});
  EXPECT_EQ(complete->supersedes, event.supersedes);
  EXPECT_NE(complete->content_hash, Hash256{});
  std::get<GrantIssued>(event.payload).principal = "alice";
  EXPECT_EQ(Complete(event).error().code, "event_reference_malformed");
  event.payload = IdentitySuspended{};
  EXPECT_EQ(Complete(event).error().code, "event_field_missing");
}

}  // namespace
}  // namespace tenure::event
