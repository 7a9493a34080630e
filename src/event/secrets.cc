#include "event/secrets.h"

#include <algorithm>
#include <cctype>

#include "event/json_reader.h"
#include "event/json_writer.h"

namespace tenure::event {
namespace {

constexpr std::string_view kMask = "[masked]";

bool IsTokenChar(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-'; }

std::size_t TokenLength(std::string_view text) {
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), IsTokenChar) - text.begin());
}

// Length of the secret that begins here, or 0.
std::size_t SecretAt(std::string_view text) {
  if (text.substr(0, 4) == "ghp_" && TokenLength(text) >= 20) return TokenLength(text);
  if (text.substr(0, 3) == "xox" && text.size() > 4 && std::isalpha(static_cast<unsigned char>(text[3])) && text[4] == '-' &&
      TokenLength(text) >= 15)
    return TokenLength(text);
  if (text.substr(0, 11) == "-----BEGIN ") {
    const auto line = text.substr(0, text.find("-----", 11));
    if (line.size() < text.size() && line.find("PRIVATE KEY") != std::string_view::npos) return text.size();
  }
  // header.payload.signature, where a header is base64url of {"...
  if (text.substr(0, 3) == "eyJ") {
    const auto first = TokenLength(text);
    if (first < 10 || first >= text.size() || text[first] != '.') return 0;
    const auto second = TokenLength(text.substr(first + 1));
    if (second < 4 || first + 1 + second >= text.size() || text[first + 1 + second] != '.') return 0;
    const auto third = TokenLength(text.substr(first + second + 2));
    return third < 4 ? 0 : first + second + third + 2;
  }
  return 0;
}

// A token begins where a word does (an id that merely contains "ghp_" is none); a key's armour may follow anything.
bool MayBegin(std::string_view text, std::size_t at) { return at == 0 || text[at] == '-' || !IsTokenChar(text[at - 1]); }

bool HoldsSecret(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i)
    if (MayBegin(text, i) && SecretAt(text.substr(i)) > 0) return true;
  return false;
}

// Every secret that is looked for, and every name of one with the quote behind it, holds one of the following, unless letters of it
// are hidden by an escape. Most texts hold none, and need not be taken apart to know. Whether one stands at one of sixteen places is a
// loop without branches, that compilers turn into a few wide instructions.
constexpr std::size_t kPlaces = 16, kLongest = 4;

bool AnyAtSixteen(const char* text) {
  unsigned char any = 0;
  for (std::size_t i = 0; i < kPlaces; ++i) {
    const auto a = static_cast<unsigned char>(text[i]), b = static_cast<unsigned char>(text[i + 1]),
               c = static_cast<unsigned char>(text[i + 2]), d = static_cast<unsigned char>(text[i + 3]);
    const auto al = static_cast<unsigned char>(a | 0x20), bl = static_cast<unsigned char>(b | 0x20),
               cl = static_cast<unsigned char>(c | 0x20);
    any |= static_cast<unsigned char>((a == 'g') & (b == 'h') & (c == 'p') & (d == '_'));
    any |= static_cast<unsigned char>((a == 'x') & (b == 'o') & (c == 'x'));
    any |= static_cast<unsigned char>((a == 'e') & (b == 'y') & (c == 'J'));
    any |= static_cast<unsigned char>((a == '-') & (b == 'B') & (c == 'E') & (d == 'G'));
    any |= static_cast<unsigned char>((a == '\\') & (b == 'u'));
    any |= static_cast<unsigned char>((al == 'o') & (bl == 'r') & (cl == 'd') & (d == '"'));  // password
    any |= static_cast<unsigned char>((al == 'r') & (bl == 'e') & (cl == 't') & (d == '"'));  // secret
    any |= static_cast<unsigned char>((al == 'k') & (bl == 'e') & (cl == 'n') & (d == '"'));  // ..._token
  }
  return any != 0;
}

// REQUIRED: the text is JSON, or names don't matter.
bool IsAboveSuspicion(std::string_view text) {
  std::size_t at = 0;
  for (; at + kPlaces + kLongest - 1 <= text.size(); at += kPlaces)
    if (AnyAtSixteen(text.data() + at)) return false;
  char rest[kPlaces + kLongest - 1] = {};
  std::copy(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(), rest);
  return !AnyAtSixteen(rest);
}

bool IsSecretName(std::string_view key) {
  std::string lower(key);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower == "password" || lower == "secret" || (lower.size() >= 6 && lower.compare(lower.size() - 6, 6, "_token") == 0);
}

std::optional<std::string> FindIn(const JsonValue& value, std::string_view key, const std::string& path) {
  if (value.IsString()) {
    const std::string text = value.AsString();
    if ((IsSecretName(key) && !text.empty()) || HoldsSecret(text)) return path;
  }
  for (const auto& [name, member] : value.Members()) {
    const std::string shown = HoldsSecret(name) ? std::string(kMask) : name;
    const std::string inner = path.empty() ? shown : path + "." + shown;
    if (shown != name) return inner;
    if (auto found = FindIn(member, name, inner)) return found;
  }
  int index = 0;
  for (const auto& item : value.Items())
    if (auto found = FindIn(item, key, path + "[" + std::to_string(index++) + "]")) return found;
  return std::nullopt;
}

void WriteMasked(JsonWriter& w, const JsonValue& value, std::string_view key) {
  if (value.IsObject()) {
    w.BeginObject();
    for (const auto& [name, member] : value.Members())
      w.Key(HoldsSecret(name) ? kMask : std::string_view(name)), WriteMasked(w, member, name);
    w.EndObject();
  } else if (value.IsArray()) {
    w.BeginArray();
    for (const auto& item : value.Items()) WriteMasked(w, item, key);
    w.EndArray();
  } else if (value.IsString() && FindIn(value, key, "x")) {
    w.String(kMask);
  } else {
    w.Raw(value.Dump());
  }
}

std::string MaskText(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = MayBegin(text, i) ? SecretAt(text.substr(i)) : 0;
    if (length > 0) out += kMask, i += length;
    else out.push_back(text[i++]);
  }
  return out;
}

}  // namespace

std::optional<std::string> FindSecret(std::string_view json) {
  if (IsAboveSuspicion(json)) return std::nullopt;
  auto value = JsonValue::Parse(json);
  if (!value) return HoldsSecret(json) ? std::optional<std::string>("text") : std::nullopt;
  return FindIn(*value, "", "");
}

std::string MaskSecrets(std::string_view text) {
  if (IsAboveSuspicion(text)) return std::string(text);
  auto value = JsonValue::Parse(text);
  if (!value || !(value->IsObject() || value->IsArray())) return MaskText(text);
  if (!FindIn(*value, "", "x")) return std::string(text);
  JsonWriter w;
  WriteMasked(w, *value, "");
  return w.Take();
}

bool IsJsonObject(std::string_view text) {
  auto value = JsonValue::Parse(text);
  return value && value->IsObject();
}

}  // namespace tenure::event
