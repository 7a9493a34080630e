// Roles, who may assume them, and the instance profiles that carry them.
#include <algorithm>

#include "connect/iam_change.h"
#include "connect/policy_document.h"
#include "connect/trust_policy.h"

namespace tenure::connect {
namespace {

constexpr const char* kAssume = "assume";

Result<std::string> RoleOf(const IamCall& call) {
  if (const auto name = call.Asked("roleName"); !name.empty()) return call.account.Role(name);
  if (const auto made = IdentityOfArn(Text(Member(call.response, "role"), "arn"))) return *made;
  return Incomplete(call, "role");
}

RoleDefined Assuming(std::string role, const std::string& identity, Effect effect) {
  Permission assume;
  assume.effect = effect;
  assume.actions = {kAssume};
  assume.resources = {identity};
  assume.covers = Covers::kLiteral;
  return {std::move(role), {std::move(assume)}, {}};
}

// The grants of one effect, numbered in the order of the document.
void AddGrants(IamChange& change, const std::vector<TrustGrant>& trust, bool deny, const std::string& role,
               const std::string& suffix) {
  int number = 0;
  for (const auto& given : trust) {
    if (given.deny != deny) continue;
    GrantIssued grant;
    grant.principal = given.principal;
    grant.role = role;
    grant.condition = given.condition;
    change.Add(suffix + "/" + std::to_string(++number), std::move(grant));
  }
}

// The role of trust ends and begins anew with each document, so that its grants stay behind with it in whatever order files come.
// Denies stand on a role of their own, since a role is granted as a whole.
void AddTrust(IamChange& change, const std::string& identity, std::string_view document, const IamAccount& account) {
  const auto trust = TrustOf(document, account);
  const std::string allow_role = TrustRole(identity), deny_role = TrustDenyRole(identity);
  change.Add("trust/retired", RoleRetired{allow_role});
  change.Add("trust/deny/retired", RoleRetired{deny_role});
  change.Add("trust", Assuming(allow_role, identity, Effect::kAllow));
  AddGrants(change, trust, false, allow_role, "trust");
  const auto denies = std::ranges::find(trust, true, &TrustGrant::deny);
  if (denies == trust.end()) return;
  change.Add("trust/deny", Assuming(deny_role, identity, Effect::kDeny));
  AddGrants(change, trust, true, deny_role, "trust/deny");
}

}  // namespace

Result<IamChange> CreateRole(const IamCall& call) {
  const auto role = RoleOf(call);
  if (!role) return tl::unexpected(role.error());
  const Json created = Member(call.response, "role");
  IamChange change;
  change.rank = CausalRank::kCreate;
  auto registered = RegistrationOf(call, *role, created, change);
  change.Add({}, std::move(registered));
  std::string document = call.Asked("assumeRolePolicyDocument");
  if (document.empty()) document = Text(created, "assumeRolePolicyDocument");
  AddTrust(change, *role, document, call.account);
  return change;
}

Result<IamChange> UpdateTrust(const IamCall& call) {
  const auto role = RoleOf(call);
  if (!role) return tl::unexpected(role.error());
  IamChange change;
  AddTrust(change, *role, call.Asked("policyDocument"), call.account);
  return change;
}

// What others were given on the role ends with it: a namesake made later is trusted and carried anew.
Result<IamChange> DeleteRole(const IamCall& call) {
  const auto role = RoleOf(call);
  if (!role) return tl::unexpected(role.error());
  IamChange change;
  change.rank = CausalRank::kDelete;
  change.Add({}, IdentityRetired{*role, "deleted", true});
  change.Add("trust/retired", RoleRetired{TrustRole(*role)});
  change.Add("trust/deny/retired", RoleRetired{TrustDenyRole(*role)});
  change.Add("instance-profile/retired", RoleRetired{InstanceProfileRole(*role)});
  return change;
}

// An instance profile hands its role to what runs under it.
Result<IamChange> AddRoleToInstanceProfile(const IamCall& call) {
  const auto role = RoleOf(call);
  if (!role) return tl::unexpected(role.error());
  const std::string profile = call.Asked("instanceProfileName");
  if (profile.empty()) return Incomplete(call, "instance profile");
  const std::string carried = InstanceProfileRole(*role);
  GrantIssued grant;
  grant.principal = call.account.InstanceProfile(profile);
  grant.role = carried;
  IamChange change;
  change.Add("role", Assuming(carried, *role, Effect::kAllow));
  change.Add({}, std::move(grant));
  return change;
}

Result<IamChange> RemoveRoleFromInstanceProfile(const IamCall& call) {
  const auto role = RoleOf(call);
  if (!role) return tl::unexpected(role.error());
  const std::string profile = call.Asked("instanceProfileName");
  if (profile.empty()) return Incomplete(call, "instance profile");
  GrantRevoked revoked;
  revoked.principal = call.account.InstanceProfile(profile);
  revoked.role = InstanceProfileRole(*role);
  revoked.reason = "removed";
  IamChange change;
  change.rank = CausalRank::kRevoke;
  change.Add({}, std::move(revoked));
  return change;
}

}  // namespace tenure::connect
