// The fields of `data`: what each must be, what binds several of them.
#include <map>

#include "written.h"

namespace tenure::event {
namespace {

std::string Suspended(std::string_view fields) {
  return Written("identity.suspended", R"({"identity":"user:a")" + std::string(fields) + "}");
}
std::string Granted(std::string_view fields) {
  return Written("grant.issued", R"({"grant":"g","principal":"user:a")" + std::string(fields) + "}");
}
std::string Permitting(std::string_view permission) {
  return Written("role.defined", R"({"role":"role:r","permissions":[)" + std::string(permission) + "]}");
}

TEST(Fields, AnUnknownFieldIsRefusedWithTheNearestNameAndAnOwnOneIsNot) {
  EXPECT_EQ(Code(Granted(R"(,"role":"role:r","expires":"2026-01-01T00:00:00Z")")), "event_field_unknown");
  EXPECT_NE(Complaint(Granted(R"(,"role":"role:r","expire_at":"2026-01-01T00:00:00Z")")).find("did you mean \"expires_at\"?"),
            std::string::npos);
  EXPECT_EQ(Code(Granted(R"(,"role":"role:r","x_expires":null)")), "");
  EXPECT_EQ(Code(Permitting(R"({"effect":"allow","actions":["a"],"resources":["b"],"efect":"deny"})")), "event_field_unknown");
}

TEST(Fields, ANullIsRefusedUnlessItClears) {
  EXPECT_EQ(Code(Suspended(R"(,"reason":null)")), "event_field_null");
  EXPECT_EQ(Code(Granted(R"(,"role":"role:r","expires_at":null)")), "event_field_null");
  const auto updated = DataOf<IdentityUpdated>(
      Written("identity.updated", R"({"identity":"user:a","environment":null,"display_name":"A","attributes":{"desk":null}})"));
  EXPECT_EQ(updated.environment, (Settable<std::string>{true, std::nullopt}));
  EXPECT_EQ(updated.display_name, (Settable<std::string>{true, "A"}));
  EXPECT_EQ(updated.expires_at, (Settable<EffectiveTime>{}));
  EXPECT_EQ(updated.attributes, R"({"desk":null})");
  EXPECT_EQ(DataOf<IdentityOwnerChanged>(Written("identity.owner_changed", R"({"identity":"user:a","owner":null})")).owner,
            std::nullopt);
  EXPECT_EQ(Code(Written("identity.owner_changed", R"({"identity":"user:a"})")), "event_field_missing");
  EXPECT_EQ(Code(Written("identity.registered", R"({"identity":"user:a","attributes":{"desk":null}})")), "event_field_null");
}

TEST(Fields, NoFieldIsEmptyAndNoneStandsTwice) {
  EXPECT_EQ(Code(Suspended(R"(,"reason":"")")), "event_field_empty");
  EXPECT_EQ(Code(Suspended(R"(,"reason":"a","reason":"a")")), "event_field_twice");
  EXPECT_EQ(Code(Suspended(R"(,"x_a":{"b":{"c":1,"c":2}})")), "event_field_twice");
  EXPECT_EQ(Code(Written("identity.registered", R"({"identity":"user:a","attributes":{"t":1,"t":2}})")), "event_field_twice");
}

TEST(Fields, TypesAreNotGuessed) {
  EXPECT_EQ(Code(Suspended(R"(,"reason":7)")), "event_field_type");
  EXPECT_EQ(Code(Written("identity.retired", R"({"identity":"user:a","ends_all":"true"})")), "event_field_type");
  EXPECT_EQ(Code(Written("access.used", R"({"identity":"user:a","action":"x","outcome":"allowed","count":1.5})")),
            "event_field_type");
  EXPECT_EQ(Code(Written("access.used", R"({"identity":"user:a","action":"x","outcome":"allowed","count":0})")),
            "event_field_type");
  EXPECT_EQ(Code(Written("access.used", R"({"identity":"user:a","action":"x","outcome":"allowed","via":"user:b"})")),
            "event_field_type");
  EXPECT_EQ(Code(Written("identity.registered", R"({"identity":"user:a","attributes":[]})")), "event_field_type");
}

TEST(Fields, TimesNeedAZone) {
  const std::string told = Complaint(Granted(R"(,"role":"role:r","expires_at":"2023-07-10 12:26")"));
  EXPECT_NE(told.find("event_time_without_zone: \"expires_at\": \"2023-07-10 12:26\" names no zone"), std::string::npos) << told;
  EXPECT_EQ(DataOf<GrantIssued>(Granted(R"(,"role":"role:r","expires_at":"1970-01-01T01:00:00+01:00")")).expires_at,
            EffectiveTime{0});
}

TEST(Fields, AnIdentityIsNoRoleAndEveryoneOnlyAPrincipalOrMember) {
  EXPECT_EQ(Code(Written("identity.suspended", R"({"identity":"role:r"})")), "event_reference_not_identity");
  EXPECT_EQ(Code(Written("identity.suspended", R"({"identity":"alice"})")), "event_reference_malformed");
  EXPECT_EQ(Code(Written("identity.suspended", R"({"identity":"everyone:*"})")), "event_reference_everyone");
  EXPECT_EQ(Code(Written("grant.issued", R"({"grant":"g","principal":"everyone:*","role":"role:r"})")), "");
  EXPECT_EQ(Code(Written("membership.added", R"({"member":"everyone:*","group":"group:g"})")), "");
  EXPECT_EQ(Code(Written("membership.added", R"({"member":"user:a","group":"everyone:*"})")), "event_reference_not_group");
  EXPECT_EQ(Code(Granted(R"(,"role":"user:b")")), "event_reference_not_role");
  EXPECT_EQ(
      Code(Written("exception.granted", R"({"exception":"x","subject":"role:r","rule":"q","expires_at":"2026-01-01T00:00:00Z",
      "approver":"everyone:*","reason":"r"})")),
      "event_reference_everyone");
}

TEST(Fields, AGrantHasARoleOrPermissions) {
  const std::string permissions = R"(,"permissions":[{"effect":"allow","actions":["a"],"resources":["b"]}])";
  EXPECT_EQ(Code(Granted(permissions)), "");
  EXPECT_EQ(Code(Granted("")), "event_grant_role_or_permissions");
  EXPECT_EQ(Code(Granted(permissions + R"(,"role":"role:r")")), "event_grant_role_or_permissions");
  EXPECT_EQ(Code(Written("grant.requested", R"({"request":"q","principal":"user:a"})")), "event_grant_role_or_permissions");
}

TEST(Fields, AGrantsKindIsKnownAndADelegationNamesWhoDelegates) {
  EXPECT_EQ(DataOf<GrantIssued>(Granted(R"(,"role":"role:r")")).kind, "standing");
  EXPECT_EQ(DataOf<GrantIssued>(Granted(R"(,"role":"role:r")")).scope, "*");
  EXPECT_EQ(Code(Granted(R"(,"role":"role:r","kind":"forever")")), "event_field_enum");
  EXPECT_EQ(Code(Granted(R"(,"role":"role:r","kind":"delegated")")), "event_field_missing");
  EXPECT_EQ(Code(Granted(R"(,"role":"role:r","kind":"delegated","delegator":"user:b")")), "");
}

TEST(Fields, ARevokeNamesAGrantOrARole) {
  const auto revoked = [](std::string_view f) {
    return Written("grant.revoked", R"({"principal":"user:a")" + std::string(f) + "}");
  };
  EXPECT_EQ(Code(revoked(R"(,"grant":"g")")), "");
  EXPECT_EQ(DataOf<GrantRevoked>(revoked(R"(,"role":"role:r")")).scope, std::nullopt);
  EXPECT_EQ(DataOf<GrantRevoked>(revoked(R"(,"role":"role:r","scope":"*")")).scope, "*");
  EXPECT_EQ(Code(revoked("")), "event_revoke_grant_or_role");
  EXPECT_EQ(Code(revoked(R"(,"grant":"g","role":"role:r")")), "event_revoke_grant_or_role");
  EXPECT_EQ(Code(revoked(R"(,"grant":"g","scope":"*")")), "event_field_contradiction");
}

TEST(Fields, AnApprovalNamesARequestOrAGrant) {
  EXPECT_EQ(Code(Written("grant.approved", R"({"principal":"user:a","approver":"user:b"})")), "event_field_missing");
  EXPECT_EQ(Code(Written("grant.denied", R"({"principal":"user:a","approver":"user:b","grant":"g"})")), "");
  EXPECT_EQ(Code(Written("grant.denied", R"({"principal":"user:a","grant":"g"})")), "event_field_missing");
}

TEST(Fields, APermissionHasOneListOfEachPair) {
  const auto p =
      DataOf<RoleDefined>(
          Permitting(R"({"effect":"deny","not_actions":["a"],"not_resources":["b","c"],"covers":"literal","condition":"if"})"))
          .permissions;
  Permission wanted{Effect::kDeny, true, true, {"a"}, {"b", "c"}, Covers::kLiteral, "if"};
  EXPECT_EQ(p, std::vector<Permission>{wanted});
  for (const char* text : {R"({"effect":"allow","resources":["b"]})", R"({"effect":"allow","actions":["a"]})",
                           R"({"effect":"allow","actions":["a"],"not_actions":["a"],"resources":["b"]})",
                           R"({"effect":"allow","actions":[],"resources":["b"]})"})
    EXPECT_EQ(Code(Permitting(text)), "event_permission_lists") << text;
  EXPECT_EQ(Code(Permitting(R"({"effect":"maybe","actions":["a"],"resources":["b"]})")), "event_field_enum");
  EXPECT_EQ(Code(Permitting(R"({"actions":["a"],"resources":["b"]})")), "event_field_missing");
  EXPECT_EQ(Code(Permitting(R"({"effect":"allow","actions":["a"],"resources":["b"],"covers":"all"})")), "event_field_enum");
}

TEST(Fields, PatternsAndPermissionsEndAtTheirLimits) {
  const auto acting = [](std::size_t bytes) {
    return Permitting(R"({"effect":"allow","actions":[")" + std::string(bytes, '*') + R"("],"resources":["b"]})");
  };
  EXPECT_EQ(Code(acting(2048)), "");
  EXPECT_EQ(Code(acting(2049)), "event_pattern_too_long");
  const auto many = [](int n) {
    std::string list;
    for (int i = 0; i < n; ++i) list += std::string(i > 0 ? "," : "") + R"({"effect":"deny","actions":["a"],"resources":["b"]})";
    return Permitting(list);
  };
  EXPECT_EQ(Code(many(4096)), "");
  EXPECT_EQ(Code(many(4097)), "event_permissions_too_many");
}

TEST(Fields, ARotationBeginsAnotherCredential) {
  EXPECT_EQ(Code(Written("credential.rotated", R"({"identity":"user:a","credential":"k1","replaced_by":"k1"})")),
            "event_rotation_same");
  EXPECT_EQ(Code(Written("credential.rotated", R"({"identity":"user:a","credential":"k1","replaced_by":"k2"})")), "");
}

TEST(Fields, ADecisionIsAboutExactlyOneThing) {
  const auto decided = [](std::string_view f) {
    return Written("review.decided", R"({"review":"r","principal":"user:a","reviewer":"user:b")" + std::string(f) + "}");
  };
  EXPECT_EQ(Code(decided(R"(,"grant":"g","decision":"keep")")), "");
  EXPECT_EQ(Code(decided(R"(,"decision":"keep")")), "event_decision_object");
  EXPECT_EQ(Code(decided(R"(,"grant":"g","group":"group:g","decision":"keep")")), "event_decision_object");
  EXPECT_EQ(Code(decided(R"(,"grant":"g","decision":"maybe")")), "event_field_enum");
}

TEST(Fields, AResolutionNamesARecordOfAPlane) {
  const auto resolved = [](std::string_view topic, std::string_view f) {
    return Written("dead_letter.resolved",
                   R"({"topic":")" + std::string(topic) + R"(","partition":3,"offset":17,"reason":"r")" + std::string(f) + "}");
  };
  const auto d =
      DataOf<DeadLetterResolved>(resolved("tenure.usage", R"(,"resolution":"replaced","replaced_by":{"source":"s","id":"2"})"));
  EXPECT_EQ(d.position, (Position{Topic::kUsage, 3, 17}));
  EXPECT_EQ(d.replaced_by, (EventName{"s", "2"}));
  EXPECT_EQ(Code(resolved("tenure.dead-letter", R"(,"resolution":"void")")), "event_field_enum");
  EXPECT_EQ(Code(resolved("usage", R"(,"resolution":"void")")), "event_field_enum");
  EXPECT_EQ(Code(resolved("tenure.usage", R"(,"resolution":"replaced")")), "event_field_missing");
  EXPECT_EQ(Code(resolved("tenure.usage", R"(,"resolution":"void","replaced_by":{"source":"s","id":"2"})")),
            "event_field_contradiction");
  EXPECT_EQ(Code(resolved("tenure.usage", R"(,"resolution":"gone")")), "event_field_enum");
}

TEST(Fields, EveryTypeAsksForItsRequiredFields) {
  const std::map<std::string, std::vector<std::string>> required = {{"identity.registered", {"identity"}},
                                                                    {"identity.linked", {"identity", "same_as"}},
                                                                    {"credential.issued", {"identity", "credential"}},
                                                                    {"credential.compromised", {"identity", "credential"}},
                                                                    {"role.retired", {"role"}},
                                                                    {"membership.removed", {"member", "group"}},
                                                                    {"review.closed", {"review"}},
                                                                    {"exception.revoked", {"exception", "subject"}},
                                                                    {"access.used", {"identity", "action", "outcome"}}};
  const std::map<std::string, std::string> sound = {{"group", "group:g"}, {"role", "role:r"}, {"outcome", "denied"}};
  for (const auto& [type, fields] : required) {
    for (std::size_t left_out = 0; left_out <= fields.size(); ++left_out) {
      std::string data;
      for (std::size_t i = 0; i < fields.size(); ++i)
        if (i != left_out)
          data += (data.empty() ? "\"" : ",\"") + fields[i] + "\":\"" +
                  (sound.count(fields[i]) ? sound.at(fields[i]) : "user:a") + "\"";
      EXPECT_EQ(Code(Written(type, "{" + data + "}")), left_out == fields.size() ? "" : "event_field_missing")
          << type << " " << data;
    }
  }
}

}  // namespace
}  // namespace tenure::event
