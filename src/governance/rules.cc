#include "governance/rules.h"

#include <algorithm>
#include <array>

namespace tenure::governance {
namespace {

constexpr std::array<std::string_view, 4> kSeverities{"low", "medium", "high", "critical"};

}  // namespace

const std::vector<RuleInfo>& Catalogue() {
  static const std::vector<RuleInfo> kCatalogue{
      {Rule::kAuthorityAfterRetirement,
       "authority_after_retirement",
       Severity::kHigh,
       "Authority outlives its holder",
       "revoke the grant or remove the membership",
       {"NHI1:2025", "NHI5:2025", "PR.AA-01", "PR.AA-05", "AC-2(3)", "AC-6", "PS-4", "CC6.2", "CC6.3"}},
      {Rule::kCredentialAfterRetirement,
       "credential_after_retirement",
       Severity::kCritical,
       "A credential outlives its holder",
       "revoke the credential",
       {"NHI1:2025", "NHI2:2025", "PR.AA-01", "AC-2(3)", "IA-5", "PS-4", "CC6.1", "CC6.2"}},
      {Rule::kOrphaned,
       "orphaned",
       Severity::kHigh,
       "Its owner has left",
       "give it an owner who is there, or retire it",
       {"NHI1:2025", "PR.AA-01", "AC-2(3)", "PS-4", "CC6.2", "AI-RMF GOVERN 2.1"}},
      {Rule::kCompromisedCredential,
       "compromised_credential",
       Severity::kCritical,
       "A compromised credential is live",
       "revoke or rotate the credential",
       {"NHI2:2025", "PR.AA-01", "IA-5", "CC6.1"}},
      {Rule::kNotRotatedAfterLeave,
       "not_rotated_after_leave",
       Severity::kHigh,
       "Not rotated since somebody left who had it",
       "rotate the credential",
       {"NHI2:2025", "NHI7:2025", "PR.AA-01", "IA-5", "PS-4", "CC6.1", "CC6.2"}},
      {Rule::kLongLivedCredential,
       "long_lived_secret",
       Severity::kMedium,
       "A credential lives too long",
       "rotate the credential",
       {"NHI7:2025", "PR.AA-01", "IA-5", "CC6.1"}},
      {Rule::kDormantIdentity,
       "dormant_identity",
       Severity::kLow,
       "Nobody uses this identity",
       "retire or suspend it",
       {"NHI1:2025", "PR.AA-01", "AC-2(3)", "CC6.2"}},
      {Rule::kDormantAuthority,
       "dormant_authority",
       Severity::kMedium,
       "Nobody uses this grant",
       "revoke the grant",
       {"NHI5:2025", "PR.AA-05", "AC-6", "AC-6(7)", "CC6.3"}},
      {Rule::kOverPrivilege,
       "over_privilege",
       Severity::kLow,
       "More is granted than is used",
       "grant only what is used",
       {"NHI5:2025", "PR.AA-05", "AC-6", "CC6.3", "AI-RMF MANAGE 2.4"}},
      {Rule::kStandingPrivilege,
       "standing_privilege",
       Severity::kMedium,
       "A standing privilege that could be had for a while",
       "revoke the grant; ask for it just in time",
       {"NHI5:2025", "PR.AA-05", "AC-6", "CC6.3"}},
      {Rule::kUnreviewedPrivilege,
       "unreviewed_privilege",
       Severity::kMedium,
       "A privilege that no review has looked at",
       "review the grant",
       {"NHI5:2025", "PR.AA-05", "AC-6(7)", "CC6.2", "CC6.3"}},
      {Rule::kSelfGrant,
       "self_grant",
       Severity::kHigh,
       "Given by its receiver",
       "revoke it; let somebody else give it",
       {"PR.AA-05", "AC-5", "AC-6", "AU-10", "CC6.3", "AI-RMF GOVERN 2.1"}},
      {Rule::kSelfApproval,
       "self_approval",
       Severity::kHigh,
       "Approved by its receiver",
       "let somebody else approve it, or revoke it",
       {"PR.AA-05", "AC-5", "AU-10", "CC6.3"}},
      {Rule::kUnapprovedGrant,
       "unapproved_grant",
       Severity::kHigh,
       "Not approved",
       "approve it, or revoke it",
       {"PR.AA-05", "AC-5", "AC-6", "AU-10", "CC6.2"}},
      {Rule::kBreakGlassUnreviewed,
       "break_glass_unreviewed",
       Severity::kHigh,
       "Broken glass that nobody has looked at since",
       "review the grant",
       {"NHI5:2025", "PR.AA-05", "AC-6(7)", "AU-10", "CC6.3"}},
      {Rule::kTemporaryOverrun,
       "temporary_overrun",
       Severity::kHigh,
       "What was given for a while has stayed",
       "revoke the grant",
       {"NHI5:2025", "PR.AA-05", "AC-2(3)", "AC-6", "CC6.3"}},
      {Rule::kTemporaryRenewed,
       "temporary_renewed",
       Severity::kMedium,
       "What is given for a while is given again and again",
       "give it properly, or not",
       {"NHI5:2025", "PR.AA-05", "AC-6", "CC6.3"}},
      {Rule::kSeparationOfDuties,
       "separation_of_duties",
       Severity::kHigh,
       "Holds both of what must be apart",
       "take one of them away",
       {"PR.AA-05", "AC-5", "CC6.3", "AI-RMF GOVERN 2.1"}},
      {Rule::kEnvironmentCrossing,
       "environment_crossing",
       Severity::kHigh,
       "Not of production, and holds something there",
       "revoke the grant",
       {"NHI8:2025", "PR.AA-05", "AC-6", "CC6.1"}},
      {Rule::kSharedIdentity,
       "shared_identity",
       Severity::kMedium,
       "One identity used by several",
       "give each user one of its own",
       {"NHI9:2025", "PR.AA-01", "IA-4", "AU-10", "CC6.1"}},
      {Rule::kHumanUse,
       "human_use",
       Severity::kMedium,
       "A person acts as a machine",
       "give the person an own way",
       {"NHI10:2025", "PR.AA-01", "IA-4", "AU-10", "CC6.1"}},
      {Rule::kUnconditionalTrust,
       "unconditional_trust",
       Severity::kHigh,
       "A third party is trusted without condition",
       "put a condition on the trust, or revoke it",
       {"NHI3:2025", "PR.AA-05", "AC-6", "CC6.1"}},
      {Rule::kNewExternalTrust,
       "new_external_trust",
       Severity::kLow,
       "A third party is trusted for the first time",
       "it ends by itself; review the grant",
       {"NHI3:2025", "PR.AA-05", "CC6.2"}},
      {Rule::kIdentifierReuse,
       "identifier_reuse",
       Severity::kMedium,
       "An identifier of somebody else's before",
       "retire it; use a new one",
       {"PR.AA-01", "IA-4", "AU-10", "CC6.2"}},
      {Rule::kRevokeEndedNothing,
       "revoke_ended_nothing",
       Severity::kLow,
       "A revoke that ended nothing",
       "it ends by itself; look whether another grant was meant",
       {"PR.AA-05", "AU-10", "CC6.3"}},
      {Rule::kEvidenceGap,
       "evidence_gap",
       Severity::kLow,
       "Ended, and nobody said so",
       "it ends by itself",
       {"AU-10", "PR.AA-01", "CC6.2"}},
      {Rule::kHandMadeChange,
       "hand_made_change",
       Severity::kMedium,
       "Changed outside of the configured systems",
       "it ends by itself; take the change into a configured system",
       {"PR.AA-01", "PR.AA-05", "AC-5", "AU-10", "CC6.2", "AI-RMF GOVERN 2.1"}},
      {Rule::kImplausibleTime,
       "implausible_time",
       Severity::kLow,
       "A time that can hardly be",
       "retract the event, and say it again with its time",
       {"AU-10"}},
  };
  return kCatalogue;
}

const RuleInfo& InfoOf(Rule rule) { return Catalogue()[static_cast<std::size_t>(rule)]; }

std::optional<Rule> RuleNamed(std::string_view name) {
  for (const RuleInfo& info : Catalogue())
    if (info.name == name) return info.rule;
  return std::nullopt;
}

std::vector<std::string> SplitRules(std::string_view text) {
  std::vector<std::string> rules;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    rules.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return rules;
}

std::string JoinRules(const std::vector<std::string>& rules) {
  std::string text;
  for (const std::string& rule : rules) text += (text.empty() ? "" : ",") + rule;
  return text;
}

std::string_view SeverityName(Severity severity) { return kSeverities[static_cast<std::size_t>(severity)]; }

std::optional<Severity> SeverityNamed(std::string_view name) {
  const auto it = std::find(kSeverities.begin(), kSeverities.end(), name);
  if (it == kSeverities.end()) return std::nullopt;
  return static_cast<Severity>(it - kSeverities.begin());
}

}  // namespace tenure::governance
