#include "reference/pattern.h"

#include <algorithm>

namespace tenure::reference {

bool Glob(const std::string& pattern, const std::string& text) {
  // reached[i]: the pattern so far matches the first i bytes.
  std::vector<bool> reached(text.size() + 1, false);
  reached[0] = true;
  for (char c : pattern) {
    std::vector<bool> next(text.size() + 1, false);
    for (std::size_t i = 0; i <= text.size(); ++i) {
      if (c == '*') {
        next[i] = reached[i] || (i > 0 && next[i - 1]);
      } else {
        next[i] = i > 0 && reached[i - 1] && (c == '?' || c == text[i - 1]);
      }
    }
    reached = next;
  }
  return reached[text.size()];
}

bool Everything(const std::string& pattern) {
  return !pattern.empty() && std::all_of(pattern.begin(), pattern.end(), [](char c) { return c == '*'; });
}

std::vector<std::string> SelfAndAncestors(const std::string& resource) {
  std::vector<std::string> all{resource};
  auto scheme = resource.find("://");
  std::size_t begin = scheme == std::string::npos ? 0 : scheme + 3;
  for (std::size_t i = begin; i < resource.size(); ++i)
    if (resource[i] == '/') all.push_back(resource.substr(0, i));
  return all;
}

namespace {

bool AnyMatches(const std::vector<std::string>& patterns, const std::vector<std::string>& texts) {
  for (const auto& pattern : patterns)
    for (const auto& text : texts)
      if (Glob(pattern, text)) return true;
  return false;
}

bool AnyIsEverything(const std::vector<std::string>& patterns) {
  return std::any_of(patterns.begin(), patterns.end(), Everything);
}

}  // namespace

// The question `*` means everything: only a pattern of `*` alone covers it, a `not_` list never. Allowing `assume` takes an action
// that names it; denying it takes any that matches.
bool ActionsCover(const Permission& permission, const std::string& action) {
  if (action == "*") return !permission.not_actions && AnyIsEverything(permission.actions);
  if (action == "assume" && permission.effect == Effect::kAllow)
    return !permission.not_actions && std::count(permission.actions.begin(), permission.actions.end(), "assume") > 0;
  return AnyMatches(permission.actions, {action}) != permission.not_actions;
}

bool ResourcesCover(const Permission& permission, const std::string& resource) {
  if (resource == "*") return !permission.not_resources && AnyIsEverything(permission.resources);
  auto texts = permission.covers == Covers::kSubtree ? SelfAndAncestors(resource) : std::vector<std::string>{resource};
  return AnyMatches(permission.resources, texts) != permission.not_resources;
}

bool ScopeCovers(const std::string& scope, const std::string& resource) {
  return resource == "*" ? Everything(scope) : AnyMatches({scope}, SelfAndAncestors(resource));
}

bool Covers(const Permission& permission, Effect effect, const std::string& action, const std::string& resource) {
  return permission.effect == effect && ActionsCover(permission, action) && ResourcesCover(permission, resource);
}

// type:id, split at the first colon; the type is [a-z][a-z0-9_]*; at most 2,048 bytes, no control characters; no empty, `.` or `..`
// segment of the path, except in arn: and after ://.
bool IsReference(const std::string& text) {
  auto colon = text.find(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == text.size() || text.size() > 2048) return false;
  for (std::size_t i = 0; i < colon; ++i) {
    bool lower = text[i] >= 'a' && text[i] <= 'z', digit = text[i] >= '0' && text[i] <= '9';
    if (!lower && (i == 0 || (!digit && text[i] != '_'))) return false;
  }
  for (unsigned char c : text)
    if (c < 0x20 || c == 0x7f) return false;
  if (text.starts_with("arn:")) return true;
  std::string path = text.substr(colon + 1);
  if (auto scheme = path.find("://"); scheme != std::string::npos) path = path.substr(0, scheme);
  for (std::size_t from = 0; from <= path.size();) {
    auto slash = std::min(path.find('/', from), path.size());
    std::string segment = path.substr(from, slash - from);
    if (segment.empty() || segment == "." || segment == "..") return false;
    from = slash + 1;
  }
  return true;
}

bool IsRole(const std::string& ref) { return ref.starts_with("role:"); }
bool IsGroup(const std::string& ref) { return ref.starts_with("group:"); }

std::optional<Topic> PlaneOf(EventType type) {
  if (type == EventType::kEventRetracted) return std::nullopt;
  if (type == EventType::kAccessUsed) return Topic::kUsage;
  if (type >= EventType::kReviewOpened) return Topic::kGovernance;
  if (type >= EventType::kRoleDefined) return Topic::kAccess;
  return Topic::kIdentity;
}

namespace {

struct Key {
  std::string operator()(const RoleDefined& d) const { return d.role; }
  std::string operator()(const RoleRetired& d) const { return d.role; }
  std::string operator()(const MembershipAdded& d) const { return d.member; }
  std::string operator()(const MembershipRemoved& d) const { return d.member; }
  std::string operator()(const ReviewOpened& d) const { return d.review; }
  std::string operator()(const ReviewDecided& d) const { return d.review; }
  std::string operator()(const ReviewClosed& d) const { return d.review; }
  std::string operator()(const ExceptionGranted& d) const { return d.subject; }
  std::string operator()(const ExceptionRevoked& d) const { return d.subject; }
  std::string operator()(const DeadLetterResolved& d) const { return std::string(TopicName(d.position.topic)); }
  std::string operator()(const EventRetracted& d) const { return d.key; }
  template <class D>
  std::string operator()(const D& d) const {
    if constexpr (requires { d.identity; }) {
      return d.identity;
    } else {
      return d.principal;
    }
  }
};

}  // namespace

std::string KeyOf(const Event& event) { return std::visit(Key{}, event.payload); }

}  // namespace tenure::reference
