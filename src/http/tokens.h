#pragma once
// Bearer tokens, and the file that keeps them: DIR/tokens.json (docs/formats/access.md). Of a secret only the SHA-256 is kept.
//
// A token reads `tenure_<id>_<secret>`: the id finds it and is no secret, the secret is 256 bits of the operating system's. Names may
// repeat, so that a producer's next token is made before its last one is revoked.
// Errors (kFault): tokens_not_readable, tokens_corrupt, tokens_format_unknown, data_io. None holds a secret.
// Thread safety: free functions; files are locked against other processes while they are changed.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/caller.h"
#include "tenure/event.h"
#include "tenure/time.h"

namespace tenure::http {

struct Token {
  std::string id, name;
  Hash256 hash{};  // of the whole text
  Rights rights;
  EffectiveTime created;
  EffectiveTime expires = kForever;
  std::optional<EffectiveTime> revoked;
};

// The file's path in a data directory.
std::string TokensPath(const std::string& data_dir);

Result<std::vector<Token>> ReadTokens(std::string_view text);
std::string WriteTokens(const std::vector<Token>& tokens);

// What somebody shows as a token, if it has a token's form.
struct ShownToken {
  std::string id;
  Hash256 hash{};
};
std::optional<ShownToken> ReadShownToken(std::string_view text);
// Whether something stands in the text that no log and no audit may keep: a token, ours or not, or what the door takes for a secret.
bool HoldsSecret(std::string_view text);
// In constant time.
bool IsSame(const Token& token, const ShownToken& shown);

// --- changing the file. `data_dir` may hold no record yet, or not be there: then it is made.

struct NewToken {
  Token token;
  std::string text;  // to be shown once
};
// An empty name becomes the only source, else "token-" and the id. Errors (kCaller): token_name_malformed, rights_malformed,
// token_expires_past; data_not_tenure.
Result<NewToken> CreateToken(const std::string& data_dir, const std::string& name, Rights rights, EffectiveTime now,
                             EffectiveTime expires);

// In the order in which they were made.
Result<std::vector<Token>> ListTokens(const std::string& data_dir);

// The token with the id, or all with the name. Those that were revoked before stay as they were; only the others are given back.
// Errors (kCaller): token_not_found.
Result<std::vector<Token>> RevokeTokens(const std::string& data_dir, const std::string& name_or_id, EffectiveTime now);

}  // namespace tenure::http
