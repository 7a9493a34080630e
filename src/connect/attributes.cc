#include "connect/attributes.h"

#include <algorithm>
#include <array>

#include "event/json_writer.h"
#include "event/reference.h"

namespace tenure::connect {
namespace {

constexpr std::string_view kTagPrefix = "tag:", kWithheld = "(withheld)";

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return lower;
}

bool EndsWith(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

bool NamesSecret(std::string_view key) {
  const std::string lower = Lower(key);
  return lower == "password" || lower == "secret" || EndsWith(lower, "_token") || lower == "token";
}

// Wider than what the door refuses: a tag is no place for any of these.
bool LooksSecret(std::string_view value) {
  constexpr std::array<std::string_view, 9> kBeginnings = {"ghp_", "gho_", "ghs_", "github_pat_", "xoxa-", "xoxb-", "xoxp-", "xoxr-", "xoxs-"};
  if (value.find("-----BEGIN ") != std::string_view::npos) return true;
  for (const auto beginning : kBeginnings)
    if (value.find(beginning) != std::string_view::npos) return true;
  return value.find("eyJ") != std::string_view::npos && std::ranges::count(value, '.') >= 2;
}

std::string NameOf(std::string_view key) {
  const bool ours = key == kArnAttribute || key == kBoundaryAttribute || key.substr(0, kTagPrefix.size()) == kTagPrefix;
  return ours || NamesSecret(key) ? std::string(kTagPrefix) + std::string(key) : std::string(key);
}

}  // namespace

std::vector<Tag> TagsOf(const Json& tags) {
  std::vector<Tag> all;
  for (const auto& tag : tags.Items()) {
    std::string key = Text(tag, "key"), value = Text(tag, "value");
    if (key.empty()) key = Text(tag, "Key"), value = Text(tag, "Value");
    if (!key.empty()) all.push_back({std::move(key), std::move(value)});
  }
  return all;
}

void Attributes::Set(std::string_view name, std::string_view value) { Put(name, JsonText(value)); }
void Attributes::Clear(std::string_view name) { Put(name, "null"); }

bool Attributes::SetTag(const Tag& tag) {
  const bool withheld = !tag.value.empty() && (NamesSecret(tag.key) || LooksSecret(tag.value));
  Put(NameOf(tag.key), JsonText(withheld ? kWithheld : std::string_view(tag.value)));
  return !withheld;
}

void Attributes::ClearTag(std::string_view key) { Put(NameOf(key), "null"); }

void Attributes::Put(std::string_view name, const std::string& json) {
  if (!text_.empty()) text_ += ',';
  text_ += JsonText(name) + ":" + json;
}

std::string OwnerReference(std::string_view value) {
  if (event::CheckIdentity(value)) return std::string(value);
  std::string user = "user:" + std::string(value);
  return event::CheckIdentity(user) ? user : std::string();
}

bool IsOwnerKey(std::string_view key) { return Lower(key) == "owner"; }

std::string JsonText(std::string_view text) {
  std::string json;
  event::AppendJsonString(json, text);
  return json;
}

}  // namespace tenure::connect
