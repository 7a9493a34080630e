#include "authority/story.h"

#include <fmt/format.h>

#include "event/clock.h"

namespace tenure::authority {
namespace {

using history::EventState;

std::string Because(const std::string& reason) { return reason.empty() ? "" : " (" + reason + ")"; }

std::string TermsOf(const std::string& role, const std::string& scope) {
  return fmt::format("{} on {}", role.empty() ? "inline permissions" : role, scope.empty() ? "*" : scope);
}

// One overload for each payload.
struct Words {
  std::string operator()(const IdentityRegistered& e) const {
    return fmt::format("{} {}{}", e.identity, e.observed ? "observed" : "registered",
                       e.pending.value_or(false) ? ", pending proofing" : "");
  }
  std::string operator()(const IdentityProofed& e) const { return e.identity + " proofed"; }
  std::string operator()(const IdentityUpdated& e) const { return e.identity + " updated"; }
  std::string operator()(const IdentityOwnerChanged& e) const {
    return fmt::format("{} is owned by {}", e.identity, e.owner.value.value_or("nobody"));
  }
  std::string operator()(const IdentitySuspended& e) const { return e.identity + " suspended" + Because(e.reason); }
  std::string operator()(const IdentityReactivated& e) const { return e.identity + " reactivated" + Because(e.reason); }
  std::string operator()(const IdentityRetired& e) const {
    return e.identity + " retired" + (e.ends_all ? " with all that it held" : "") + Because(e.reason);
  }
  std::string operator()(const IdentityLinked& e) const { return fmt::format("{} linked with {}", e.identity, e.same_as); }
  std::string operator()(const CredentialIssued& e) const {
    return fmt::format("credential {}{} issued", e.credential, e.kind.empty() ? "" : " (" + e.kind + ")");
  }
  std::string operator()(const CredentialRotated& e) const {
    return fmt::format("credential {} replaced by {}", e.credential, e.replaced_by);
  }
  std::string operator()(const CredentialRevoked& e) const {
    return fmt::format("credential {} revoked{}", e.credential, Because(e.reason));
  }
  std::string operator()(const CredentialCompromised& e) const {
    return fmt::format("credential {} compromised{}", e.credential, Because(e.reason));
  }
  std::string operator()(const RoleDefined& e) const {
    return fmt::format("{} defined with {} permission{}", e.role, e.permissions.size(), e.permissions.size() == 1 ? "" : "s");
  }
  std::string operator()(const RoleRetired& e) const { return e.role + " retired"; }
  std::string operator()(const GrantRequested& e) const {
    return fmt::format("request {} of {} for {}", e.request, TermsOf(e.role, e.scope), e.principal);
  }
  std::string operator()(const GrantApproved& e) const {
    return fmt::format("{} of {} approved by {}", Which(e.request, e.grant), e.principal, e.approver) + Because(e.reason);
  }
  std::string operator()(const GrantDenied& e) const {
    return fmt::format("{} of {} denied by {}", Which(e.request, e.grant), e.principal, e.approver) + Because(e.reason);
  }
  std::string operator()(const GrantIssued& e) const {
    return fmt::format("grant {} of {} issued to {}", e.grant, TermsOf(e.role, e.scope), e.principal);
  }
  std::string operator()(const GrantRevoked& e) const {
    if (!e.grant.empty()) return fmt::format("grant {} of {} revoked{}", e.grant, e.principal, Because(e.reason));
    return fmt::format("grants of {} on {} revoked from {}{}", e.role, e.scope.value_or("any scope"), e.principal,
                       Because(e.reason));
  }
  std::string operator()(const MembershipAdded& e) const { return fmt::format("{} added to {}", e.member, e.group); }
  std::string operator()(const MembershipRemoved& e) const {
    return fmt::format("{} removed from {}{}", e.member, e.group, Because(e.reason));
  }
  std::string operator()(const ReviewOpened& e) const { return fmt::format("review {} opened", e.review); }
  std::string operator()(const ReviewDecided& e) const {
    const std::string& what = !e.grant.empty() ? e.grant : !e.group.empty() ? e.group : e.credential;
    return fmt::format("review {}: {} {} of {}, by {}{}", e.review, e.decision, what, e.principal, e.reviewer, Because(e.reason));
  }
  std::string operator()(const ReviewClosed& e) const { return fmt::format("review {} closed", e.review); }
  std::string operator()(const ExceptionGranted& e) const {
    return fmt::format("exception {} from {} for {} until {}, by {}{}", e.exception, e.rule, e.subject,
                       event::FormatTime(e.expires_at.us), e.approver, Because(e.reason));
  }
  std::string operator()(const ExceptionRevoked& e) const {
    return fmt::format("exception {} for {} revoked", e.exception, e.subject);
  }
  std::string operator()(const DeadLetterResolved& e) const {
    return fmt::format("dead letter {}/{}/{} resolved: {}", TopicName(e.position.topic), e.position.partition, e.position.offset,
                       e.resolution == Resolution::kReplaced ? "replaced" : "void");
  }
  std::string operator()(const AccessUsed& e) const {
    const std::string times = e.count == 1 ? "" : fmt::format(" {} times", e.count);
    return fmt::format("{} used{}{}, {}", e.action, e.resource.empty() ? "" : " on " + e.resource, times,
                       e.outcome == Outcome::kAllowed ? "allowed" : "denied");
  }
  std::string operator()(const EventRetracted& e) const {
    return fmt::format("event {}/{} retracted{}", e.target.source, e.target.id, Because(e.reason));
  }

  static std::string Which(const std::string& request, const std::string& grant) {
    return request.empty() ? "grant " + grant : "request " + request;
  }
};

}  // namespace

std::string WordsOf(const Payload& payload) { return std::visit(Words{}, payload); }

std::string_view WordOf(EventState state) {
  constexpr std::string_view kWords[] = {"in_force",    "retracted",     "duplicate", "conflict",
                                         "dead_letter", "without_right", "left_out"};
  return kWords[static_cast<int>(state)];
}

}  // namespace tenure::authority
