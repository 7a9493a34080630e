// Access keys and console passwords.
#include "connect/iam_change.h"

namespace tenure::connect {
namespace {

constexpr const char* kAccessKey = "access_key";
constexpr const char* kLoginProfile = "login-profile";

CredentialIssued KeyIssued(std::string identity, std::string key) {
  CredentialIssued issued;
  issued.identity = std::move(identity);
  issued.credential = std::move(key);
  issued.kind = kAccessKey;
  return issued;
}

// The response names the user even where the request leaves it to the caller.
Result<std::string> OwnerOf(const IamCall& call, const Json& created) {
  const std::string named = Text(created, "userName");
  if (call.Asked("userName").empty() && !named.empty()) return call.account.User(named);
  return IdentityOf(call);
}

}  // namespace

Result<IamChange> CreateAccessKey(const IamCall& call) {
  const Json created = Member(call.response, "accessKey");
  const std::string key = Text(created, "accessKeyId");
  if (key.empty()) return Incomplete(call, "access key");
  const auto owner = OwnerOf(call, created);
  if (!owner) return tl::unexpected(owner.error());
  IamChange change;
  change.Add({}, KeyIssued(*owner, key));
  return change;
}

Result<IamChange> UpdateAccessKey(const IamCall& call) {
  const auto owner = IdentityOf(call);
  if (!owner) return tl::unexpected(owner.error());
  const std::string key = call.Asked("accessKeyId"), status = call.Asked("status");
  if (key.empty()) return Incomplete(call, "access key");
  IamChange change;
  if (status == "Active") {
    change.Add({}, KeyIssued(*owner, key));
    return change;
  }
  if (status.empty()) return Incomplete(call, "status");
  change.rank = CausalRank::kRevoke;
  change.Add({}, CredentialRevoked{*owner, key, "set to " + status});
  return change;
}

Result<IamChange> DeleteAccessKey(const IamCall& call) {
  const auto owner = IdentityOf(call);
  if (!owner) return tl::unexpected(owner.error());
  const std::string key = call.Asked("accessKeyId");
  if (key.empty()) return Incomplete(call, "access key");
  IamChange change;
  change.rank = CausalRank::kRevoke;
  change.Add({}, CredentialRevoked{*owner, key, "deleted"});
  return change;
}

Result<IamChange> CreateLoginProfile(const IamCall& call) {
  const auto owner = OwnerOf(call, Member(call.response, "loginProfile"));
  if (!owner) return tl::unexpected(owner.error());
  CredentialIssued issued;
  issued.identity = *owner;
  issued.credential = kLoginProfile;
  issued.kind = "password";
  IamChange change;
  change.Add({}, std::move(issued));
  return change;
}

Result<IamChange> DeleteLoginProfile(const IamCall& call) {
  const auto owner = IdentityOf(call);
  if (!owner) return tl::unexpected(owner.error());
  IamChange change;
  change.rank = CausalRank::kRevoke;
  change.Add({}, CredentialRevoked{*owner, kLoginProfile, "deleted"});
  return change;
}

}  // namespace tenure::connect
