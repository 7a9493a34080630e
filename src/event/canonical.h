#pragma once
// RFC 8785 (JSON Canonicalization Scheme): one text for one JSON value, so that equal content has one hash.
#include <simdjson.h>

#include <string>

namespace tenure::event {

inline constexpr int kJsonDepthMax = 64;

enum class CanonicalFault { kNone, kTooDeep, kMemberTwice };

// Appends the canonical text. kTooDeep: objects and arrays nest deeper than kJsonDepthMax. kMemberTwice: an object names a member
// twice, so it means one thing to one reader and another to the next. After a fault what was appended is worth nothing.
CanonicalFault AppendCanonical(std::string& out, simdjson::dom::element value);
CanonicalFault AppendCanonical(std::string& out, simdjson::dom::object object);

// The same for values that only need to be shown or compared: of a member that stands twice the first counts.
bool AppendCanonicalFirst(std::string& out, simdjson::dom::element value);

}  // namespace tenure::event
