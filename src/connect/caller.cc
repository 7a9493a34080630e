#include "connect/caller.h"

#include <array>

#include "connect/record_json.h"

namespace tenure::connect {
namespace {

constexpr std::string_view kAnonymous = "anonymous";

void BeUser(Caller& caller, const std::string& arn, const IamAccount& account, const std::string& name) {
  caller.identity = IdentityOfArn(arn).value_or(name.empty() ? std::string() : account.User(name));
  caller.authid = !arn.empty() ? arn : name.empty() ? std::string() : account.UserArn(name);
  caller.authtype = "user";
  caller.is_user = !caller.identity.empty();
}

// The issuer of a session names the role as it is in IAM; the session's own ARN does without it.
void BeSession(Caller& caller, const Json& user, const std::string& arn) {
  const std::string issuer = Text(Member(Member(user, "sessionContext"), "sessionIssuer"), "arn");
  const auto identity = IdentityOfArn(issuer);
  caller.identity = identity ? *identity : IdentityOfArn(arn).value_or(std::string());
  caller.authid = arn.empty() ? issuer : arn;
  caller.session = SessionOfArn(arn);
  caller.authtype = caller.identity.substr(0, 5) == "user:" ? "user" : "service_account";
}

void BeExternal(Caller& caller, const std::string& name, const char* authtype) {
  if (name.empty()) return;
  caller.identity = External(name);
  caller.authid = caller.authid.empty() ? name : caller.authid;
  caller.authtype = authtype;
}

bool IsAnonymous(const std::string& account, const std::string& principal) {
  return account == "ANONYMOUS_PRINCIPAL" || account == kAnonymous || principal == "ANONYMOUS_PRINCIPAL" ||
         principal == kAnonymous;
}

std::string FirstOf(std::initializer_list<std::string> texts) {
  for (const auto& text : texts)
    if (!text.empty()) return text;
  return {};
}

// Without a type that says more: what the record holds of an ARN, a name, a service, an account, in this order.
void BeWhatIsThere(Caller& caller, const Json& user, const IamAccount& account) {
  const std::string arn = Text(user, "arn"), name = Text(user, "userName");
  caller.authid = arn;
  if (const auto identity = IdentityOfArn(arn)) {
    if (!SessionOfArn(arn).empty()) return BeSession(caller, user, arn);
    return BeUser(caller, arn, account, name);
  }
  if (!arn.empty()) return BeExternal(caller, arn, "unknown");
  if (!caller.invoked_by.empty()) return BeExternal(caller, caller.invoked_by, "system");
  BeExternal(caller, FirstOf({Text(user, "accountId"), Text(user, "principalId"), name}), "unknown");
}

void BeOfType(Caller& caller, const Json& user, const IamAccount& account) {
  const std::string type = Text(user, "type"), arn = Text(user, "arn"), name = Text(user, "userName");
  const std::string of_account = Text(user, "accountId"), principal = Text(user, "principalId");
  if (IsAnonymous(of_account, principal)) return BeExternal(caller, std::string(kAnonymous), "unauthenticated");
  const IamAccount own{account.partition, of_account.empty() ? account.id : of_account};
  if (type == "IAMUser") return BeUser(caller, arn, own, name);
  if (type == "Root") return BeUser(caller, arn.empty() ? std::string(ArnOf(own.Root())) : arn, own, {});
  if (type == "AssumedRole" || type == "Role" || type == "FederatedUser") return BeSession(caller, user, arn);
  if (type == "AWSService") return BeExternal(caller, caller.invoked_by, "system");
  if (type == "AWSAccount") return BeExternal(caller, of_account.empty() ? principal : of_account, "unknown");
  if (type == "WebIdentityUser" || type == "SAMLUser") {
    caller.session = name;
    return BeExternal(caller, std::string(ProviderName(Text(user, "identityProvider"))), "app_user");
  }
}

}  // namespace

Caller CallerOf(const Json& user_identity, const IamAccount& account) {
  Caller caller;
  caller.credential = Text(user_identity, "accessKeyId");
  caller.invoked_by = Text(user_identity, "invokedBy");
  BeOfType(caller, user_identity, account);
  if (caller.identity.empty()) BeWhatIsThere(caller, user_identity, account);
  if (caller.authtype.empty()) caller.authtype = "unknown";
  return caller;
}

}  // namespace tenure::connect
