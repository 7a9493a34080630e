#pragma once
// References that hold an AWS ARN, as a person writes them and as the record does.
#include <string>
#include <string_view>

namespace tenure::library {

// `user:arn:aws:iam::123:user/team/alice` -> `user:arn:aws:iam::123:user/alice`: the record names users, roles, groups and
// instance profiles of IAM without their path, because names are unique without it and events often lack it. Anything else is
// returned as it is.
std::string NormaliseReference(std::string_view ref);

}  // namespace tenure::library
