#include "event/schemas.h"

#include <string>
#include <utility>

namespace tenure::event {
namespace {

constexpr std::pair<std::string_view, std::string_view> kSchemas[] = {
#include "embedded_schemas.inc"
};

}  // namespace

std::string_view SchemaText(std::string_view type) {
  if (type.substr(0, 7) == "tenure.") type.remove_prefix(7);
  const std::string versioned = std::string(type) + ".v1";
  for (const auto& [name, text] : kSchemas)
    if (name == type || name == versioned) return text;
  return {};
}

std::vector<std::string_view> SchemaNames() {
  std::vector<std::string_view> names;
  for (const auto& [name, text] : kSchemas) names.push_back(name);
  return names;
}

}  // namespace tenure::event
