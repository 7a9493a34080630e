#pragma once
// The JSON Schemas of schemas/, built into the binary (by embed_schemas.cmake).
#include <string_view>
#include <vector>

namespace tenure::cli {

struct Schema {
  std::string_view name;  // "tenure.grant.issued.v1"
  std::string_view text;
};
// Ascending by name.
const std::vector<Schema>& Schemas();

}  // namespace tenure::cli
