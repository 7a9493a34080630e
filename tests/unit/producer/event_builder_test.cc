// Building an event: each type, what its schema says of it, and what was forgotten.
#include "tenure/producer/event_builder.h"

#include <gtest/gtest.h>

#include <regex>
#include <set>

#include "event/codec.h"
#include "event/json_reader.h"
#include "event/schemas.h"
#include "property/by_schema.h"
#include "unit/producer/every_type.h"

namespace tenure::producer {
namespace {

constexpr EffectiveTime kNine{1'772'442'000'000'000};  // 2026-03-02T09:00:00Z

EventBuilder Said(Payload payload) {
  EventBuilder builder(std::move(payload));
  builder.Source("iam.example").Id("e-1").Time(kNine);
  return builder;
}

std::string CodeOf(const Result<Event>& built) { return built ? "" : built.error().code; }
std::string CodeOf(Payload payload) { return CodeOf(Said(std::move(payload)).Build()); }

TEST(EventBuilder, EveryTypeBuildsAndItsSchemaTakesIt) {
  ASSERT_EQ(EveryType().size(), static_cast<std::size_t>(kEventTypes));
  std::vector<Payload> all = OtherWays();
  for (std::size_t i = 0; i < EveryType().size(); ++i) {
    EXPECT_EQ(EveryType()[i].full.index(), i) << "one example each, in the order of the types";
    all.push_back(EveryType()[i].full);
  }
  for (const Payload& payload : all) {
    const auto built = Said(payload).Build();
    ASSERT_TRUE(built) << built.error().ToString();
    const std::string type(event::TypeName(built->Type()));
    EXPECT_TRUE(tests::SchemaTakes(type, built->data_json)) << type << " " << built->data_json;
    EXPECT_EQ(event::PackPayload(built->payload), event::PackPayload(payload)) << "what was said stands in the event: " << type;
  }
}

TEST(EventBuilder, EveryFieldOfASchemaIsSaidBySomeExample) {
  std::vector<Payload> all = OtherWays();
  for (const auto& example : EveryType()) all.push_back(example.full);
  std::map<std::string, std::set<std::string>> said;
  for (const Payload& payload : all) {
    const auto built = Said(payload).Build();
    ASSERT_TRUE(built);
    for (const auto& name : event::JsonMemberNames(built->data_json))
      said[std::string(event::TypeName(built->Type()))].insert(name);
  }
  for (int i = 0; i < kEventTypes; ++i) {
    const std::string type(event::TypeName(static_cast<EventType>(i)));
    const auto schema = event::JsonValue::Parse(event::SchemaText(type));
    for (const auto& [name, rule] : schema->Get("properties")->Members())
      EXPECT_TRUE(said[type].contains(name)) << type << " " << name;
  }
}

TEST(EventBuilder, ForgettingARequiredFieldIsAnErrorThatNamesIt) {
  for (const auto& example : EveryType()) {
    const std::string type(event::TypeName(static_cast<EventType>(example.full.index())));
    std::set<std::string> tried;
    for (const auto& [field, less] : example.without) {
      tried.insert(field);
      const auto built = Said(less).Build();
      ASSERT_FALSE(built) << type << " without " << field;
      EXPECT_TRUE(built.error().code == "event_field_missing" || (field == "target" && built.error().code == "event_field_empty"))
          << built.error().ToString();
      const bool of_position = field == "partition" || field == "offset";  // they are said together
      EXPECT_NE(built.error().reason.find('"' + (of_position ? "topic" : field) + '"'), std::string::npos)
          << built.error().ToString();
      EXPECT_FALSE(built.error().hint.empty());
      EXPECT_EQ(built.error().blame, Blame::kInput);
    }
    const auto schema = event::JsonValue::Parse(event::SchemaText(type));
    for (const auto& name : schema->Get("required")->Items())
      EXPECT_TRUE(tried.contains(name.AsString())) << type << " " << name.AsString();
  }
}

TEST(EventBuilder, OneOfTwoIsNeededWhereASchemaSaysSo) {
  EXPECT_EQ(CodeOf(GrantIssued{.grant = "g", .principal = "user:a"}), "event_grant_role_or_permissions");
  EXPECT_EQ(CodeOf(GrantRequested{.request = "q", .principal = "user:a"}), "event_grant_role_or_permissions");
  EXPECT_EQ(CodeOf(GrantApproved{.principal = "user:a", .approver = "user:b"}), "event_field_missing");
  EXPECT_EQ(CodeOf(GrantRevoked{.principal = "user:a"}), "event_revoke_grant_or_role");
  EXPECT_EQ(CodeOf(ReviewDecided{.review = "r", .principal = "user:a", .decision = "keep", .reviewer = "user:b"}),
            "event_decision_object");
  EXPECT_EQ(CodeOf(GrantIssued{.grant = "g", .principal = "user:a", .role = "role:r", .kind = "delegated"}),
            "event_field_missing");
  EXPECT_EQ(CodeOf(DeadLetterResolved{{Topic::kUsage, 0, 0}, Resolution::kReplaced, std::nullopt, "r"}), "event_field_missing");
}

TEST(EventBuilder, SourceAndTimeAreRequired) {
  const auto no_source = EventBuilder(RoleRetired{"role:r"}).Time(kNine).Build();
  const auto no_time = EventBuilder(RoleRetired{"role:r"}).Source("iam.example").Build();
  EXPECT_EQ(CodeOf(no_source), "event_attribute_missing");
  EXPECT_NE(no_source.error().reason.find("\"source\""), std::string::npos);
  EXPECT_EQ(CodeOf(no_time), "event_attribute_missing");
  EXPECT_NE(no_time.error().reason.find("\"time\""), std::string::npos);
}

TEST(EventBuilder, ReferencesAreValidated) {
  EXPECT_EQ(CodeOf(IdentityRegistered{.identity = "alice"}), "event_reference_malformed");
  EXPECT_EQ(CodeOf(IdentityRegistered{.identity = "role:r"}), "event_reference_not_identity");
  EXPECT_EQ(CodeOf(IdentityRegistered{.identity = "everyone:*"}), "event_reference_everyone");
  EXPECT_EQ(CodeOf(MembershipAdded{.member = "user:a", .group = "user:b"}), "event_reference_not_group");
  EXPECT_EQ(CodeOf(GrantIssued{.grant = "g", .principal = "user:a", .role = "user:b"}), "event_reference_not_role");
  EXPECT_EQ(CodeOf(GrantIssued{.grant = "g", .principal = "user:a", .role = "role:r", .scope = std::string(2049, 'x')}),
            "event_pattern_too_long");
}

TEST(EventBuilder, WhatWouldMeanEverythingIsNeverSaidByAnEmptyText) {
  EXPECT_EQ(CodeOf(GrantIssued{.grant = "g", .principal = "user:a", .role = "role:r", .scope = ""}), "event_field_empty");
  EXPECT_EQ(CodeOf(GrantIssued{.grant = "g", .principal = "user:a", .role = "role:r", .kind = ""}), "event_field_empty");
  EXPECT_EQ(CodeOf(GrantRevoked{.principal = "user:a", .role = "role:r", .scope = ""}), "event_field_empty");
  EXPECT_EQ(CodeOf(GrantIssued{.grant = "g", .principal = "user:a", .role = "role:r", .expires_at = kAlways}),
            "event_time_malformed");
  EXPECT_EQ(CodeOf(GrantIssued{.grant = "g", .principal = "user:a", .role = "role:r", .expires_at = kForever}),
            "event_time_malformed");
}

TEST(EventBuilder, ARolePermitsNothingOnlyIfThatIsSaid) {
  const auto nothing = Said(RoleDefined{.role = "role:r"}).PermitsNothing().Build();
  ASSERT_TRUE(nothing) << nothing.error().ToString();
  EXPECT_EQ(event::JsonMember(nothing->data_json, "permissions"), "[]");
  EXPECT_EQ(CodeOf(Said(EveryType()[static_cast<std::size_t>(EventType::kRoleDefined)].full).PermitsNothing().Build()),
            "event_field_contradiction");
  EXPECT_EQ(CodeOf(Said(RoleRetired{"role:r"}).PermitsNothing().Build()), "event_field_contradiction");
}

TEST(EventBuilder, AttributesAreOneObjectAndCannotBringOtherFields) {
  EXPECT_EQ(CodeOf(IdentityRegistered{.identity = "user:a", .attributes = R"({},"owner":"user:evil")"}), "event_field_type");
  EXPECT_EQ(CodeOf(IdentityUpdated{.identity = "user:a", .attributes = R"({}},"authid":"user:evil","x":{"y":{})"}),
            "event_field_type");
  EXPECT_EQ(CodeOf(IdentityRegistered{.identity = "user:a", .attributes = "[]"}), "event_field_type");
  EXPECT_EQ(CodeOf(IdentityRegistered{.identity = "user:a", .attributes = R"({"desk":null})"}), "event_field_null");
}

TEST(EventBuilder, ASecretIsRefusedAndNotRepeated) {
  const auto built = Said(IdentityRegistered{.identity = "user:a", .attributes = R"({"db_token":"s3cr3t-value"})"}).Build();
  ASSERT_FALSE(built);
  EXPECT_EQ(built.error().code, "event_secret");
  EXPECT_EQ(built.error().ToString().find("s3cr3t"), std::string::npos);
}

TEST(EventBuilder, TheEnvelopeHoldsWhatWasSaid) {
  const auto built = Said(IdentitySuspended{.identity = "user:a"})
                         .Actor("user:dana")
                         .ActorType("user")
                         .ControlOwner("group:iam")
                         .Correlation("c-1")
                         .Causation("c-0")
                         .OwnRecordedTime("2026-03-02T09:00:01Z")
                         .Supersedes({"iam.example", "e-0"})
                         .Supersedes({"hr.example", "e-9"})
                         .Build();
  ASSERT_TRUE(built) << built.error().ToString();
  EXPECT_EQ(built->name, (EventName{"iam.example", "e-1"}));
  EXPECT_EQ(built->time, kNine);
  EXPECT_EQ(built->authid + " " + built->authtype + " " + built->controlowner, "user:dana user group:iam");
  EXPECT_EQ(built->correlationid + " " + built->causationid + " " + built->recordedtime, "c-1 c-0 2026-03-02T09:00:01Z");
  EXPECT_EQ(built->supersedes, (std::vector<EventName>{{"iam.example", "e-0"}, {"hr.example", "e-9"}}));
  EXPECT_EQ(CodeOf(Said(IdentitySuspended{.identity = "user:a"}).Supersedes({"iam.example", "e-1"}).Build()), "event_supersedes");
}

TEST(EventBuilder, AnIdIsMadeOnceAndKept) {
  const std::regex uuid("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  std::set<std::string> ids;
  for (int i = 0; i < 1000; ++i) {
    EventBuilder builder(RoleRetired{"role:r"});
    builder.Source("iam.example").Time(kNine);
    const auto first = builder.Build(), again = builder.Build();
    ASSERT_TRUE(first && again);
    EXPECT_TRUE(std::regex_match(first->name.id, uuid)) << first->name.id;
    EXPECT_EQ(first->name, again->name);
    EXPECT_EQ(first->content_hash, again->content_hash);
    ids.insert(first->name.id);
  }
  EXPECT_EQ(ids.size(), 1000u);
}

TEST(EventBuilder, AMissingIdIsMadeOnlyOfASoundEvent) {
  EventBuilder builder(RoleRetired{"role:r"});
  EXPECT_EQ(CodeOf(builder.Source("iam.example").Build()), "event_attribute_missing");
  EXPECT_TRUE(builder.Time(kNine).Build());
}

TEST(Times, AreReadAndConverted) {
  EXPECT_EQ(ReadTime("2026-03-02T10:00:00+01:00"), kNine);
  EXPECT_EQ(ReadTime("2026-03-02T10:00:00").error().code, "event_time_without_zone");
  const std::chrono::system_clock::time_point before{std::chrono::nanoseconds(-1)};
  EXPECT_EQ(TimeOf(before), EffectiveTime{-1}) << "cut towards the past, not towards 1970";
  EXPECT_EQ(Said(RoleRetired{"role:r"}).Time(before).Build()->time, EffectiveTime{-1});
}

}  // namespace
}  // namespace tenure::producer
