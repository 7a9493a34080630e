#pragma once
// RFC 8785 (JSON Canonicalization Scheme): one text for one JSON value, so that equal content has one hash.
#include <simdjson.h>

#include <string>

namespace tenure::event {

// Appends the canonical text. False: it has none (a number that no double holds, or nesting deeper than kJsonDepthMax).
inline constexpr int kJsonDepthMax = 64;
bool AppendCanonical(std::string& out, simdjson::dom::element value, int depth = 0);
bool AppendCanonical(std::string& out, simdjson::dom::object value, int depth = 0);

}  // namespace tenure::event
