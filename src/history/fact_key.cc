#include "history/fact_key.h"

#include <algorithm>

#include "event/reference.h"
#include "history/facts.h"

namespace tenure::history {
namespace {

using Keys = std::vector<FactKey>;

struct Facts {
  template <class E>
  Keys operator()(const E& e) const {
    return {{e.identity, FactKind::kIdentity, ""}};
  }
  Keys operator()(const IdentityLinked& e) const {
    return {{e.identity, FactKind::kLink, e.same_as}, {e.same_as, FactKind::kLink, e.identity}};
  }
  Keys operator()(const CredentialIssued& e) const { return {{e.identity, FactKind::kCredential, e.credential}}; }
  Keys operator()(const CredentialRotated& e) const {
    return {{e.identity, FactKind::kCredential, e.credential}, {e.identity, FactKind::kCredential, e.replaced_by}};
  }
  Keys operator()(const CredentialRevoked& e) const { return {{e.identity, FactKind::kCredential, e.credential}}; }
  Keys operator()(const CredentialCompromised& e) const { return {{e.identity, FactKind::kCredential, e.credential}}; }
  Keys operator()(const RoleDefined& e) const { return {{e.role, FactKind::kRole, ""}}; }
  Keys operator()(const RoleRetired& e) const { return {{e.role, FactKind::kRole, ""}}; }
  Keys operator()(const GrantRequested& e) const { return {{e.principal, FactKind::kApproval, e.request}}; }
  Keys operator()(const GrantApproved& e) const { return Approval(e); }
  Keys operator()(const GrantDenied& e) const { return Approval(e); }
  Keys operator()(const GrantIssued& e) const { return {{e.principal, FactKind::kGrant, e.grant}}; }
  Keys operator()(const GrantRevoked& e) const {
    if (!e.grant.empty()) return {{e.principal, FactKind::kGrant, e.grant}};
    return {{e.principal, FactKind::kRoleRevoke, e.role}};
  }
  Keys operator()(const MembershipAdded& e) const { return {{e.member, FactKind::kMembership, e.group}}; }
  Keys operator()(const MembershipRemoved& e) const { return {{e.member, FactKind::kMembership, e.group}}; }
  Keys operator()(const ReviewOpened& e) const { return {{e.review, FactKind::kReview, ""}}; }
  Keys operator()(const ReviewDecided& e) const {
    return {{e.review, FactKind::kReview, ""}, {e.principal, FactKind::kReview, e.review}};
  }
  Keys operator()(const ReviewClosed& e) const { return {{e.review, FactKind::kReview, ""}}; }
  Keys operator()(const ExceptionGranted& e) const { return {{e.subject, FactKind::kException, e.exception}}; }
  Keys operator()(const ExceptionRevoked& e) const { return {{e.subject, FactKind::kException, e.exception}}; }
  Keys operator()(const DeadLetterResolved& e) const {
    return {{std::string(TopicName(e.position.topic)), FactKind::kResolution,
             std::to_string(e.position.partition) + "/" + std::to_string(e.position.offset)}};
  }
  Keys operator()(const AccessUsed& e) const { return {{e.identity, FactKind::kUsage, ""}}; }
  Keys operator()(const EventRetracted& e) const {
    return {{e.key, FactKind::kRetraction, e.target.source + '\0' + e.target.id}};
  }

 private:
  template <class E>
  static Keys Approval(const E& e) {
    Keys keys;
    if (!e.request.empty()) keys.push_back({e.principal, FactKind::kApproval, e.request});
    if (!e.grant.empty() && e.grant != e.request) keys.push_back({e.principal, FactKind::kApproval, e.grant});
    return keys;
  }
};

struct Named {
  std::vector<std::string>& out;
  template <class... S>
  void Add(const S&... refs) const {
    (out.push_back(refs), ...);
  }
  template <class E>
  void operator()(const E& e) const {
    Add(e.identity);
  }
  void operator()(const IdentityRegistered& e) const { Add(e.identity, e.owner); }
  void operator()(const IdentityOwnerChanged& e) const { Add(e.identity, e.owner.value.value_or("")); }
  void operator()(const IdentityLinked& e) const { Add(e.identity, e.same_as); }
  void operator()(const RoleDefined&) const {}
  void operator()(const RoleRetired&) const {}
  void operator()(const GrantRequested& e) const { Add(e.principal); }
  void operator()(const GrantApproved& e) const { Add(e.principal, e.approver); }
  void operator()(const GrantDenied& e) const { Add(e.principal, e.approver); }
  void operator()(const GrantIssued& e) const { Add(e.principal, e.delegator); }
  void operator()(const GrantRevoked& e) const { Add(e.principal); }
  void operator()(const MembershipAdded& e) const { Add(e.member, e.group); }
  void operator()(const MembershipRemoved& e) const { Add(e.member, e.group); }
  void operator()(const ReviewOpened& e) const {
    Add(e.reviewer, e.scope.owner);
    out.insert(out.end(), e.scope.identities.begin(), e.scope.identities.end());
  }
  void operator()(const ReviewDecided& e) const { Add(e.principal, e.reviewer, e.group); }
  void operator()(const ReviewClosed&) const {}
  void operator()(const ExceptionGranted& e) const { Add(e.subject, e.approver); }
  void operator()(const ExceptionRevoked& e) const { Add(e.subject); }
  void operator()(const DeadLetterResolved&) const {}
  void operator()(const AccessUsed& e) const {
    Add(e.identity);
    out.insert(out.end(), e.via.begin(), e.via.end());
  }
  void operator()(const EventRetracted&) const {}
};

}  // namespace

std::vector<FactKey> FactsOf(const Payload& payload) { return std::visit(Facts{}, payload); }

std::vector<ObjectKey> ObjectsOf(const Payload& payload) {
  std::vector<ObjectKey> out;
  if (auto* m = std::get_if<MembershipAdded>(&payload)) out.push_back({ObjectSide::kGroup, m->group});
  if (auto* m = std::get_if<MembershipRemoved>(&payload)) out.push_back({ObjectSide::kGroup, m->group});
  if (auto* r = std::get_if<GrantRevoked>(&payload); r && !r->role.empty()) out.push_back({ObjectSide::kRole, r->role});
  if (auto* g = std::get_if<GrantIssued>(&payload)) {
    if (!g->role.empty()) out.push_back({ObjectSide::kRole, g->role});
    for (const auto& permission : g->permissions)
      for (const auto& pattern : permission.resources) out.push_back({ObjectSide::kAnchor, AnchorOf(permission, pattern)});
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::vector<std::string> IdentitiesNamedBy(const Payload& payload) {
  std::vector<std::string> out;
  std::visit(Named{out}, payload);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  std::erase_if(out, [](const std::string& ref) {
    return ref == event::kEveryone || ref.rfind("role:", 0) == 0 || !event::CheckReference(ref);
  });
  return out;
}

std::vector<std::string> RolesNamedBy(const Payload& payload) {
  if (auto* e = std::get_if<RoleDefined>(&payload)) return {e->role};
  if (auto* e = std::get_if<RoleRetired>(&payload)) return {e->role};
  if (auto* e = std::get_if<GrantIssued>(&payload); e && !e->role.empty()) return {e->role};
  return {};
}

bool SetsHorizon(EventType type) {
  switch (type) {
    case EventType::kIdentityRegistered:
    case EventType::kIdentityRetired:
    case EventType::kGrantIssued:
    case EventType::kGrantRevoked:
    case EventType::kMembershipAdded:
    case EventType::kMembershipRemoved:
    case EventType::kAccessUsed:
      return true;
    default:
      return false;
  }
}

}  // namespace tenure::history
