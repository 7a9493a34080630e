#include "governance/policy.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "event/clock.h"
#include "event/json_reader.h"
#include "event/json_writer.h"
#include "event/reference.h"
#include "event/running_hash.h"

namespace tenure::governance {
namespace {

using event::JsonValue;
using event::JsonWriter;

constexpr std::int64_t kNumberMax = 1'000'000;  // of any unit here: no sum of times overflows

struct ListField {
  std::string_view name;
  std::vector<std::string> Policy::* at;
};
constexpr std::array<ListField, 10> kLists{{
    {"human_types", &Policy::human_types},
    {"external_types", &Policy::external_types},
    {"platform_principals", &Policy::platform_principals},
    {"privileged_roles", &Policy::privileged_roles},
    {"production_environments", &Policy::production_environments},
    {"production_scopes", &Policy::production_scopes},
    {"configured_sources", &Policy::configured_sources},
    {"jit_roles", &Policy::jit_roles},
    {"temporary_kinds", &Policy::temporary_kinds},
    {"approval_required", &Policy::approval_required},
}};
struct NumberField {
  std::string_view name;
  std::int64_t Policy::* at;
  std::int64_t unit;  // us; 1 = a plain number
};
constexpr std::array<NumberField, 16> kNumbers{{
    {"offboarding_grace_hours", &Policy::offboarding_grace, kHour},
    {"credential_age_days", &Policy::credential_age, kDay},
    {"compromise_grace_hours", &Policy::compromise_grace, kHour},
    {"leave_rotation_days", &Policy::leave_rotation, kDay},
    {"dormant_identity_days", &Policy::dormant_identity, kDay},
    {"dormant_authority_days", &Policy::dormant_authority, kDay},
    {"over_privilege_days", &Policy::over_privilege, kDay},
    {"review_every_days", &Policy::review_every, kDay},
    {"break_glass_review_days", &Policy::break_glass_review, kDay},
    {"temporary_hours_max", &Policy::temporary_max, kHour},
    {"renewals_max", &Policy::renewals_max, 1},
    {"renewal_window_days", &Policy::renewal_window, kDay},
    {"shared_window_hours", &Policy::shared_window, kHour},
    {"shared_networks_max", &Policy::shared_networks_max, 1},
    {"shared_actors_max", &Policy::shared_actors_max, 1},
    {"notice_days", &Policy::notice, kDay},
}};
constexpr std::string_view kFuture = "future_minutes_max", kPlausible = "plausible_from", kByKind = "credential_age_days_by_kind",
                           kDuties = "separation_of_duties";

Status Wrong(std::string_view field, std::string_view why, std::string_view hint) {
  return Fail("policy_value", fmt::format("{}: {}", field, why), std::string(hint), Blame::kCaller);
}

Result<std::vector<std::string>> ReadTexts(std::string_view field, const JsonValue& value) {
  std::vector<std::string> out;
  if (!value.IsArray()) return tl::unexpected(Wrong(field, "is no list", "[\"one\", \"another\"]").error());
  for (const JsonValue& item : value.Items()) {
    if (!item.IsString() || item.AsString().empty())
      return tl::unexpected(Wrong(field, "holds something that is no text, or is empty", "[\"one\", \"another\"]").error());
    out.push_back(item.AsString());
  }
  return out;
}

Result<std::int64_t> ReadNumber(std::string_view field, const JsonValue& value, std::int64_t unit) {
  const auto number = value.AsInt();
  if (!number || *number < 0 || *number > kNumberMax)
    return tl::unexpected(Wrong(field, "is no whole number from 0 to 1000000", "a number without a fraction, as 90").error());
  return *number * unit;
}

Result<Duty> ReadDuty(std::string_view field, const JsonValue& value) {
  Duty duty;
  for (const auto& [name, part] : value.Members()) {
    auto* text = name == "role" ? &duty.role : name == "action" ? &duty.action : name == "resource" ? &duty.resource : nullptr;
    if (text == nullptr)
      return Fail("policy_field_unknown", fmt::format("{} has no {}", field, name), "role, or action and resource",
                  Blame::kCaller);
    *text = part.AsString();
  }
  const bool by_role = !duty.role.empty() && duty.action.empty() && duty.resource.empty();
  const bool by_action = duty.role.empty() && !duty.action.empty() && !duty.resource.empty();
  if (!by_role && !by_action)
    return tl::unexpected(Wrong(field, "names neither a role nor an action and a resource", R"({"role": "role:payer"})").error());
  if (by_role && (event::TypeOf(duty.role) != "role" || !event::CheckReference(duty.role)))
    return tl::unexpected(Wrong(field, "\"" + duty.role + "\" is no role", "role:payer").error());
  return duty;
}

Result<std::vector<DutyPair>> ReadDuties(const JsonValue& value) {
  std::vector<DutyPair> out;
  const auto bad = [](std::string_view why) {
    return tl::unexpected(
        Wrong(kDuties, why, R"([{"name": "pay", "left": {"role": "role:a"}, "right": {"role": "role:b"}}])").error());
  };
  if (!value.IsArray()) return bad("is no list");
  for (const JsonValue& item : value.Items()) {
    DutyPair pair;
    for (const auto& [name, part] : item.Members()) {
      if (name == "name") {
        pair.name = part.AsString();
      } else if (name == "left" || name == "right") {
        auto duty = ReadDuty(fmt::format("{}.{}", kDuties, name), part);
        if (!duty) return tl::unexpected(duty.error());
        (name == "left" ? pair.left : pair.right) = std::move(*duty);
      } else {
        return Fail("policy_field_unknown", fmt::format("{} has no {}", kDuties, name), "name, left, right", Blame::kCaller);
      }
    }
    if (pair.name.empty() || pair.left == Duty{} || pair.right == Duty{}) return bad("a pair lacks its name or a side");
    out.push_back(std::move(pair));
  }
  return out;
}

Status ReadByKind(const JsonValue& value, Policy& policy) {
  if (!value.IsObject()) return Wrong(kByKind, "is no object", R"({"certificate": 398})");
  policy.credential_age_by_kind.clear();
  for (const auto& [kind, days] : value.Members()) {
    if (days.IsNull()) {
      policy.credential_age_by_kind[kind] = std::nullopt;
      continue;
    }
    auto age = ReadNumber(kByKind, days, kDay);
    if (!age) return tl::unexpected(age.error());
    policy.credential_age_by_kind[kind] = *age;
  }
  return {};
}

Status ReadField(const std::string& name, const JsonValue& value, Policy& policy) {
  for (const ListField& field : kLists) {
    if (field.name != name) continue;
    auto texts = ReadTexts(name, value);
    if (!texts) return tl::unexpected(texts.error());
    policy.*field.at = std::move(*texts);
    return {};
  }
  for (const NumberField& field : kNumbers) {
    if (field.name != name) continue;
    auto number = ReadNumber(name, value, field.unit);
    if (!number) return tl::unexpected(number.error());
    policy.*field.at = *number;
    return {};
  }
  if (name == kFuture) {
    auto minutes = ReadNumber(name, value, kMinute);
    if (!minutes) return tl::unexpected(minutes.error());
    policy.future_max = *minutes;
    return {};
  }
  if (name == kPlausible) {
    auto time = event::ParseRfc3339(value.AsString());
    if (!time) return Wrong(name, time.error().reason, "2000-01-01T00:00:00Z");
    policy.plausible_from = *time;
    return {};
  }
  if (name == kByKind) return ReadByKind(value, policy);
  if (name == kDuties) {
    auto duties = ReadDuties(value);
    if (!duties) return tl::unexpected(duties.error());
    policy.separation_of_duties = std::move(*duties);
    return {};
  }
  return Fail("policy_field_unknown", "a policy has no field " + name, "docs/reference/findings.md lists them", Blame::kCaller);
}

Status CheckPolicy(const Policy& policy) {
  for (const auto& what : policy.approval_required)
    if (what != "privileged" && what != "requested")
      return Wrong("approval_required", "\"" + what + "\" is none of privileged, requested", R"(["privileged"])");
  std::set<std::string> pairs;
  for (const DutyPair& pair : policy.separation_of_duties)
    if (!pairs.insert(pair.name).second)
      return Wrong(kDuties, "has two pairs that are named \"" + pair.name + "\"", "give each a name of its own");
  for (const auto& kind : policy.temporary_kinds)
    if (kind != "jit" && kind != "break_glass" && kind != "delegated" && kind != "standing")
      return Wrong("temporary_kinds", "\"" + kind + "\" is no kind of grant", R"(["jit", "break_glass"])");
  return {};
}

void WriteDuty(JsonWriter& json, const Duty& duty) {
  json.BeginObject();
  if (!duty.role.empty()) {
    json.Key("role"), json.String(duty.role);
  } else {
    json.Key("action"), json.String(duty.action);
    json.Key("resource"), json.String(duty.resource);
  }
  json.EndObject();
}

}  // namespace

bool Names(const std::vector<std::string>& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}
bool Match(const std::vector<std::string>& patterns, std::string_view text) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& p) { return event::Matches(p, text); });
}

Result<Policy> ReadPolicy(std::string_view json) {
  Policy policy;
  if (json.empty()) return policy;
  auto value = JsonValue::Parse(json);
  if (!value || !value->IsObject())
    return Fail("policy_malformed", value ? "a policy is a JSON object" : value.error().reason,
                "see `tenure findings --print-policy`", Blame::kCaller);
  std::set<std::string> seen;
  for (const auto& [name, field] : value->Members()) {
    if (!seen.insert(name).second) return tl::unexpected(Wrong(name, "stands twice", "say it once").error());
    if (auto s = ReadField(name, field, policy); !s) return tl::unexpected(s.error());
  }
  if (auto s = CheckPolicy(policy); !s) return tl::unexpected(s.error());
  return policy;
}

std::string WritePolicy(const Policy& policy) {
  JsonWriter json;
  json.BeginObject();
  for (const ListField& field : kLists) {
    json.Key(field.name), json.BeginArray();
    for (const auto& text : policy.*field.at) json.String(text);
    json.EndArray();
  }
  json.Key(kDuties), json.BeginArray();
  for (const DutyPair& pair : policy.separation_of_duties) {
    json.BeginObject();
    json.Key("name"), json.String(pair.name);
    json.Key("left"), WriteDuty(json, pair.left);
    json.Key("right"), WriteDuty(json, pair.right);
    json.EndObject();
  }
  json.EndArray();
  for (const NumberField& field : kNumbers) {
    json.Key(field.name), json.Int(policy.*field.at / field.unit);
    if (field.at != &Policy::credential_age) continue;
    json.Key(kByKind), json.BeginObject();
    for (const auto& [kind, age] : policy.credential_age_by_kind) {
      json.Key(kind);
      if (age) json.Int(*age / kDay);
      else json.Null();
    }
    json.EndObject();
  }
  json.Key(kFuture), json.Int(policy.future_max / kMinute);
  json.Key(kPlausible), json.Time(policy.plausible_from);
  json.EndObject();
  return json.Take();
}

std::string HashOf(const Policy& policy) {
  event::RunningHash hash;
  hash.Add(WritePolicy(policy));
  return event::HexOf(hash.Finish());
}

}  // namespace tenure::governance
