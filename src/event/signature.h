#pragma once
// Ed25519 over bytes, with keys as PEM, and base64. Pure functions, safe from any thread.
//
// Errors: key_malformed (kCaller): no PEM of an Ed25519 key, or one under a passphrase.
#include <optional>
#include <string>
#include <string_view>

#include "tenure/result.h"

namespace tenure::event {

// 64 bytes.
Result<std::string> SignEd25519(std::string_view private_pem, std::string_view bytes);
Result<bool> VerifyEd25519(std::string_view public_pem, std::string_view bytes, std::string_view signature);
// Of a private key its public one; of a public one itself, as it is always written.
Result<std::string> PublicPemOfPrivate(std::string_view private_pem);
Result<std::string> PublicPem(std::string_view public_pem);

// RFC 4648 with padding, no line breaks. Only the one way of writing is read.
std::string ToBase64(std::string_view bytes);
std::optional<std::string> FromBase64(std::string_view text);

}  // namespace tenure::event
