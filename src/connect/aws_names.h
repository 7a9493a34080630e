#pragma once
// How AWS names things, and how the record names them: ARNs in, references out. The whole mapping: docs/reference/cloudtrail.md.
//
// Users, roles, groups and instance profiles of IAM are named without their IAM path: names are unique in an account without it,
// and many CloudTrail records lack it. Plain functions, safe from any thread.
#include <optional>
#include <string>
#include <string_view>

namespace tenure::connect {

// The parts of `arn:partition:service:region:account:resource`; views into the text it was made from.
struct Arn {
  std::string_view partition, service, region, account, resource;
};
std::optional<Arn> ParseArn(std::string_view text);

// `arn:aws:iam::1:user/team/alice` -> `arn:aws:iam::1:user/alice`; so for role, group and instance-profile. Others as they are.
std::string WithoutPath(std::string_view arn);

// "aws" unless the region belongs to another partition ("cn-north-1", "us-gov-west-1").
std::string_view PartitionOfRegion(std::string_view region);

// Names the IAM things of one account.
struct IamAccount {
  std::string partition, id;

  std::string UserArn(std::string_view name) const { return NamedArn("user", name); }
  std::string RoleArn(std::string_view name) const { return NamedArn("role", name); }
  std::string User(std::string_view name) const { return "user:" + UserArn(name); }
  std::string Role(std::string_view name) const { return "service_account:" + RoleArn(name); }
  std::string Group(std::string_view name) const { return "group:" + NamedArn("group", name); }
  std::string InstanceProfile(std::string_view name) const { return "workload:" + NamedArn("instance-profile", name); }
  std::string Root() const { return "user:arn:" + partition + ":iam::" + id + ":root"; }
  std::string PolicyArn(std::string_view path, std::string_view name) const;

 private:
  std::string NamedArn(std::string_view kind, std::string_view name) const;
};

std::string External(std::string_view name);  // `external:<name>`

// The identity that an ARN names: a user, a role (a session counts as its role), a group, an instance profile, an account's root.
// Nothing for any other ARN.
std::optional<std::string> IdentityOfArn(std::string_view arn);

// The session of `arn:aws:sts::1:assumed-role/R/session`; empty if the ARN names none.
std::string SessionOfArn(std::string_view arn);

// `arn:aws:iam::1:saml-provider/Okta` -> `Okta`, `…:oidc-provider/host/path` -> `host/path`; anything else as it is.
std::string_view ProviderName(std::string_view provider);

// The references of what stands on an identity; `arn_of_identity` is what follows its type (`ArnOf`).
std::string_view ArnOf(std::string_view reference);
std::string PolicyRole(std::string_view policy_arn);                                   // role:<policy arn>
std::string PolicyVersionRole(std::string_view policy_arn, std::string_view version);  // role:<policy arn>/version/<v>
std::string InlineRole(std::string_view identity, std::string_view policy_name);       // role:<arn>/inline/<name>
std::string TrustRole(std::string_view role_identity);                                 // role:<arn>/trust
std::string TrustDenyRole(std::string_view role_identity);                             // role:<arn>/trust/deny
std::string InstanceProfileRole(std::string_view role_identity);                       // role:<arn>/instance-profile

}  // namespace tenure::connect
