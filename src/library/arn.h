#pragma once
// References that hold an AWS ARN, as a person writes them and as the record does.
#include <string>
#include <string_view>

namespace tenure::library {

// `user:arn:aws:iam::123:user/team/alice` -> `user:arn:aws:iam::123:user/alice`: the record names users, roles, groups and
// instance profiles of IAM without their path, because names are unique without it and events often lack it. Anything else is
// returned as it is.
std::string NormaliseReference(std::string_view ref);

// The identity that an actor is, as producers claim it: a reference as NormaliseReference has it, or that of the user, role or group
// that a bare ARN names; of a session, the role's. Anything else is returned as it is.
std::string IdentityOfActor(const std::string& claimed);

}  // namespace tenure::library
