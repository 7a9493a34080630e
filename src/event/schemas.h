#pragma once
// The JSON Schemas under schemas/, inside the program.
#include <string_view>
#include <vector>

namespace tenure::event {

// Of "tenure.grant.issued.v1", "grant.issued.v1" or "grant.issued"; "cloudevent" is the envelope. Empty if there is none.
std::string_view SchemaText(std::string_view type);
std::vector<std::string_view> SchemaNames();  // "cloudevent", "access.used.v1", ...

}  // namespace tenure::event
