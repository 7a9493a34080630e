#include "connect/attributes.h"

#include <algorithm>

#include "event/json_writer.h"
#include "event/reference.h"
#include "event/secrets.h"

namespace tenure::connect {
namespace {

constexpr std::string_view kTagPrefix = "tag:", kWithheld = "(withheld)";

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return lower;
}

std::string ObjectOf(std::string_view name, std::string_view value) { return "{" + JsonText(name) + ":" + JsonText(value) + "}"; }

// What the door would refuse: under a secret's name, or a secret in itself.
bool IsSecret(std::string_view key, std::string_view value) { return event::FindSecret(ObjectOf(key, value)).has_value(); }
bool NamesSecret(std::string_view key) { return IsSecret(key, "x"); }

std::string NameOf(std::string_view key) {
  const bool ours = key == kArnAttribute || key == kBoundaryAttribute || key.substr(0, kTagPrefix.size()) == kTagPrefix;
  const std::string name(key);
  if (NamesSecret(key)) return std::string(kTagPrefix) + name + " " + std::string(kWithheld);
  return ours ? std::string(kTagPrefix) + name : name;
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
  const bool withheld = IsSecret(tag.key, tag.value);
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
