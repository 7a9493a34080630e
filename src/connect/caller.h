#pragma once
// Who made a call, read from a record's userIdentity, which may lack its type, its ARN or both.
#include <string>

#include "connect/aws_names.h"
#include "event/json_reader.h"

namespace tenure::connect {

struct Caller {
  std::string identity;    // reference; empty if the record names nobody
  std::string authtype;    // of the CloudEvents attribute: user, service_account, app_user, system, unauthenticated, unknown
  std::string authid;      // the ARN as written, else the nearest to it
  std::string session;     // of an assumed role
  std::string credential;  // access key id
  std::string invoked_by;  // the service that called in the caller's name
  bool is_user = false;    // an IAM user or the account's root: a call without a user's name is about itself
};

// `account`: where the call was made; names in the record that lack an account are of it.
Caller CallerOf(const event::JsonValue& user_identity, const IamAccount& account);

}  // namespace tenure::connect
