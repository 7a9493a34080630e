#pragma once
// IAM policy documents as permissions.
//
// A statement becomes one permission. What a permission cannot express is never left out and never sharpened: the pattern is
// widened (within a `not_` list: dropped) and the permission gets a condition that says why, so that it is possible and never
// certain. That concerns policy variables, patterns over the limits, and actions in a case that AWS does not use. A document or
// statement that cannot be read may allow and may deny anything.
// The rules, with examples: docs/reference/cloudtrail.md. Plain functions, safe from any thread.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "event/json_reader.h"
#include "tenure/event.h"

namespace tenure::connect {

// The document's JSON text: as it is, or URL-decoded if it was encoded.
std::string PolicyText(std::string_view plain_or_encoded);

// All statements of a document. Never empty for an unreadable document, see above.
std::vector<Permission> PermissionsOf(std::string_view document);

// May allow and may deny anything; `why` becomes the condition.
std::vector<Permission> Unknown(const std::string& why);

// What trust policies share with these: a string or an array of strings; the statements; the condition's text ("" for none or {}).
std::vector<std::string> Strings(const event::JsonValue& one_or_many);
bool HasStatements(const event::JsonValue& document);
std::vector<event::JsonValue> StatementsOf(const event::JsonValue& document);
std::string ConditionText(const event::JsonValue& statement);

}  // namespace tenure::connect
