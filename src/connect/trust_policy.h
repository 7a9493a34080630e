#pragma once
// Trust policies: who may assume a role.
#include <string>
#include <string_view>
#include <vector>

#include "connect/aws_names.h"

namespace tenure::connect {

struct TrustGrant {
  std::string principal;  // reference
  std::string condition;  // why it is not certain; empty = it is
  bool deny = false;
  friend bool operator==(const TrustGrant&, const TrustGrant&) = default;
};

// One for each principal of each statement that concerns assuming the role, in the order of the document, without repetitions.
// The account's own root is everyone:* under a condition: the account delegates to its own policies. A document that cannot be
// read gives everyone:* under a condition, and so does NotPrincipal.
std::vector<TrustGrant> TrustOf(std::string_view document, const IamAccount& account);

}  // namespace tenure::connect
