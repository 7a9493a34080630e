#include "event/binary_mode.h"

#include <algorithm>

#include "written.h"

namespace tenure::event {
namespace {

const std::string kBody = R"({"identity":"user:alice","reason":"leave"})";

Headers Sound(std::string_view prefix) {
  const std::string p(prefix);
  return {{"content-type", "application/json"},         {p + "specversion", "1.0"},          {p + "source", "s"}, {p + "id", "1"},
          {p + "type", "tenure.identity.suspended.v1"}, {p + "time", "2026-01-05T09:00:00Z"}};
}

TEST(BinaryMode, IsAnnouncedByItsHeaders) {
  EXPECT_TRUE(IsBinaryMode(Sound("ce_"), Carrier::kKafka));
  EXPECT_TRUE(IsBinaryMode(Sound("CE-"), Carrier::kHttp));
  EXPECT_FALSE(IsBinaryMode(Sound("ce-"), Carrier::kKafka));
  EXPECT_FALSE(IsBinaryMode({{"content-type", "application/json"}}, Carrier::kHttp));
  EXPECT_FALSE(IsBinaryMode({{"Content-Type", "application/cloudevents+json"}, {"ce_specversion", "1.0"}}, Carrier::kKafka));
}

TEST(BinaryMode, SaysTheSameAsStructuredMode) {
  const auto structured = MustRead(Written("identity.suspended", kBody));
  for (const auto& [prefix, carrier] : {std::pair{"ce_", Carrier::kKafka}, {"ce-", Carrier::kHttp}}) {
    const auto json = FromBinaryMode(Sound(prefix), kBody, carrier);
    ASSERT_TRUE(json);
    EXPECT_EQ(MustRead(*json).content_hash, structured.content_hash);
    EXPECT_EQ(MustRead(*json).name, structured.name);
  }
}

TEST(BinaryMode, GoesThereAndBack) {
  const std::string json =
      Written("identity.suspended", kBody,
              R"("subject":"user:alice","authid":"Jörg \"J\" 100%","sequence":7,"sampled":true,"unset":null,)");
  for (const Carrier carrier : {Carrier::kKafka, Carrier::kHttp}) {
    const auto message = ToBinaryMode(json.substr(0, json.find("\"unset\"")) + json.substr(json.find("\"type\"")), carrier);
    ASSERT_TRUE(message) << message.error().ToString();
    const auto back = FromBinaryMode(message->headers, message->body, carrier);
    ASSERT_TRUE(back);
    EXPECT_EQ(MustRead(*back).authid, "Jörg \"J\" 100%");
    EXPECT_EQ(MustRead(*back).subject, "user:alice");
  }
  EXPECT_TRUE(ToBinaryMode(json, Carrier::kHttp));  // what is null is left out
}

TEST(BinaryMode, HttpValuesArePrintableAscii) {
  const auto message = ToBinaryMode(Written("identity.suspended", kBody, R"("authid":"J\u00f6rg \"%",)"), Carrier::kHttp);
  ASSERT_TRUE(message);
  EXPECT_NE(std::find(message->headers.begin(), message->headers.end(),
                      std::pair<std::string, std::string>{"ce-authid", "J%C3%B6rg%20%22%25"}),
            message->headers.end());
}

TEST(BinaryMode, HttpValuesMayStandInQuotes) {
  auto headers = Sound("ce-");
  headers.emplace_back("ce-authid", R"("a \"b\" %41")");
  EXPECT_EQ(MustRead(*FromBinaryMode(headers, kBody, Carrier::kHttp)).authid, "a \"b\" A");
}

// A body that closed `data` could otherwise add attributes of its own behind it.
TEST(BinaryMode, ABodyIsOneWholeObject) {
  for (const char* body : {"", "[]", "null", R"({},"authid":"user:root")", R"({}{})", "{\"a\":\xff}"})
    EXPECT_EQ(FromBinaryMode(Sound("ce_"), body, Carrier::kKafka).error().code, "event_data_not_object") << body;
}

TEST(BinaryMode, HeadersThatNameNoAttributeAreRefused) {
  for (const char* name : {"ce_", "ce_data", "ce_datacontenttype", "ce_auth_id", "ce_Id"}) {
    auto headers = Sound("ce_");
    headers.emplace_back(name, "x");
    EXPECT_EQ(FromBinaryMode(headers, kBody, Carrier::kKafka).error().code, "event_binary_header") << name;
  }
  auto headers = Sound("ce-");
  headers.emplace_back("ce-authid", "100%");
  EXPECT_EQ(FromBinaryMode(headers, kBody, Carrier::kHttp).error().code, "event_binary_header");
}

TEST(BinaryMode, AHeaderThatStandsTwiceIsRefusedByTheDecoder) {
  auto headers = Sound("ce_");
  headers.emplace_back("ce_id", "2");
  EXPECT_EQ(Code(*FromBinaryMode(headers, kBody, Carrier::kKafka)), "event_attribute_twice");
}

TEST(BinaryMode, TheContentTypeIsHeldToJson) {
  auto headers = Sound("ce_");
  headers.front().second = "application/xml";
  EXPECT_EQ(Code(*FromBinaryMode(headers, kBody, Carrier::kKafka)), "event_content_type");
}

}  // namespace
}  // namespace tenure::event
