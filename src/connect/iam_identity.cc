// Users, groups and instance profiles; tags and boundaries of any identity; membership in groups.
#include "connect/attributes.h"
#include "connect/iam_change.h"

namespace tenure::connect {
namespace {

constexpr const char* kSystem = "aws.iam";

void Withheld(IamChange& change, const std::string& identity, const std::string& key) {
  change.remarks.push_back({identity, "the value of tag " + key + " looks like a secret and was left out"});
}

void AddTags(Attributes& attributes, const std::vector<Tag>& tags, const std::string& identity, IamChange& change) {
  for (const auto& tag : tags)
    if (!attributes.SetTag(tag)) Withheld(change, identity, tag.key);
}

// Empty if there is no owner tag, or none that can be a reference.
std::string OwnerIn(const std::vector<Tag>& tags, const std::string& identity, IamChange& change) {
  for (const auto& tag : tags) {
    if (!IsOwnerKey(tag.key) || tag.value.empty()) continue;
    std::string owner = OwnerReference(tag.value);
    if (owner.empty()) change.remarks.push_back({identity, "the owner tag holds no name that can be a reference"});
    return owner;
  }
  return {};
}

IdentityUpdated Update(std::string identity, const Attributes& attributes) {
  IdentityUpdated updated;
  updated.identity = std::move(identity);
  updated.attributes = attributes.Json();
  return updated;
}

std::string BoundaryOf(const IamCall& call) {
  const Json given = Member(call.request, "permissionsBoundary");
  return given.IsObject() ? Text(given, "permissionsBoundaryArn") : call.Asked("permissionsBoundary");
}

}  // namespace

IdentityRegistered RegistrationOf(const IamCall& call, const std::string& identity, const Json& created, IamChange& change) {
  Attributes attributes;
  const std::string arn = Text(created, "arn");
  attributes.Set(kArnAttribute, arn.empty() ? ArnOf(identity) : std::string_view(arn));
  if (const auto boundary = BoundaryOf(call); !boundary.empty()) attributes.Set(kBoundaryAttribute, boundary);
  auto tags = TagsOf(Member(call.request, "tags"));
  if (tags.empty()) tags = TagsOf(Member(created, "tags"));
  AddTags(attributes, tags, identity, change);
  IdentityRegistered registered;
  registered.identity = identity;
  registered.owner = OwnerIn(tags, identity, change);
  registered.source_system = kSystem;
  registered.attributes = attributes.Json();
  return registered;
}

Result<IamChange> CreateIdentity(const IamCall& call) {
  // A creation is never about the caller: without a name in the request, the response tells whom it made.
  Json created = Member(call.response, "user");
  for (const char* kind : {"group", "instanceProfile"})
    if (!created.IsObject()) created = Member(call.response, kind);
  const bool named = !(call.Asked("userName") + call.Asked("groupName") + call.Asked("instanceProfileName")).empty();
  const auto from_response = IdentityOfArn(Text(created, "arn"));
  if (!named && !from_response) return Incomplete(call, "user, group or instance profile");
  const auto identity = named ? IdentityOf(call) : Result<std::string>(*from_response);
  if (!identity) return tl::unexpected(identity.error());
  IamChange change;
  change.rank = CausalRank::kCreate;
  auto registered = RegistrationOf(call, *identity, created, change);
  change.Add({}, std::move(registered));
  return change;
}

Result<IamChange> DeleteIdentity(const IamCall& call) {
  const auto identity = IdentityOf(call);
  if (!identity) return tl::unexpected(identity.error());
  IamChange change;
  change.rank = CausalRank::kDelete;
  change.Add({}, IdentityRetired{*identity, "deleted", true});  // AWS deletes nothing that still holds something
  return change;
}

Result<IamChange> TagIdentity(const IamCall& call) {
  const auto identity = IdentityOf(call);
  if (!identity) return tl::unexpected(identity.error());
  const auto tags = TagsOf(Member(call.request, "tags"));
  IamChange change;
  Attributes attributes;
  AddTags(attributes, tags, *identity, change);
  if (attributes.Empty()) return change;
  change.Add({}, Update(*identity, attributes));
  if (auto owner = OwnerIn(tags, *identity, change); !owner.empty()) change.Add("owner", IdentityOwnerChanged{*identity, owner});
  return change;
}

Result<IamChange> UntagIdentity(const IamCall& call) {
  const auto identity = IdentityOf(call);
  if (!identity) return tl::unexpected(identity.error());
  IamChange change;
  change.rank = CausalRank::kRevoke;
  Attributes attributes;
  bool owner = false;
  for (const auto& key : Json(Member(call.request, "tagKeys")).Items()) {
    if (!key.IsString()) continue;
    attributes.ClearTag(key.AsString());
    owner = owner || IsOwnerKey(key.AsString());
  }
  if (attributes.Empty()) return change;
  change.Add({}, Update(*identity, attributes));
  if (owner) change.Add("owner", IdentityOwnerChanged{*identity, std::nullopt});
  return change;
}

Result<IamChange> PutBoundary(const IamCall& call) {
  const auto identity = IdentityOf(call);
  if (!identity) return tl::unexpected(identity.error());
  const std::string boundary = BoundaryOf(call);
  if (boundary.empty()) return Incomplete(call, "boundary");
  IamChange change;
  Attributes attributes;
  attributes.Set(kBoundaryAttribute, boundary);
  change.Add({}, Update(*identity, attributes));
  return change;
}

Result<IamChange> DeleteBoundary(const IamCall& call) {
  const auto identity = IdentityOf(call);
  if (!identity) return tl::unexpected(identity.error());
  IamChange change;
  change.rank = CausalRank::kRevoke;
  Attributes attributes;
  attributes.Clear(kBoundaryAttribute);
  change.Add({}, Update(*identity, attributes));
  return change;
}

Result<IamChange> AddUserToGroup(const IamCall& call) {
  const auto member = IdentityOf(call);
  if (!member) return tl::unexpected(member.error());
  const std::string group = call.Asked("groupName");
  if (group.empty() || call.Asked("userName").empty()) return Incomplete(call, "user and group");
  IamChange change;
  change.Add({}, MembershipAdded{*member, call.account.Group(group), {}, {}});
  return change;
}

Result<IamChange> RemoveUserFromGroup(const IamCall& call) {
  const auto member = IdentityOf(call);
  if (!member) return tl::unexpected(member.error());
  const std::string group = call.Asked("groupName");
  if (group.empty() || call.Asked("userName").empty()) return Incomplete(call, "user and group");
  IamChange change;
  change.rank = CausalRank::kRevoke;
  change.Add({}, MembershipRemoved{*member, call.account.Group(group), "removed"});
  return change;
}

}  // namespace tenure::connect
