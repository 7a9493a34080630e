#include "http/json_body.h"

#include <algorithm>
#include <set>

namespace tenure::http {

std::string WrongMembers(const event::JsonValue& object, std::initializer_list<std::string_view> known) {
  std::set<std::string> seen;
  for (const auto& [name, value] : object.Members()) {
    if (std::find(known.begin(), known.end(), name) == known.end()) return "\"" + name + "\" is not known";
    if (!seen.insert(name).second) return "\"" + name + "\" stands twice";
  }
  return {};
}

Status CheckIsJson(const Request& request) {
  if (request.ContentType() == "application/json") return {};
  return Fail("media_type_unsupported", "the body is to be application/json", "say so in Content-Type", Blame::kCaller);
}

}  // namespace tenure::http
