// The one file that compiles valijson.
#include "property/by_schema.h"

#include <map>
#include <nlohmann/json.hpp>

// clang-format off
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>
// clang-format on

#include "event/schemas.h"

namespace tenure::tests {
namespace {

using Json = nlohmann::json;

// `format` is an annotation in draft-07; valijson asserts it, and stops the program over a value that is no string.
void DropFormats(Json& schema) {
  if (schema.is_object()) schema.erase("format");
  for (auto& inner : schema)
    if (inner.is_structured()) DropFormats(inner);
}

const valijson::Schema& SchemaOf(const std::string& type) {
  static std::map<std::string, valijson::Schema> schemas;
  const auto [it, is_new] = schemas.try_emplace(type);
  if (is_new) {
    Json text = Json::parse(event::SchemaText(type));
    DropFormats(text);
    valijson::SchemaParser(valijson::SchemaParser::kDraft7)
        .populateSchema(valijson::adapters::NlohmannJsonAdapter(text), it->second);
  }
  return it->second;
}

}  // namespace

bool SchemaTakes(const std::string& type, const std::string& data) {
  static valijson::Validator validator;
  const Json parsed = Json::parse(data);
  const valijson::adapters::NlohmannJsonAdapter target(parsed);
  return validator.validate(SchemaOf(type), target, nullptr);
}

}  // namespace tenure::tests
