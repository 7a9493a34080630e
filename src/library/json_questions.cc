// identities, show, what, who, check.
#include "library/json.h"
#include "library/json_parts.h"

namespace tenure::library {
namespace {

void WriteIdentity(JsonWriter& w, const IdentityRow& row) {
  Member(w, "ref", row.ref);
  Member(w, "type", row.type);
  Member(w, "status", row.status);
  MemberOptional(w, "owner", row.owner);
  MemberOptional(w, "environment", row.environment);
  MemberOptional(w, "display_name", row.display_name);
}

void WriteActive(JsonWriter& w, const IdentityRow& row) {
  Member(w, "incarnation", static_cast<std::int64_t>(row.incarnation));
  Member(w, "active", row.active);
  Member(w, "possibly_active", row.possibly_active);
}

void WriteCredential(JsonWriter& w, const CredentialRow& row) {
  w.BeginObject();
  Member(w, "credential", row.credential);
  MemberOrNull(w, "kind", row.kind);
  Member(w, "live", DecisionName(row.live));
  MemberTime(w, "not_before", row.not_before);
  MemberTime(w, "expires_at", row.expires_at);
  MemberOrNull(w, "fingerprint", row.fingerprint);
  MemberTime(w, "compromised_at", row.compromised_at);
  MemberOrNull(w, "replaced_by", row.replaced_by);
  Member(w, "evidence", row.evidence);
  w.EndObject();
}

void WritePermissions(JsonWriter& w, const std::vector<Permission>& permissions) {
  w.BeginArray();
  for (const Permission& p : permissions) {
    w.BeginObject();
    Member(w, "effect", p.effect == Effect::kAllow ? "allow" : "deny");
    Member(w, p.not_actions ? "not_actions" : "actions", p.actions);
    Member(w, p.not_resources ? "not_resources" : "resources", p.resources);
    Member(w, "covers", p.covers == Covers::kSubtree ? "subtree" : "literal");
    MemberOrNull(w, "condition", p.condition);
    w.EndObject();
  }
  w.EndArray();
}

void WriteHolder(JsonWriter& w, const HolderRow& row) {
  Member(w, "principal", row.principal);
  Member(w, "status", StatusName(row.status));
  Member(w, "held", row.held);
  Member(w, "possibly", row.possibly);
  Member(w, "because", row.because);
  Member(w, "path", row.path);
  MemberBool(w, "more_paths", row.more_paths);
}

void WriteExtents(JsonWriter& w, const CheckResult& result) {
  Member(w, "held", result.held);
  Member(w, "possibly", result.possibly);
}

void WriteWays(JsonWriter& w, const CheckResult& result) {
  w.Key("nearest");
  w.BeginArray();
  for (const Miss& miss : result.nearest) {
    w.BeginObject();
    Member(w, "what", miss.what);
    Member(w, "text", miss.text);
    MemberTime(w, "at", miss.at);
    Member(w, "evidence", miss.evidence);
    w.EndObject();
  }
  w.EndArray();
  Member(w, "path", result.path);
  MemberBool(w, "more_paths", result.more_paths);
}

void WriteCheck(JsonWriter& w, const CheckResult& result) {
  Member(w, "decision", DecisionName(result.decision));
  WriteExtents(w, result);
  Member(w, "because", result.because);
  WriteWays(w, result);
}

}  // namespace

void WriteAuthorityRow(JsonWriter& w, const AuthorityRow& row) {
  Member(w, "principal", row.principal);
  MemberOrNull(w, "role", row.role);
  if (row.role.empty()) {
    w.Key("permissions");
    WritePermissions(w, row.permissions);
  }
  Member(w, "scope", row.scope);
  Member(w, "effect", EffectName(row.effect));
  Member(w, "kind", row.kind);
  Member(w, "grant", row.grant);
  Member(w, "granted_to", row.granted_to);
  Member(w, "status", StatusName(row.status));
  Member(w, "because", row.because);
  Member(w, "held", row.held);
  Member(w, "possibly", row.possibly);
  Member(w, "granted", row.granted);
  Member(w, "path", row.path);
  MemberBool(w, "more_paths", row.more_paths);
}

std::string_view EffectName(RowEffect effect) {
  return effect == RowEffect::kAllow ? "allow" : effect == RowEffect::kDeny ? "deny" : "unknown";
}

std::string_view DecisionName(Decision decision) {
  return decision == Decision::kYes ? "yes" : decision == Decision::kNo ? "no" : "unknown";
}

Arguments ArgumentsOf(const WhoQuestion& asked) {
  if (!asked.role.empty()) return {{"role", asked.role}};
  if (!asked.member_of.empty()) return {{"member_of", asked.member_of}};
  return {{"action", asked.action}, {"resource", asked.resource}};
}

std::string_view StatusName(RowStatus status) {
  return status == RowStatus::kEffective ? "effective" : status == RowStatus::kPossible ? "possible" : "on_paper";
}

std::string ToJson(const IdentitiesAnswer& answer) {
  JsonWriter w;
  OpenAnswer(w, answer.head);
  Results(w, answer.rows, [&](const IdentityRow& row) {
    WriteIdentity(w, row);
    WriteActive(w, row);
    Member(w, "evidence", row.evidence);
  });
  CloseAnswer(w, answer.head);
  return w.Take();
}

std::string ToJson(const ShowAnswer& answer) {
  JsonWriter w;
  OpenAnswer(w, answer.head);
  Results(w, std::vector<const IdentityRow*>{&answer.identity}, [&](const IdentityRow* row) {
    WriteIdentity(w, *row);
    MemberRaw(w, "attributes", answer.attributes.empty() ? "{}" : std::string_view(answer.attributes));
    WriteActive(w, *row);
    w.Key("credentials");
    w.BeginArray();
    for (const CredentialRow& credential : answer.credentials) WriteCredential(w, credential);
    w.EndArray();
    Member(w, "linked", answer.linked);
    Member(w, "evidence", row->evidence);
  });
  CloseAnswer(w, answer.head);
  return w.Take();
}

std::string ToJson(const WhatAnswer& answer) {
  JsonWriter w;
  OpenAnswer(w, answer.head);
  Results(w, answer.rows, [&](const AuthorityRow& row) { WriteAuthorityRow(w, row); });
  CloseAnswer(w, answer.head);
  return w.Take();
}

std::string ToJson(const WhoAnswer& answer) {
  JsonWriter w;
  OpenAnswer(w, answer.head, ArgumentsOf(answer.asked));
  Results(w, answer.rows, [&](const HolderRow& row) { WriteHolder(w, row); });
  CloseAnswer(w, answer.head);
  return w.Take();
}

std::string ToJson(const std::vector<Permission>& permissions) {
  JsonWriter w;
  WritePermissions(w, permissions);
  return w.Take();
}

std::string ToJson(const CheckAnswer& answer) {
  JsonWriter w;
  OpenAnswer(w, answer.head, {{"action", answer.action}, {"resource", answer.resource}});
  Results(w, std::vector<const CheckResult*>{&answer.result}, [&](const CheckResult* result) { WriteCheck(w, *result); });
  CloseAnswer(w, answer.head);
  return w.Take();
}

std::string ToHead(const AnswerHead& head) {
  JsonWriter w;
  OpenAnswer(w, head);
  w.EndObject();
  return w.Take();
}

std::string ToExplanation(const CheckAnswer& answer) {
  JsonWriter w;
  OpenAnswer(w, answer.head, {{"action", answer.action}, {"resource", answer.resource}});
  w.Key("reason");
  w.BeginObject();
  Member(w, "decision", DecisionName(answer.result.decision));
  Member(w, "because", answer.result.because);
  w.EndObject();
  WriteExtents(w, answer.result);
  WriteWays(w, answer.result);
  CloseAnswer(w, answer.head);
  return w.Take();
}

}  // namespace tenure::library
