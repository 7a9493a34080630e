// identities, show, what, who, check.
#include "library/answer_reader.h"
#include "library/json_read.h"
#include "library/json_text.h"

namespace tenure::library {
namespace {

using Value = AnswerReader::Value;

IdentityRow ReadIdentity(AnswerReader& in, const Value& value) {
  IdentityRow row;
  row.ref = in.Text(value, "ref");
  row.type = in.Text(value, "type");
  row.status = in.Word(value, "status");
  row.owner = in.OptionalText(value, "owner");
  row.environment = in.OptionalText(value, "environment");
  row.display_name = in.OptionalText(value, "display_name");
  const std::int64_t incarnation = in.Number(value, "incarnation");
  if (incarnation > INT32_MAX) in.Refuse("incarnation");
  row.incarnation = static_cast<std::int32_t>(incarnation);
  row.active = in.Intervals(value, "active");
  row.possibly_active = in.Intervals(value, "possibly_active");
  row.evidence = in.Evidence(value);
  return row;
}

CredentialRow ReadCredential(AnswerReader& in, const Value& value) {
  CredentialRow row;
  row.credential = in.Text(value, "credential");
  row.kind = in.TextOrNull(value, "kind");
  row.live = in.Decision(value, "live");
  row.not_before = in.Time(value, "not_before");
  row.expires_at = in.Time(value, "expires_at");
  row.fingerprint = in.TextOrNull(value, "fingerprint");
  row.compromised_at = in.Time(value, "compromised_at");
  row.replaced_by = in.TextOrNull(value, "replaced_by");
  row.evidence = in.Evidence(value);
  return row;
}

HolderRow ReadHolder(AnswerReader& in, const Value& value) {
  HolderRow row;
  row.principal = in.Text(value, "principal");
  row.status = in.Status(value);
  row.held = in.Intervals(value, "held");
  row.possibly = in.Intervals(value, "possibly");
  row.because = in.Texts(value, "because");
  row.path = in.Path(value);
  row.more_paths = in.Flag(value, "more_paths");
  return row;
}

Miss ReadMiss(AnswerReader& in, const Value& value) {
  return {in.Word(value, "what"), in.Text(value, "text"), in.Time(value, "at"), in.Evidence(value)};
}

// A yes that a window doesn't hold throughout.
bool HoldsInPart(const CheckResult& result, const When& when) {
  if (!when.during || result.decision != Decision::kYes) return false;
  return result.held.size() != 1 || result.held.front() != *when.during;
}

CheckResult ReadCheck(AnswerReader& in, const Value& value, const When& when) {
  CheckResult result;
  result.decision = in.Decision(value, "decision");
  result.held = in.Intervals(value, "held");
  result.possibly = in.Intervals(value, "possibly");
  result.because = in.Texts(value, "because");
  for (const Value& miss : in.Array(value, "nearest")) result.nearest.push_back(ReadMiss(in, miss));
  result.path = in.Path(value);
  result.more_paths = in.Flag(value, "more_paths");
  result.partly = HoldsInPart(result, when);
  return result;
}

}  // namespace

AuthorityRow ReadAuthorityRow(AnswerReader& in, const Value& value) {
  AuthorityRow row;
  row.principal = in.Text(value, "principal");
  row.role = in.TextOrNull(value, "role");
  if (row.role.empty()) row.permissions = in.Permissions(value);
  row.scope = in.Text(value, "scope");
  row.effect = in.Effect(value);
  row.kind = in.Text(value, "kind");
  row.grant = in.Text(value, "grant");
  row.granted_to = in.Text(value, "granted_to");
  row.status = in.Status(value);
  row.because = in.Texts(value, "because");
  row.held = in.Intervals(value, "held");
  row.possibly = in.Intervals(value, "possibly");
  row.granted = in.Intervals(value, "granted");
  row.path = in.Path(value);
  row.more_paths = in.Flag(value, "more_paths");
  return row;
}

Status FromJson(std::string_view json, IdentitiesAnswer& answer) {
  AnswerReader in(json);
  answer.head = in.Head("identities");
  for (const Value& row : in.Array(in.Root(), "results")) answer.rows.push_back(ReadIdentity(in, row));
  return in.Outcome();
}

Status FromJson(std::string_view json, ShowAnswer& answer) {
  AnswerReader in(json);
  answer.head = in.Head("show");
  const Value row = OnlyResult(in);
  answer.identity = ReadIdentity(in, row);
  for (const Value& credential : in.Array(row, "credentials")) answer.credentials.push_back(ReadCredential(in, credential));
  answer.linked = in.Texts(row, "linked");
  in.Object(row, "attributes");
  if (auto s = in.Outcome(); !s) return s;
  const auto rows = ElementTexts(MemberText(json, "results").value_or(""));
  answer.attributes = std::string(MemberText(rows.empty() ? "" : rows.front(), "attributes").value_or("{}"));
  return {};
}

Status FromJson(std::string_view json, WhatAnswer& answer) {
  AnswerReader in(json);
  answer.head = in.Head("what");
  for (const Value& row : in.Array(in.Root(), "results")) answer.rows.push_back(ReadAuthorityRow(in, row));
  return in.Outcome();
}

Status FromJson(std::string_view json, WhoAnswer& answer) {
  AnswerReader in(json);
  answer.head = in.Head("who");
  answer.asked = in.AskedWho();
  for (const Value& row : in.Array(in.Root(), "results")) answer.rows.push_back(ReadHolder(in, row));
  return in.Outcome();
}

Status FromJson(std::string_view json, CheckAnswer& answer) {
  AnswerReader in(json);
  answer.head = in.Head("check");
  answer.action = in.Text(in.Root(), "action");
  answer.resource = in.Text(in.Root(), "resource");
  answer.result = ReadCheck(in, OnlyResult(in), answer.head.when);
  return in.Outcome();
}

}  // namespace tenure::library
