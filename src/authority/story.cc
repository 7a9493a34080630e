#include "authority/story.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "authority/cause.h"
#include "event/clock.h"
#include "event/reference.h"

namespace tenure::authority {
namespace {

using history::EventState;
using history::GrantPiece;
using history::MembershipPiece;
using history::StoryItem;

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
    return fmt::format("{} is owned by {}", e.identity, e.owner.value_or("nobody"));
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
                       e.replaced ? "replaced" : "void");
  }
  std::string operator()(const AccessUsed& e) const {
    const std::string times = e.count == 1 ? "" : fmt::format(" {} times", e.count);
    return fmt::format("{} used{}{}, {}", e.action, e.resource.empty() ? "" : " on " + e.resource, times,
                       e.allowed ? "allowed" : "denied");
  }
  std::string operator()(const EventRetracted& e) const {
    return fmt::format("event {}/{} retracted{}", e.target.source, e.target.id, Because(e.reason));
  }

  static std::string Which(const std::string& request, const std::string& grant) {
    return request.empty() ? "grant " + grant : "request " + request;
  }
};

// What ended or began by its own terms, or with somebody's end.
void AddGrantEnds(const std::vector<GrantPiece>& grants, std::vector<Derived>& out) {
  for (const auto& grant : grants) {
    if (grant.terms.not_before == grant.live.from)
      out.push_back({grant.live.from, NameOf(grant) + " began", grant.principal, grant.issued});
    if (grant.ended_how == "expired")
      out.push_back({grant.live.until, NameOf(grant) + " expired", grant.principal, grant.issued});
    if (grant.ended_how == "retired" && !grant.terms.expires_at)
      out.push_back(
          {grant.live.until,
           fmt::format("evidence gap: {} ended by the retirement of {}, no revoke recorded", NameOf(grant), grant.principal),
           grant.principal, grant.issued});
    if (grant.ended_how == "reincarnated" || grant.ended_how == "role_reincarnated")
      out.push_back({grant.live.until,
                     fmt::format("{} ended: {} began anew", NameOf(grant),
                                 grant.ended_how == "reincarnated" ? grant.principal : grant.terms.role),
                     grant.principal, grant.issued});
  }
}

void AddMembershipEnds(const std::vector<MembershipPiece>& memberships, std::vector<Derived>& out) {
  for (const auto& m : memberships) {
    const std::string name = fmt::format("membership of {} in {}", m.member, m.group);
    if (m.ended_how == "expired") out.push_back({m.live.until, name + " expired", m.member, m.added});
    if (m.ended_how == "retired")
      out.push_back({m.live.until, "evidence gap: " + name + " ended by a retirement, no removal recorded", m.member, m.added});
    if (m.ended_how == "reincarnated") out.push_back({m.live.until, name + " ended: one of them began anew", m.member, m.added});
  }
}

void AddIdentityExpiry(Reading& reading, std::string_view ref, std::vector<Derived>& out) {
  for (const auto& piece : reading.Identity(ref))
    if (piece.status == history::IdentityStatus::kExpired && piece.expires_at == piece.span.from && !piece.causes.empty())
      out.push_back({piece.span.from, std::string(ref) + " expired", std::string(ref), piece.causes.back()});
}

void AddCredentialEnds(Reading& reading, std::string_view ref, std::vector<Derived>& out) {
  auto pieces = reading.View().Credentials(ref, reading.Window());
  if (!pieces) return reading.Keep(pieces.error());
  for (const auto& piece : *pieces) {
    if (piece.causes.empty()) continue;
    if (!piece.live && piece.expires_at == piece.span.from)
      out.push_back(
          {piece.span.from, fmt::format("credential {} expired", piece.credential), std::string(ref), piece.causes.front()});
  }
}

bool Ends(const std::vector<GrantPiece>& grants, const Position& position) {
  return std::any_of(grants.begin(), grants.end(), [&](const GrantPiece& g) { return g.ended_by == position; });
}

// A revoke by id that came before the issue ended nothing and yet keeps the grant from ever being live.
void AddIdleRevokes(const std::vector<GrantPiece>& grants, const std::vector<StoryItem>& story, std::string_view ref,
                    std::vector<Derived>& out) {
  for (const auto& item : story) {
    const auto* revoke = std::get_if<GrantRevoked>(&item.payload);
    if (revoke == nullptr || item.state != EventState::kInForce || revoke->principal != ref || Ends(grants, item.meta.position))
      continue;
    const bool forestalls = !revoke->grant.empty() && std::any_of(story.begin(), story.end(), [&](const StoryItem& other) {
      const auto* issue = std::get_if<GrantIssued>(&other.payload);
      return issue != nullptr && other.state == EventState::kInForce && issue->grant == revoke->grant &&
             item.meta.time <= other.meta.time;
    });
    const std::string what = forestalls ? fmt::format("revoke before its issue: grant {} is never live after it", revoke->grant)
                                        : "revoke ended nothing";
    out.push_back({item.meta.time, what, std::string(ref), item.meta.position});
  }
}

// [issue, approval): only where a request was named or an approval came later; many systems know no approvals at all.
void AddUnapproved(const std::vector<StoryItem>& story, std::vector<Derived>& out) {
  for (const auto& item : story) {
    const auto* issue = std::get_if<GrantIssued>(&item.payload);
    if (issue == nullptr || item.state != EventState::kInForce) continue;
    OptionalTime approved;
    for (const auto& other : story) {
      const auto* approval = std::get_if<GrantApproved>(&other.payload);
      if (approval == nullptr || other.state != EventState::kInForce || approval->principal != issue->principal) continue;
      const bool same = (!approval->grant.empty() && approval->grant == issue->grant) ||
                        (!approval->request.empty() && approval->request == issue->request);
      if (same && (!approved || other.meta.time < *approved)) approved = other.meta.time;
    }
    if (approved && *approved <= item.meta.time) continue;
    if (!approved && issue->request.empty()) continue;
    const std::string until = approved ? "until " + event::FormatTime(approved->us) : "to this day";
    out.push_back(
        {item.meta.time, fmt::format("grant {} unapproved {}", issue->grant, until), issue->principal, item.meta.position});
  }
}

}  // namespace

std::string WordsOf(const Payload& payload) { return std::visit(Words{}, payload); }

std::string_view WordOf(EventState state) {
  constexpr std::string_view kWords[] = {"in_force", "retracted", "duplicate", "conflict", "dead_letter", "without_right"};
  return kWords[static_cast<int>(state)];
}

std::vector<Derived> DerivedFrom(Reading& reading, std::string_view ref, const std::vector<StoryItem>& story) {
  std::vector<Derived> out;
  const bool role = event::TypeOf(ref) == "role";
  const auto& grants = role ? reading.GrantsOfRole(ref) : reading.GrantsOf(ref);
  AddGrantEnds(grants, out);
  if (!role) {
    AddMembershipEnds(reading.GroupsOf(ref), out);
    if (event::IsGroup(ref)) AddMembershipEnds(reading.MembersOf(ref), out);
    AddIdentityExpiry(reading, ref, out);
    AddCredentialEnds(reading, ref, out);
    AddIdleRevokes(grants, story, ref, out);
  }
  AddUnapproved(story, out);
  return out;
}

}  // namespace tenure::authority
