#pragma once
// What the JSON Schema of a type says of `data`, by a validator that is not ours.
#include <string>

namespace tenure::tests {

// type: "tenure.grant.issued.v1"; data: JSON text. Formats are annotations, as draft-07 says. Not thread safe.
bool SchemaTakes(const std::string& type, const std::string& data);

}  // namespace tenure::tests
