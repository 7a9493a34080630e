#pragma once
// The fields of every type's `data`, once: decoding, encoding and packing are visitors over this table.
//
// A visitor has one member function a kind of field; see FieldReader (json to struct), FieldWriter (struct to json), Packer and Unpacker.
#include "tenure/event.h"
namespace tenure::event {

// What a text must be.
enum Kind { kText, kIdentityRef, kMemberRef /* or everyone:* */, kGroupRef, kRoleRef, kAnyRef, kPattern, kDecision, kGrantKind };

template <class V>
void Fields(V& v, IdentityRegistered& e) {
  v.Str("identity", e.identity, true, kIdentityRef);
  v.OptBool("pending", e.pending);
  v.Bool("observed", e.observed);
  v.Str("owner", e.owner, false, kIdentityRef);
  v.Str("environment", e.environment);
  v.Str("source_system", e.source_system);
  v.Str("display_name", e.display_name);
  v.Time("expires_at", e.expires_at);
  v.Json("attributes", e.attributes, false);
}
template <class V>
void Fields(V& v, IdentityProofed& e) {
  v.Str("identity", e.identity, true, kIdentityRef);
  v.Str("method", e.method);
  v.Str("level", e.level);
}
template <class V>
void Fields(V& v, IdentityUpdated& e) {
  v.Str("identity", e.identity, true, kIdentityRef);
  v.Json("attributes", e.attributes, true);
  v.SetStr("environment", e.environment);
  v.SetStr("display_name", e.display_name);
  v.SetTime("expires_at", e.expires_at);
}
template <class V>
void Fields(V& v, IdentityOwnerChanged& e) {
  v.Str("identity", e.identity, true, kIdentityRef);
  v.NullStr("owner", e.owner);
}
template <class V>
void Fields(V& v, IdentitySuspended& e) {
  v.Str("identity", e.identity, true, kIdentityRef);
  v.Str("reason", e.reason);
}
template <class V>
void Fields(V& v, IdentityReactivated& e) {
  v.Str("identity", e.identity, true, kIdentityRef);
  v.Str("reason", e.reason);
}
template <class V>
void Fields(V& v, IdentityRetired& e) {
  v.Str("identity", e.identity, true, kIdentityRef);
  v.Str("reason", e.reason);
  v.Bool("ends_all", e.ends_all);
}
template <class V>
void Fields(V& v, IdentityLinked& e) {
  v.Str("identity", e.identity, true, kIdentityRef);
  v.Str("same_as", e.same_as, true, kIdentityRef);
}
template <class V>
void Fields(V& v, CredentialIssued& e) {
  v.Str("identity", e.identity, true, kIdentityRef);
  v.Str("credential", e.credential, true);
  v.Str("kind", e.kind);
  v.Str("fingerprint", e.fingerprint);
  v.Time("not_before", e.not_before);
  v.Time("expires_at", e.expires_at);
}
template <class V>
void Fields(V& v, CredentialRotated& e) {
  v.Str("identity", e.identity, true, kIdentityRef);
  v.Str("credential", e.credential, true);
  v.Str("replaced_by", e.replaced_by, true);
  v.Str("fingerprint", e.fingerprint);
  v.Time("expires_at", e.expires_at);
}
template <class V>
void Fields(V& v, CredentialRevoked& e) {
  v.Str("identity", e.identity, true, kIdentityRef);
  v.Str("credential", e.credential, true);
  v.Str("reason", e.reason);
}
template <class V>
void Fields(V& v, CredentialCompromised& e) {
  v.Str("identity", e.identity, true, kIdentityRef);
  v.Str("credential", e.credential, true);
  v.Str("reason", e.reason);
}
template <class V>
void Fields(V& v, RoleDefined& e) {
  v.Str("role", e.role, true, kRoleRef);
  v.Permissions("permissions", e.permissions, true);
  v.Str("description", e.description);
}
template <class V>
void Fields(V& v, RoleRetired& e) {
  v.Str("role", e.role, true, kRoleRef);
}
template <class V>
void Fields(V& v, GrantRequested& e) {
  v.Str("request", e.request, true);
  v.Str("principal", e.principal, true, kMemberRef);
  v.Str("role", e.role, false, kRoleRef);
  v.Permissions("permissions", e.permissions, false);
  v.Str("scope", e.scope, false, kPattern);
  v.Str("kind", e.kind, false, kGrantKind);
  v.Time("not_before", e.not_before);
  v.Time("expires_at", e.expires_at);
  v.Str("justification", e.justification);
}
template <class V, class E>
void ApprovalFields(V& v, E& e) {
  v.Str("principal", e.principal, true, kMemberRef);
  v.Str("request", e.request);
  v.Str("grant", e.grant);
  v.Str("approver", e.approver, true, kIdentityRef);
  v.Str("reason", e.reason);
}
template <class V>
void Fields(V& v, GrantApproved& e) {
  ApprovalFields(v, e);
}
template <class V>
void Fields(V& v, GrantDenied& e) {
  ApprovalFields(v, e);
}
template <class V>
void Fields(V& v, GrantIssued& e) {
  v.Str("grant", e.grant, true);
  v.Str("principal", e.principal, true, kMemberRef);
  v.Str("role", e.role, false, kRoleRef);
  v.Permissions("permissions", e.permissions, false);
  v.Str("scope", e.scope, false, kPattern);
  v.Str("kind", e.kind, false, kGrantKind);
  v.Time("not_before", e.not_before);
  v.Time("expires_at", e.expires_at);
  v.Str("condition", e.condition);
  v.Str("justification", e.justification);
  v.Str("request", e.request);
  v.Str("delegator", e.delegator, false, kIdentityRef);
}
template <class V>
void Fields(V& v, GrantRevoked& e) {
  v.Str("principal", e.principal, true, kMemberRef);
  v.Str("grant", e.grant);
  v.Str("role", e.role, false, kRoleRef);
  v.OptStr("scope", e.scope);
  v.Str("reason", e.reason);
}
template <class V>
void Fields(V& v, MembershipAdded& e) {
  v.Str("member", e.member, true, kMemberRef);
  v.Str("group", e.group, true, kGroupRef);
  v.Time("not_before", e.not_before);
  v.Time("expires_at", e.expires_at);
}
template <class V>
void Fields(V& v, MembershipRemoved& e) {
  v.Str("member", e.member, true, kMemberRef);
  v.Str("group", e.group, true, kGroupRef);
  v.Str("reason", e.reason);
}
template <class V>
void Fields(V& v, ReviewScope& e) {
  v.Str("role", e.role, false, kRoleRef);
  v.Str("resource", e.resource);
  v.Str("owner", e.owner, false, kIdentityRef);
  v.Strs("identities", e.identities, kIdentityRef);
}
template <class V>
void Fields(V& v, ReviewOpened& e) {
  v.Str("review", e.review, true);
  v.Scope("scope", e.scope);
  v.MustTime("as_of", e.as_of);
  v.Time("due_at", e.due_at);
  v.Str("reviewer", e.reviewer, false, kIdentityRef);
}
template <class V>
void Fields(V& v, ReviewDecided& e) {
  v.Str("review", e.review, true);
  v.Str("principal", e.principal, true, kMemberRef);
  v.Str("grant", e.grant);
  v.Str("group", e.group, false, kGroupRef);
  v.Str("credential", e.credential);
  v.Str("decision", e.decision, true, kDecision);
  v.Str("reviewer", e.reviewer, true, kIdentityRef);
  v.Str("reason", e.reason);
}
template <class V>
void Fields(V& v, ReviewClosed& e) {
  v.Str("review", e.review, true);
}
template <class V>
void Fields(V& v, ExceptionGranted& e) {
  v.Str("exception", e.exception, true);
  v.Str("subject", e.subject, true, kAnyRef);
  v.Str("rule", e.rule, true);
  v.MustTime("expires_at", e.expires_at);
  v.Str("approver", e.approver, true, kIdentityRef);
  v.Str("reason", e.reason, true);
}
template <class V>
void Fields(V& v, ExceptionRevoked& e) {
  v.Str("exception", e.exception, true);
  v.Str("subject", e.subject, true, kAnyRef);
}
template <class V>
void Fields(V& v, DeadLetterResolved& e) {
  v.DeadLetter(e);
  v.Str("reason", e.reason, true);
}
template <class V>
void Fields(V& v, AccessUsed& e) {
  v.Str("identity", e.identity, true, kIdentityRef);
  v.Str("action", e.action, true);
  v.Str("resource", e.resource);
  v.UseOutcome("outcome", e.outcome);
  v.Str("credential", e.credential);
  v.Str("network", e.network);
  v.Strs("via", e.via, kIdentityRef);
  v.Int("count", e.count);
}
template <class V>
void Fields(V& v, EventRetracted& e) {
  v.Name("target", e.target);
  v.Str("key", e.key, true);
  v.Str("reason", e.reason, true);
}
}  // namespace tenure::event
