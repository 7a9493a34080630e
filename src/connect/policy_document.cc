#include "connect/policy_document.h"

#include <algorithm>
#include <array>

#include "connect/record_json.h"
#include "event/codec.h"

namespace tenure::connect {
namespace {

// Services whose action names are not written like GetObject.
constexpr std::array<std::string_view, 5> kOddlyWritten = {"apigateway", "rds-db", "neptune-db", "dbqms", "sqlworkbench"};
constexpr std::size_t kQuotedMax = 200;

bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
char ToLower(char c) { return IsUpper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

// A pattern as the record writes it, and what of its meaning that leaves open.
struct Written {
  std::string pattern;
  std::string doubt;  // empty: exactly what AWS means
};

std::string Quoted(std::string_view text) {
  return "\"" + std::string(text.substr(0, kQuotedMax)) + (text.size() > kQuotedMax ? "…\"" : "\"");
}

Written Limited(Written written) {
  const bool fits =
      !written.pattern.empty() && written.pattern.size() <= event::kPatternBytesMax &&
      std::ranges::none_of(written.pattern, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  if (fits) return written;
  return {"*", "the policy names " + Quoted(written.pattern) + ", which no pattern can hold"};
}

// `${aws:username}` and the like stand for what only a request knows, `${*}` for a literal star: both become `*`.
Written WithoutVariables(std::string_view text) {
  Written written;
  for (std::size_t at = 0; at < text.size();) {
    const auto begin = text.find("${", at);
    const auto end = begin == std::string_view::npos ? begin : text.find('}', begin);
    if (end == std::string_view::npos) {
      written.pattern += text.substr(at);
      break;
    }
    written.pattern += text.substr(at, begin - at);
    written.pattern += '*';
    written.doubt =
        "the policy variable " + std::string(text.substr(begin, std::min(end + 1 - begin, kQuotedMax))) + " is not evaluated";
    at = end + 1;
  }
  return written;
}

bool WrittenLikeAws(std::string_view service, std::string_view name) {
  if (std::ranges::find(kOddlyWritten, service) != kOddlyWritten.end()) return true;
  if (IsLower(name.front())) return false;
  const bool shouted = std::ranges::count_if(name, IsUpper) >= 4 && std::ranges::none_of(name, IsLower);
  return !shouted;
}

// AWS compares actions without case, the record bytewise. The service's prefix is always lower-case in AWS's own spelling.
Written Action(std::string_view text) {
  if (text == "*:*") return {"*", {}};
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || colon + 1 == text.size()) return {std::string(text), {}};
  Written written = WithoutVariables(text);
  if (!written.doubt.empty()) return written;
  std::string service(text.substr(0, colon)), name(text.substr(colon + 1));
  std::ranges::transform(service, service.begin(), ToLower);
  if (!WrittenLikeAws(service, name)) {
    std::ranges::replace_if(name, [](char c) { return IsLower(c) || IsUpper(c); }, '?');
    written.doubt = "the action " + Quoted(text) + " is not in the case that AWS writes";
  }
  written.pattern = service + ":" + name;
  return written;
}

Written Resource(std::string_view text) { return WithoutVariables(text); }

// One of the two lists of a permission, from `name` or `not_name` of the statement.
struct Patterns {
  bool negated = false;
  std::vector<std::string> patterns;
  std::string doubt;
};

void AddDoubt(std::string& doubts, const std::string& doubt) {
  if (doubt.empty() || doubts.find(doubt) != std::string::npos) return;
  if (!doubts.empty()) doubts += "; ";
  doubts += doubt;
}

// A doubtful pattern of a `not_` list is dropped: the permission then covers what it may cover, under the condition.
Patterns ListOf(const Json& statement, std::string_view name, Written (*write)(std::string_view)) {
  Patterns list;
  auto texts = Strings(Member(statement, name));
  if (texts.empty()) {
    texts = Strings(Member(statement, "Not" + std::string(name)));
    list.negated = !texts.empty();
  }
  if (texts.empty()) list.doubt = "the statement names no " + std::string(name);
  for (const auto& text : texts) {
    Written written = Limited(write(text));
    AddDoubt(list.doubt, written.doubt);
    if (!list.negated || written.doubt.empty()) list.patterns.push_back(std::move(written.pattern));
  }
  if (list.patterns.empty()) list.patterns = {"*"}, list.negated = false;
  return list;
}

Permission Base(Effect effect) {
  Permission p;
  p.effect = effect;
  p.covers = Covers::kLiteral;
  return p;
}

void AddStatement(std::vector<Permission>& permissions, const Json& statement) {
  const std::string effect = Text(statement, "Effect");
  if (effect != "Allow" && effect != "Deny") {
    for (auto& p : Unknown("a statement of the policy has no effect that can be read")) permissions.push_back(std::move(p));
    return;
  }
  Permission p = Base(effect == "Allow" ? Effect::kAllow : Effect::kDeny);
  Patterns actions = ListOf(statement, "Action", Action), resources = ListOf(statement, "Resource", Resource);
  p.not_actions = actions.negated;
  p.actions = std::move(actions.patterns);
  p.not_resources = resources.negated;
  p.resources = std::move(resources.patterns);
  p.condition = ConditionText(statement);
  AddDoubt(p.condition, actions.doubt);
  AddDoubt(p.condition, resources.doubt);
  permissions.push_back(std::move(p));
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = ToLower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

std::string UrlDecoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? HexDigit(text[i + 1]) : -1;
    const int low = high >= 0 ? HexDigit(text[i + 2]) : -1;
    if (low >= 0) out += static_cast<char>(high * 16 + low), i += 2;
    else out += text[i] == '+' ? ' ' : text[i];
  }
  return out;
}

}  // namespace

std::string PolicyText(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  const bool encoded = first != std::string_view::npos && text[first] == '%';
  return encoded ? UrlDecoded(text) : std::string(text);
}

std::vector<Permission> Unknown(const std::string& why) {
  std::vector<Permission> both{Base(Effect::kAllow), Base(Effect::kDeny)};
  for (auto& p : both) p.actions = {"*"}, p.resources = {"*"}, p.condition = why;
  return both;
}

std::vector<Permission> PermissionsOf(std::string_view document) {
  const std::string text = PolicyText(document);
  const auto parsed = event::JsonValue::Parse(text);
  if (!parsed || !HasStatements(*parsed)) return Unknown("the policy document cannot be read");
  std::vector<Permission> permissions;
  for (const auto& statement : StatementsOf(*parsed)) {
    AddStatement(permissions, statement);
    if (permissions.size() > event::kPermissionsMax) return Unknown("the policy has more statements than a role can hold");
  }
  return permissions;
}

std::vector<std::string> Strings(const Json& one_or_many) {
  std::vector<std::string> texts;
  if (one_or_many.IsString()) texts.emplace_back(one_or_many.AsString());
  for (const auto& item : one_or_many.Items())
    if (item.IsString()) texts.emplace_back(item.AsString());
  return texts;
}

bool HasStatements(const Json& document) {
  const Json statement = Member(document, "Statement");
  return statement.IsObject() || statement.IsArray();
}

std::vector<Json> StatementsOf(const Json& document) {
  const Json statement = Member(document, "Statement");
  if (statement.IsObject()) return {statement};
  return statement.Items();
}

std::string ConditionText(const Json& statement) {
  const Json condition = Member(statement, "Condition");
  if (!condition.IsObject() || condition.Members().empty()) return {};
  return condition.Dump();
}

}  // namespace tenure::connect
