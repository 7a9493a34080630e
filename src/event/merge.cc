// JSON Merge Patch (RFC 7396) over attribute texts, kept canonical.
#include <nlohmann/json.hpp>

#include "event/codec.h"
#include "event/json_reader.h"

namespace tenure::event {
namespace {

std::string Canonical(const std::string& text) {
  auto value = JsonValue::Parse(text);
  return value ? value->Dump() : std::string("{}");
}

}  // namespace

std::string MergePatch(std::string_view target, std::string_view patch) {
  auto into = nlohmann::json::parse(target.empty() ? "{}" : target, nullptr, false);
  const auto from = nlohmann::json::parse(patch.empty() ? "{}" : patch, nullptr, false);
  if (into.is_discarded() || from.is_discarded()) return std::string(target);
  into.merge_patch(from);
  return Canonical(into.dump());
}

std::string JsonMember(std::string_view object, std::string_view name) {
  auto value = JsonValue::Parse(object);
  if (!value) return {};
  auto member = value->Get(name);
  return member ? member->Dump() : std::string();
}

std::vector<std::string> JsonMemberNames(std::string_view object) {
  std::vector<std::string> names;
  const auto value = nlohmann::json::parse(object, nullptr, false);
  if (value.is_object())
    for (const auto& [name, member] : value.items()) names.push_back(name);
  return names;
}

bool IsOneJsonValue(std::string_view text) { return nlohmann::json::accept(text); }

}  // namespace tenure::event
