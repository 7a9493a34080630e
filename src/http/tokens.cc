#include "http/tokens.h"

#include <openssl/crypto.h>

#include <algorithm>

#include "event/clock.h"
#include "event/codec.h"
#include "event/secrets.h"
#include "http/rights_json.h"

namespace tenure::http {
namespace {

using event::JsonValue;

constexpr int kFormat = 1;
constexpr std::string_view kPrefix = "tenure_";
constexpr std::size_t kIdDigits = 12, kSecretDigits = 64;

tl::unexpected<Error> Corrupt(const std::string& reason) {
  return Fail("tokens_corrupt", reason, "restore tokens.json from a backup, or remove it and make new tokens", Blame::kFault);
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

bool IsHex(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return HexDigit(c) >= 0; });
}

std::string HexOf(const Hash256& hash) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : hash) {
    text += kHex[byte >> 4];
    text += kHex[byte & 15];
  }
  return text;
}

std::optional<Hash256> ReadHash(const std::string& text) {
  Hash256 hash{};
  if (text.size() != 2 * hash.size() || !IsHex(text)) return std::nullopt;
  for (std::size_t i = 0; i < hash.size(); ++i)
    hash[i] = static_cast<std::uint8_t>(HexDigit(text[2 * i]) * 16 + HexDigit(text[2 * i + 1]));
  return hash;
}

std::optional<EffectiveTime> ReadTime(const JsonValue& value) {
  auto time = value.IsString() ? event::ParseRfc3339(value.AsString()) : Fail("", "");
  return time ? std::optional(*time) : std::nullopt;
}

// False: the member is unknown, or not what it must be.
Result<bool> ReadMember(const std::string& name, const JsonValue& value, Token& token) {
  if (name == "id" || name == "name") {
    (name == "id" ? token.id : token.name) = value.AsString();
    return value.IsString();
  }
  if (name == "sha256") {
    const auto hash = ReadHash(value.AsString());
    if (hash) token.hash = *hash;
    return hash.has_value();
  }
  if (name == "created" || name == "expires" || name == "revoked") {
    if (value.IsNull()) return name == "expires";
    const auto time = ReadTime(value);
    if (time && name == "created") token.created = *time;
    if (time && name == "expires") token.expires = *time;
    if (time && name == "revoked") token.revoked = *time;
    return time.has_value();
  }
  return ReadRightsMember(name, value, token.rights);
}

Result<Token> ReadToken(const JsonValue& json) {
  Token token;
  bool hash = false, expires = false, created = false;
  for (const auto& [name, value] : json.Members()) {
    auto read = ReadMember(name, value, token);
    if (!read) return Corrupt("a token: " + read.error().reason);
    if (!*read) return Corrupt("a token's \"" + name + "\" is not what it must be");
    hash = hash || name == "sha256";
    expires = expires || name == "expires";
    created = created || name == "created";
  }
  const bool id = token.id.size() == kIdDigits && IsHex(token.id);
  if (!id || !hash || !expires || !created || !IsCallerName(token.name)) return Corrupt("a token lacks a member");
  if (auto allowed = CheckRights(token.rights); !allowed) return Corrupt("a token: " + allowed.error().reason);
  return token;
}

}  // namespace

std::string TokensPath(const std::string& data_dir) { return data_dir + "/tokens.json"; }

Result<std::vector<Token>> ReadTokens(std::string_view text) {
  auto json = JsonValue::Parse(text);
  if (!json || !json->IsObject()) return Corrupt("it is no JSON object");
  const auto format = json->Get("format"), listed = json->Get("tokens");
  const auto number = format ? format->AsInt() : std::nullopt;
  if (!number) return Corrupt("it names no format");
  if (*number != kFormat)
    return Fail("tokens_format_unknown", "it has format " + std::to_string(*number) + ", this version of tenure knows 1",
                "use the version of tenure that made it, or a newer one", Blame::kFault);
  if (!listed || !listed->IsArray() || json->Members().size() != 2) return Corrupt("it is more, or less, than a list of tokens");
  std::vector<Token> tokens;
  for (const JsonValue& one : listed->Items()) {
    auto token = ReadToken(one);
    if (!token) return tl::unexpected<Error>(token.error());
    const auto same = [&](const Token& other) { return other.id == token->id; };
    if (std::any_of(tokens.begin(), tokens.end(), same)) return Corrupt("two tokens have one id");
    tokens.push_back(std::move(*token));
  }
  return tokens;
}

std::string WriteTokens(const std::vector<Token>& tokens) {
  std::string text = "{\"format\":1,\"tokens\":[";
  for (const Token& token : tokens) {
    event::JsonWriter w;
    w.BeginObject();
    w.Key("id");
    w.String(token.id);
    w.Key("name");
    w.String(token.name);
    w.Key("sha256");
    w.String(HexOf(token.hash));
    WriteRightsMembers(w, token.rights);
    w.Key("created");
    w.Time(token.created);
    w.Key("expires");
    w.Time(token.expires);
    if (token.revoked) {
      w.Key("revoked");
      w.Time(*token.revoked);
    }
    w.EndObject();
    text += (text.back() == '[' ? "\n" : ",\n") + w.Take();
  }
  return text + "]}\n";
}

std::optional<ShownToken> ReadShownToken(std::string_view text) {
  if (text.size() != kPrefix.size() + kIdDigits + 1 + kSecretDigits || text.substr(0, kPrefix.size()) != kPrefix)
    return std::nullopt;
  const std::string_view id = text.substr(kPrefix.size(), kIdDigits), secret = text.substr(kPrefix.size() + kIdDigits + 1);
  if (!IsHex(id) || text[kPrefix.size() + kIdDigits] != '_' || !IsHex(secret)) return std::nullopt;
  return ShownToken{std::string(id), event::Sha256(text)};
}

bool HoldsSecret(std::string_view text) {
  constexpr std::size_t kTokenBytes = kPrefix.size() + kIdDigits + 1 + kSecretDigits;
  for (auto at = text.find(kPrefix); at != std::string_view::npos; at = text.find(kPrefix, at + 1))
    if (ReadShownToken(text.substr(at, kTokenBytes))) return true;
  return event::MaskSecrets(text) != text;
}

bool IsSame(const Token& token, const ShownToken& shown) {
  return CRYPTO_memcmp(token.hash.data(), shown.hash.data(), shown.hash.size()) == 0;
}

}  // namespace tenure::http
