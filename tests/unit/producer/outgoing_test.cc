// What leaves for the brokers: checked, addressed, and read by tenure as the event that it was, in both modes.
#include "library/producer/outgoing.h"

#include <gtest/gtest.h>

#include "event/binary_mode.h"
#include "event/codec.h"
#include "log/kafka/wire.h"
#include "tenure/producer/event_builder.h"
#include "unit/producer/every_type.h"

namespace tenure::producer {
namespace {

Event Built(Payload payload) {
  auto built = EventBuilder(std::move(payload))
                   .Source("iam.example")
                   .Id("Ä \"1\"")
                   .Time(EffectiveTime{1'772'442'000'000'001})
                   .Actor("user:dana")
                   .ControlOwner("group:iam")
                   .Supersedes({"iam.example", "e-0"})
                   .Build();
  EXPECT_TRUE(built) << built.error().ToString();
  return built ? *built : Event{};
}

std::optional<Topic> TopicFor(const Event& event) {
  return event::TopicOf(event.Type()) ? std::nullopt : std::optional(Topic::kUsage);
}

// As the reader of the log puts it together.
Result<Event> Read(const log::Outgoing& out) {
  std::vector<log::Header> headers;
  for (const auto& [name, value] : out.headers) headers.push_back({name, value});
  event::Decoder decoder;
  return decoder.Decode(log::StructuredValue(headers, out.value));
}

std::string CodeOf(const Event& event, std::optional<Topic> topic = std::nullopt) {
  const auto out = ToOutgoing(event, topic, Mode::kStructured);
  return out ? "" : out.error().code;
}

class Outgoing : public testing::TestWithParam<Mode> {};

TEST_P(Outgoing, EveryTypeIsReadAsTheEventThatItWas) {
  std::vector<Payload> all = OtherWays();
  for (const auto& example : EveryType()) all.push_back(example.full);
  for (const Payload& payload : all) {
    const Event event = Built(payload);
    const auto out = ToOutgoing(event, TopicFor(event), GetParam());
    ASSERT_TRUE(out) << out.error().ToString();
    const auto read = Read(*out);
    ASSERT_TRUE(read) << read.error().ToString() << "\n" << out->value;
    EXPECT_EQ(read->content_hash, event.content_hash);
    EXPECT_EQ(read->name, event.name);
    EXPECT_EQ(out->key, event::KeyOf(event));
    EXPECT_EQ(out->topic, event::TopicOf(event.Type()).value_or(Topic::kUsage));
  }
}

TEST_P(Outgoing, TheModeShowsInHeadersAndValue) {
  const auto out = ToOutgoing(Built(IdentitySuspended{.identity = "user:a"}), std::nullopt, GetParam());
  ASSERT_TRUE(out);
  if (GetParam() == Mode::kStructured) {
    ASSERT_EQ(out->headers.size(), 1u);
    EXPECT_EQ(out->headers[0].first, "content-type");
    EXPECT_TRUE(out->headers[0].second.starts_with("application/cloudevents+json"));
    EXPECT_NE(out->value.find("specversion"), std::string::npos);
  } else {
    const std::map<std::string, std::string> headers(out->headers.begin(), out->headers.end());
    EXPECT_EQ(headers.at("content-type"), "application/json");
    EXPECT_EQ(headers.at("ce_type"), "tenure.identity.suspended.v1");
    EXPECT_EQ(headers.at("ce_id"), "Ä \"1\"");
    EXPECT_EQ(headers.at("ce_authid"), "user:dana");
    EXPECT_EQ(out->value, R"({"identity":"user:a"})");
  }
}

INSTANTIATE_TEST_SUITE_P(Modes, Outgoing, testing::Values(Mode::kStructured, Mode::kBinary),
                         [](const auto& mode) { return mode.param == Mode::kBinary ? "Binary" : "Structured"; });

TEST(Door, AnEventFilledByHandIsCheckedAsABuiltOne) {
  Event event{.name = {"iam.example", "1"}, .payload = IdentityRegistered{.identity = "user:a"}};
  EXPECT_EQ(CodeOf(event), "");
  event.payload = IdentityRegistered{.identity = "alice"};
  EXPECT_EQ(CodeOf(event), "event_reference_malformed");
  event.payload = IdentityRegistered{.identity = "user:a", .attributes = R"({"password":"hunter2"})"};
  EXPECT_EQ(CodeOf(event), "event_secret");
  event.payload = IdentityRegistered{.identity = "user:a"};
  event.name.id.clear();
  EXPECT_EQ(CodeOf(event), "event_attribute_missing");
  event.name.id = "1";
  event.subject = "user:b";
  EXPECT_EQ(CodeOf(event), "event_subject_differs");
}

TEST(Door, ARetractionNeedsTheTopicOfItsTarget) {
  const Event retraction = Built(EventRetracted{{"s", "1"}, "user:a", "wrong person"});
  EXPECT_EQ(CodeOf(retraction), "event_topic_missing");
  EXPECT_EQ(CodeOf(retraction, Topic::kDeadLetter), "event_topic_wrong");
  EXPECT_EQ(ToOutgoing(retraction, Topic::kIdentity, Mode::kBinary)->topic, Topic::kIdentity);
}

TEST(Door, OtherEventsHaveTheTopicOfTheirType) {
  const Event registered = Built(IdentityRegistered{.identity = "user:a"});
  EXPECT_EQ(CodeOf(registered, Topic::kIdentity), "");
  EXPECT_EQ(CodeOf(registered, Topic::kAccess), "event_topic_wrong");
  EXPECT_EQ(CodeOf(registered, Topic::kDeadLetter), "event_topic_wrong");
}

TEST(Door, APayloadChangedAfterItWasBuiltIsNotSentAsItWas) {
  Event event = Built(IdentityRegistered{.identity = "user:a"});
  std::get<IdentityRegistered>(event.payload).identity = "user:b";
  EXPECT_EQ(CodeOf(event), "event_data_differs");
  event.data_json.clear();
  const auto out = ToOutgoing(event, std::nullopt, Mode::kStructured);
  ASSERT_TRUE(out);
  EXPECT_EQ(out->key, "user:b");
}

TEST(Door, TheSameEventMakesTheSameBytes) {
  const Event event = Built(EveryType()[static_cast<std::size_t>(EventType::kRoleDefined)].full);
  for (const Mode mode : {Mode::kStructured, Mode::kBinary}) {
    const auto first = ToOutgoing(event, std::nullopt, mode), again = ToOutgoing(event, std::nullopt, mode);
    EXPECT_EQ(first->value, again->value);
    EXPECT_EQ(first->headers, again->headers);
  }
}

}  // namespace
}  // namespace tenure::producer
