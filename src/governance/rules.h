#pragma once
// The catalogue of rules: names, how much each matters, what ends it, and which controls it serves. What each says, exactly, is in
// docs/reference/findings.md; what it serves in docs/reference/controls.md. Constants.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tenure/governance.h"

namespace tenure::governance {

// In the order of the documentation.
enum class Rule : std::uint8_t {
  kAuthorityAfterRetirement,
  kCredentialAfterRetirement,
  kOrphaned,
  kCompromisedCredential,
  kNotRotatedAfterLeave,
  kLongLivedCredential,
  kDormantIdentity,
  kDormantAuthority,
  kOverPrivilege,
  kStandingPrivilege,
  kUnreviewedPrivilege,
  kSelfGrant,
  kSelfApproval,
  kUnapprovedGrant,
  kBreakGlassUnreviewed,
  kTemporaryOverrun,
  kTemporaryRenewed,
  kSeparationOfDuties,
  kEnvironmentCrossing,
  kSharedIdentity,
  kHumanUse,
  kUnconditionalTrust,
  kNewExternalTrust,
  kIdentifierReuse,
  kRevokeEndedNothing,
  kEvidenceGap,
  kHandMadeChange,
  kImplausibleTime,
};
inline constexpr int kRules = 28;

struct RuleInfo {
  Rule rule;
  std::string_view name;
  Severity severity;
  std::string_view title;      // what is wrong, in a line
  std::string_view would_end;  // what ends it
  std::vector<std::string_view> controls;
};

const RuleInfo& InfoOf(Rule rule);
std::optional<Rule> RuleNamed(std::string_view name);
const std::vector<RuleInfo>& Catalogue();
// Names with commas between, as questions and answers spell a list of rules; whether they are rules is not looked at.
std::vector<std::string> SplitRules(std::string_view text);
std::string JoinRules(const std::vector<std::string>& rules);
std::string_view SeverityName(Severity severity);
std::optional<Severity> SeverityNamed(std::string_view name);

}  // namespace tenure::governance
