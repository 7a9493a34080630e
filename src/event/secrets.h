#pragma once
// Payloads that look like they hold a secret: refused at our own door, masked in output, never looked for in projection (a newer
// binary must not change the past).
//
// A secret is a PEM private key, a three-part JWT, a ghp_ or xox?- token, or a non-empty string under a key named password, secret
// or *_token. Key ids are not. Safe from any thread.
#include <optional>
#include <string>
#include <string_view>

namespace tenure::event {

// Where in the JSON text the first suspicious string stands ("data.attributes.password"), never the string itself.
std::optional<std::string> FindSecret(std::string_view json);
// The text with each suspicious JSON string replaced by "[masked]"; text that is not JSON loses what looks like a secret in it.
std::string MaskSecrets(std::string_view text);
bool IsJsonObject(std::string_view text);

}  // namespace tenure::event
