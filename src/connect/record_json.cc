#include "connect/record_json.h"

namespace tenure::connect {

Json Member(const Json& object, std::string_view name) { return object.Get(name).value_or(Json()); }
std::string Text(const Json& object, std::string_view name) { return Member(object, name).AsString(); }

}  // namespace tenure::connect
