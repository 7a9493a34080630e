#pragma once
// Attributes of an identity as a JSON object text, built from what AWS knows of it and from its tags.
//
// A tag is an attribute of its key; a key that the importer uses itself is written `tag:<key>`. What the door would take for a
// secret is left out: the value is `(withheld)`, and a key that names a secret is written `tag:<key> (withheld)`.
// Thread safety: plain value.
#include <string>
#include <string_view>
#include <vector>

#include "connect/record_json.h"

namespace tenure::connect {

inline constexpr std::string_view kArnAttribute = "arn";
inline constexpr std::string_view kBoundaryAttribute = "permissions_boundary";

struct Tag {
  std::string key, value;
};
// `[{"key":…,"value":…}]`, in either case of the member names.
std::vector<Tag> TagsOf(const Json& tags);

class Attributes {
 public:
  void Set(std::string_view name, std::string_view value);
  void Clear(std::string_view name);
  // False if the value was withheld.
  bool SetTag(const Tag& tag);
  void ClearTag(std::string_view key);
  bool Empty() const { return text_.empty(); }
  std::string Json() const { return text_.empty() ? std::string() : "{" + text_ + "}"; }

 private:
  void Put(std::string_view name, const std::string& json);
  std::string text_;
};

// The tag's value as the reference of an owner: as it is, else `user:<value>`; empty if neither is a reference.
std::string OwnerReference(std::string_view value);
// Does the tag name the owner? `owner`, in any case.
bool IsOwnerKey(std::string_view key);

// Quoted and escaped.
std::string JsonText(std::string_view text);

}  // namespace tenure::connect
