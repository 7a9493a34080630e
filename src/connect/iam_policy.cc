// Managed and inline policies, attached, written, and their versions.
#include <charconv>

#include "connect/iam_change.h"
#include "connect/policy_document.h"

namespace tenure::connect {
namespace {

GrantIssued Granted(std::string principal, std::string role) {
  GrantIssued grant;
  grant.principal = std::move(principal);
  grant.role = std::move(role);
  return grant;  // its id is the event's, set when the event is completed
}

GrantRevoked Revoked(std::string principal, std::string role, std::string reason) {
  GrantRevoked revoked;
  revoked.principal = std::move(principal);
  revoked.role = std::move(role);
  revoked.reason = std::move(reason);
  return revoked;
}

// CloudTrail leaves out documents that are very long.
std::vector<Permission> Document(const IamCall& call) {
  const std::string document = call.Asked("policyDocument");
  return document.empty() ? Unknown("the capture does not hold the policy document") : PermissionsOf(document);
}

std::int64_t NumberOf(std::string_view version) {
  std::int64_t number = 0;
  if (!version.empty()) std::from_chars(version.data() + 1, version.data() + version.size(), number);
  return number;
}

bool IsTrue(const Json& value) { return value.AsBool() || value.AsString() == "true"; }

constexpr std::string_view kVersion = "version ", kDefaultVersion = "default version ";

std::string After(std::string_view beginning, std::string_view text) {
  if (text.substr(0, beginning.size()) != beginning) return {};
  text.remove_prefix(beginning.size());
  return std::string(text.substr(0, text.find(':')));
}

}  // namespace

std::string DescribeVersion(std::string_view version, std::string_view description) {
  std::string text = std::string(kVersion) + std::string(version);
  return description.empty() ? text : text + ": " + std::string(description);
}
std::string DescribeDefault(std::string_view version) { return std::string(kDefaultVersion) + std::string(version); }
std::string DescribedVersion(std::string_view description) { return After(kVersion, description); }
std::string DescribedDefault(std::string_view description) { return After(kDefaultVersion, description); }

Result<IamChange> AttachPolicy(const IamCall& call) {
  const auto principal = IdentityOf(call);
  if (!principal) return tl::unexpected(principal.error());
  const std::string policy = call.Asked("policyArn");
  if (policy.empty()) return Incomplete(call, "policy");
  IamChange change;
  change.managed_policy = policy;
  change.Add({}, Granted(*principal, PolicyRole(policy)));
  return change;
}

Result<IamChange> DetachPolicy(const IamCall& call) {
  const auto principal = IdentityOf(call);
  if (!principal) return tl::unexpected(principal.error());
  const std::string policy = call.Asked("policyArn");
  if (policy.empty()) return Incomplete(call, "policy");
  IamChange change;
  change.rank = CausalRank::kRevoke;
  change.Add({}, Revoked(*principal, PolicyRole(policy), "detached"));
  return change;
}

// The inline role is never retired: what is granted of it ends with the grant, and so two files may come in either order.
Result<IamChange> PutInlinePolicy(const IamCall& call) {
  const auto principal = IdentityOf(call);
  if (!principal) return tl::unexpected(principal.error());
  const std::string name = call.Asked("policyName");
  if (name.empty()) return Incomplete(call, "policy");
  const std::string role = InlineRole(*principal, name);
  IamChange change;
  change.Add("policy", RoleDefined{role, Document(call), {}});
  change.Add({}, Granted(*principal, role));
  return change;
}

Result<IamChange> DeleteInlinePolicy(const IamCall& call) {
  const auto principal = IdentityOf(call);
  if (!principal) return tl::unexpected(principal.error());
  const std::string name = call.Asked("policyName");
  if (name.empty()) return Incomplete(call, "policy");
  IamChange change;
  change.rank = CausalRank::kRevoke;
  change.Add({}, Revoked(*principal, InlineRole(*principal, name), "deleted"));
  return change;
}

Result<IamChange> CreatePolicy(const IamCall& call) {
  const Json created = Member(call.response, "policy");
  std::string arn = Text(created, "arn"), version = Text(created, "defaultVersionId");
  if (arn.empty() && call.Asked("policyName").empty()) return Incomplete(call, "policy");
  if (arn.empty()) arn = call.account.PolicyArn(call.Asked("path"), call.Asked("policyName"));
  if (version.empty()) version = "v1";
  const std::string role = PolicyRole(arn);
  IamChange change;
  change.rank = CausalRank::kCreate;
  change.begins.push_back({Turn::kBegins, {role, {}, {}}, role});
  change.Add({}, RoleDefined{role, Document(call), DescribeVersion(version, call.Asked("description"))});
  return change;
}

Result<IamChange> DeletePolicy(const IamCall& call) {
  const std::string policy = call.Asked("policyArn");
  if (policy.empty()) return Incomplete(call, "policy");
  IamChange change;
  change.rank = CausalRank::kDelete;
  change.Add({}, RoleRetired{PolicyRole(policy)});
  return change;
}

// A version that is not the default yet is kept as a role of its own, which nobody is granted.
Result<IamChange> CreatePolicyVersion(const IamCall& call) {
  const std::string policy = call.Asked("policyArn");
  if (policy.empty()) return Incomplete(call, "policy");
  const Json created = Member(call.response, "policyVersion");
  const std::string version = Text(created, "versionId");
  const bool is_default = IsTrue(Member(call.request, "setAsDefault")) || IsTrue(Member(created, "isDefaultVersion"));
  if (version.empty() && !is_default) return Incomplete(call, "version");
  IamChange change;
  change.sequence = NumberOf(version);
  std::string role = is_default ? PolicyRole(policy) : PolicyVersionRole(policy, version);
  change.Add({}, RoleDefined{std::move(role), Document(call), version.empty() ? std::string() : DescribeVersion(version, {})});
  return change;
}

Result<IamChange> DeletePolicyVersion(const IamCall& call) {
  const std::string policy = call.Asked("policyArn"), version = call.Asked("versionId");
  if (policy.empty()) return Incomplete(call, "policy");
  if (version.empty()) return Incomplete(call, "version");
  IamChange change;
  change.rank = CausalRank::kRevoke;
  change.Add({}, RoleRetired{PolicyVersionRole(policy, version)});
  return change;
}

// Unknown until the version's content is found, now or by a later import; see policy_versions.h.
Result<IamChange> SetDefaultPolicyVersion(const IamCall& call) {
  const std::string policy = call.Asked("policyArn"), version = call.Asked("versionId");
  if (policy.empty()) return Incomplete(call, "policy");
  if (version.empty()) return Incomplete(call, "version");
  IamChange change;
  change.sequence = INT64_MAX;  // versions are made before one of them is chosen
  auto anything = Unknown("the content of policy version " + version + " is not known");
  change.Add({}, RoleDefined{PolicyRole(policy), std::move(anything), DescribeDefault(version)});
  return change;
}

}  // namespace tenure::connect
