#pragma once
// A request's body that is one JSON object of a few known members. Pure functions.
#include <initializer_list>
#include <string>
#include <string_view>

#include "event/json_reader.h"
#include "http/message.h"

namespace tenure::http {

// Why the members of an object are not those that are known, each once at most; empty if they are.
std::string WrongMembers(const event::JsonValue& object, std::initializer_list<std::string_view> known);

// Errors (kCaller): media_type_unsupported unless the request says application/json.
Status CheckIsJson(const Request& request);

}  // namespace tenure::http
