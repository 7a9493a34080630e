// Property: the typed check of the Decoder and the JSON Schema of a type take the same `data`, over events of the corpus that were
// damaged at random. What a schema can't say is listed here and in docs/reference/events.md.
//
// TENURE_SEED=n replays one case; TENURE_CASES says how many to make.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <set>

#include "event/codec.h"
#include "property/by_schema.h"

namespace tenure::event {
namespace {

using Json = nlohmann::json;
using Random = std::mt19937_64;

// Refusals that no schema could share: what a text must look like, and two fields that must differ.
const std::set<std::string> kBeyondSchemas = {
    "event_reference_malformed", "event_reference_path_segment", "event_reference_too_long", "event_reference_not_identity",
    "event_reference_not_role",  "event_reference_not_group",    "event_reference_everyone", "event_time_malformed",
    "event_time_without_zone",   "event_time_leap_second",       "event_pattern_too_long",   "event_rotation_same"};

struct Sample {
  std::string type;
  Json data;
};

const std::vector<Sample>& Samples() {
  static const auto samples = [] {
    std::vector<Sample> all;
    std::ifstream in(TENURE_CORPUS "/v1.ndjson");
    for (std::string line; std::getline(in, line);) {
      const Json event = Json::parse(line);
      all.push_back({event["type"], event["data"]});
    }
    return all;
  }();
  return samples;
}

std::string CodeOf(const std::string& type, const Json& data) {
  const Json event = {{"specversion", "1.0"},           {"source", "s"}, {"id", "1"},
                      {"time", "2026-01-05T09:00:00Z"}, {"type", type},  {"data", data}};
  Decoder decoder;
  const auto decoded = decoder.Decode(event.dump());
  return decoded ? "" : decoded.error().code;
}

Json AnyValue(Random& random) {
  static const std::vector<Json> values = {
      nullptr,
      true,
      false,
      0,
      1,
      -1,
      2.5,
      3000000000,
      "",
      "x",
      "user:b",
      "group:g",
      "role:r",
      "everyone:*",
      "*",
      "tenure.access",
      "void",
      "replaced",
      "standing",
      "delegated",
      "keep",
      "allow",
      "literal",
      "denied",
      "2026-03-01T00:00:00Z",
      "2026-03-01T00:00:00.5+02:00",
      "2026-03-01",
      Json::array(),
      Json::object(),
      Json::array({"user:b"}),
      Json::array({1}),
      Json::array({""}),
      Json::array({Json::object()}),
      Json{{"source", "s"}, {"id", "2"}},
      Json{{"source", "s"}},
      Json{{"a", nullptr}},
      std::string(2049, 'r'),
      Json::array({Json{{"effect", "deny"}, {"actions", Json::array({"a"})}, {"resources", Json::array({"b"})}}})};
  return values[random() % values.size()];
}

// A name that some type knows, or one that none does.
std::string AnyName(Random& random) {
  if (random() % 4 == 0) return std::vector<std::string>{"x_own", "x_", "X_own", "expires", "expires_a", ""}[random() % 6];
  const Json& data = Samples()[random() % Samples().size()].data;
  return std::next(data.begin(), static_cast<std::ptrdiff_t>(random() % data.size())).key();
}

// Goes somewhere into the value and drops, adds, renames or replaces there.
void Damage(Json& value, Random& random) {
  if (value.is_structured() && !value.empty() && random() % 3 == 0) {
    return Damage(*std::next(value.begin(), static_cast<std::ptrdiff_t>(random() % value.size())), random);
  }
  if (value.is_object() && !value.empty()) {
    const std::string name = std::next(value.begin(), static_cast<std::ptrdiff_t>(random() % value.size())).key();
    switch (random() % 4) {
      case 0:
        value.erase(name);
        return;
      case 1:
        value[AnyName(random)] = AnyValue(random);
        return;
      case 2: {
        Json moved = value[name];
        value.erase(name);
        value[AnyName(random)] = std::move(moved);
        return;
      }
      default:
        value[name] = AnyValue(random);
        return;
    }
  }
  if (value.is_array() && random() % 2 == 0) {
    value.push_back(AnyValue(random));
    return;
  }
  value = AnyValue(random);
}

std::uint64_t Setting(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

TEST(EventSchemas, TakeTheWholeCorpus) {
  for (const auto& [type, data] : Samples()) EXPECT_TRUE(tests::SchemaTakes(type, data.dump())) << type << " " << data;
}

TEST(EventSchemas, AgreeWithTheDecoderOnDamagedEvents) {
  const std::uint64_t first = Setting("TENURE_SEED", 1), count = std::getenv("TENURE_SEED") ? 1 : Setting("TENURE_CASES", 30'000);
  std::map<std::string, int> codes;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    Random random(seed);
    auto [type, data] = Samples()[random() % Samples().size()];
    for (auto n = 1 + random() % 2; n > 0; --n) Damage(data, random);
    if (!data.is_object()) continue;  // the envelope's matter
    const std::string code = CodeOf(type, data);
    const bool takes = tests::SchemaTakes(type, data.dump());
    ++codes[code];
    ASSERT_FALSE(code.empty() && !takes) << "TENURE_SEED=" << seed << " the schema alone refuses " << type << " " << data;
    ASSERT_FALSE(!code.empty() && takes && !kBeyondSchemas.contains(code))
        << "TENURE_SEED=" << seed << " " << code << ": the schema takes " << type << " " << data;
  }
  std::printf("cases: %llu from seed %llu\n", static_cast<unsigned long long>(count), static_cast<unsigned long long>(first));
  if (count < 1000) return;
  for (const char* code : {"", "event_field_missing", "event_field_null", "event_field_type", "event_field_unknown",
                           "event_field_empty", "event_field_enum", "event_permission_lists", "event_grant_role_or_permissions",
                           "event_revoke_grant_or_role", "event_decision_object"})
    EXPECT_GT(codes[code], 10) << "\"" << code << "\" hardly ever comes up: the property says little";
}

}  // namespace
}  // namespace tenure::event
