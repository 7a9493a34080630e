#include "connect/iam_change.h"

#include <algorithm>
#include <array>

namespace tenure::connect {
namespace {

struct Entry {
  std::string_view name;
  IamChangeMaker maker;
};

constexpr std::array kCalls = {
    Entry{"AddRoleToInstanceProfile", AddRoleToInstanceProfile},
    Entry{"AddUserToGroup", AddUserToGroup},
    Entry{"AttachGroupPolicy", AttachPolicy},
    Entry{"AttachRolePolicy", AttachPolicy},
    Entry{"AttachUserPolicy", AttachPolicy},
    Entry{"CreateAccessKey", CreateAccessKey},
    Entry{"CreateGroup", CreateIdentity},
    Entry{"CreateInstanceProfile", CreateIdentity},
    Entry{"CreateLoginProfile", CreateLoginProfile},
    Entry{"CreatePolicy", CreatePolicy},
    Entry{"CreatePolicyVersion", CreatePolicyVersion},
    Entry{"CreateRole", CreateRole},
    Entry{"CreateServiceLinkedRole", CreateRole},
    Entry{"CreateUser", CreateIdentity},
    Entry{"DeleteAccessKey", DeleteAccessKey},
    Entry{"DeleteGroup", DeleteIdentity},
    Entry{"DeleteGroupPolicy", DeleteInlinePolicy},
    Entry{"DeleteInstanceProfile", DeleteIdentity},
    Entry{"DeleteLoginProfile", DeleteLoginProfile},
    Entry{"DeletePolicy", DeletePolicy},
    Entry{"DeletePolicyVersion", DeletePolicyVersion},
    Entry{"DeleteRole", DeleteRole},
    Entry{"DeleteRolePermissionsBoundary", DeleteBoundary},
    Entry{"DeleteRolePolicy", DeleteInlinePolicy},
    Entry{"DeleteUser", DeleteIdentity},
    Entry{"DeleteUserPermissionsBoundary", DeleteBoundary},
    Entry{"DeleteUserPolicy", DeleteInlinePolicy},
    Entry{"DetachGroupPolicy", DetachPolicy},
    Entry{"DetachRolePolicy", DetachPolicy},
    Entry{"DetachUserPolicy", DetachPolicy},
    Entry{"PutGroupPolicy", PutInlinePolicy},
    Entry{"PutRolePermissionsBoundary", PutBoundary},
    Entry{"PutRolePolicy", PutInlinePolicy},
    Entry{"PutUserPermissionsBoundary", PutBoundary},
    Entry{"PutUserPolicy", PutInlinePolicy},
    Entry{"RemoveRoleFromInstanceProfile", RemoveRoleFromInstanceProfile},
    Entry{"RemoveUserFromGroup", RemoveUserFromGroup},
    Entry{"SetDefaultPolicyVersion", SetDefaultPolicyVersion},
    Entry{"TagRole", TagIdentity},
    Entry{"TagUser", TagIdentity},
    Entry{"UntagRole", UntagIdentity},
    Entry{"UntagUser", UntagIdentity},
    Entry{"UpdateAccessKey", UpdateAccessKey},
    Entry{"UpdateAssumeRolePolicy", UpdateTrust},
};
static_assert(std::ranges::is_sorted(kCalls, {}, &Entry::name));

}  // namespace

IamChangeMaker FindIamChange(std::string_view event_name) {
  const auto found = std::ranges::lower_bound(kCalls, event_name, {}, &Entry::name);
  return found != kCalls.end() && found->name == event_name ? found->maker : nullptr;
}

tl::unexpected<Error> Incomplete(const IamCall& call, std::string_view parameter) {
  return Fail("record_incomplete", call.name + " names no " + std::string(parameter),
              "the record may be cut; what it changed is not known");
}

Result<std::string> IdentityOf(const IamCall& call) {
  if (const auto name = call.Asked("userName"); !name.empty()) return call.account.User(name);
  if (const auto name = call.Asked("roleName"); !name.empty()) return call.account.Role(name);
  if (const auto name = call.Asked("groupName"); !name.empty()) return call.account.Group(name);
  if (const auto name = call.Asked("instanceProfileName"); !name.empty()) return call.account.InstanceProfile(name);
  const bool about_user = call.name.find("Role") == std::string::npos && call.name.find("Group") == std::string::npos &&
                          call.name.find("InstanceProfile") == std::string::npos;
  if (about_user && call.caller.is_user) return call.caller.identity;
  return Incomplete(call, "user, role, group or instance profile");
}

}  // namespace tenure::connect
