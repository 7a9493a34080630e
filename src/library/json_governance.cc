// findings, why_held, controls, reviews, review, unreviewed.
#include <array>

#include "governance/rules.h"
#include "library/json.h"
#include "library/json_parts.h"

namespace tenure::library {
namespace {

void WriteExcuse(JsonWriter& w, const Excuse& excuse) {
  w.BeginObject();
  Member(w, "exception", excuse.exception);
  MemberTime(w, "from", excuse.span.from);
  MemberTime(w, "until", excuse.span.until);
  Member(w, "approver", excuse.approver);
  Member(w, "reason", excuse.reason);
  w.EndObject();
}

void WriteFinding(JsonWriter& w, const FindingRow& row) {
  Member(w, "rule", row.rule);
  Member(w, "severity", governance::SeverityName(row.severity));
  Member(w, "subject", row.subject);
  Member(w, "about", row.about);
  MemberTime(w, "since", row.span.from);
  MemberTime(w, "until", row.span.until);
  Member(w, "status", row.certain ? "certain" : "possible");
  Member(w, "state", row.excused ? "excused" : "open");
  w.Key("excused");
  w.BeginArray();
  for (const Excuse& excuse : row.excuses) WriteExcuse(w, excuse);
  w.EndArray();
  Member(w, "text", row.text);
  Member(w, "would_end", row.would_end);
  Member(w, "controls", row.controls);
  Member(w, "evidence", row.evidence);
}

constexpr std::array<std::string_view, 8> kParts{"request", "decision", "issue", "change", "use", "review", "exception", "end"};

void WriteStep(JsonWriter& w, const ChainStep& step) {
  w.BeginObject();
  Member(w, "part", kParts[static_cast<std::size_t>(step.part)]);
  Member(w, "what", step.what);
  MemberTime(w, "at", step.at);
  MemberTime(w, "until", step.until);
  MemberOrNull(w, "by", step.by);
  Member(w, "count", step.count);
  Member(w, "text", step.text);
  Member(w, "evidence", step.evidence);
  w.EndObject();
}

void WriteChain(JsonWriter& w, const ChainRow& row) {
  WriteAuthorityRow(w, row.authority);
  w.Key("chain");
  w.BeginArray();
  for (const ChainStep& step : row.steps) WriteStep(w, step);
  w.EndArray();
  w.Key("gaps");
  w.BeginArray();
  for (const ChainGap& gap : row.gaps) {
    w.BeginObject();
    Member(w, "gap", gap.gap);
    Member(w, "text", gap.text);
    Member(w, "evidence", gap.evidence);
    w.EndObject();
  }
  w.EndArray();
}

void WriteControl(JsonWriter& w, const ControlRow& row) {
  Member(w, "plane", row.plane);
  Member(w, "source", row.source);
  MemberOrNull(w, "control_owner", row.control_owner);
  MemberOrNull(w, "verified_writer", row.verified_writer);
  MemberOrNull(w, "actor", row.actor);
  Member(w, "events", row.events);
  Member(w, "identities", row.identities);
  Member(w, "credentials", row.credentials);
  Member(w, "roles", row.roles);
  Member(w, "grants", row.grants);
  Member(w, "memberships", row.memberships);
  Member(w, "ended", row.ended);
  MemberTime(w, "first", row.first);
  MemberTime(w, "last", row.last);
  Member(w, "marks", row.marks);
  Member(w, "bundled", row.bundled);
  Member(w, "bundled_count", row.bundled_count);
  Member(w, "evidence", row.evidence);
}

void WriteSummary(JsonWriter& w, const ReviewSummary& review) {
  Member(w, "review", review.review);
  MemberOrNull(w, "reviewer", review.reviewer);
  w.Key("scope");
  w.BeginObject();
  MemberOrNull(w, "role", review.role);
  MemberOrNull(w, "resource", review.resource);
  MemberOrNull(w, "owner", review.owner);
  Member(w, "identities", review.identities);
  w.EndObject();
  MemberTime(w, "as_of", review.as_of);
  MemberTime(w, "opened_at", review.opened_at);
  MemberTime(w, "due_at", review.due_at);
  MemberTime(w, "closed_at", review.closed_at);
  Member(w, "position", review.position);
  Member(w, "holdings", review.holdings);
  Member(w, "decided", review.decided);
  Member(w, "kept", review.kept);
  Member(w, "revoked", review.revoked);
  Member(w, "changed", review.changed);
  Member(w, "overdue", review.overdue);
  Member(w, "not_carried_out", review.not_carried_out);
}

void WriteHeld(JsonWriter& w, const HoldingRow& row) {
  Member(w, "principal", row.principal);
  Member(w, "kind", row.kind);
  Member(w, "holding", row.holding);
  MemberOrNull(w, "role", row.role);
  MemberOrNull(w, "scope", row.scope);
  MemberTime(w, "since", row.since);
}

void WriteHolding(JsonWriter& w, const HoldingRow& row) {
  WriteHeld(w, row);
  MemberOrNull(w, "decision", row.decision);
  MemberTime(w, "decided_at", row.decided_at);
  MemberOrNull(w, "reviewer", row.reviewer);
  MemberOrNull(w, "reason", row.reason);
  Member(w, "state", row.state);
  MemberTime(w, "carried_out_at", row.carried_out_at);
  Member(w, "open_days", row.open_days);
  Member(w, "evidence", row.evidence);
}

}  // namespace

std::string ToJson(const WhyHeldAnswer& answer) {
  JsonWriter w;
  const auto& asked = answer.asked;
  if (!asked.role.empty()) OpenAnswer(w, answer.head, {{"role", asked.role}});
  else OpenAnswer(w, answer.head, {{"action", asked.action}, {"resource", asked.resource}});
  Results(w, answer.rows, [&](const ChainRow& row) { WriteChain(w, row); });
  CloseAnswer(w, answer.head);
  return w.Take();
}

std::string ToJson(const ControlsAnswer& answer) {
  JsonWriter w;
  OpenAnswer(w, answer.head, {{"policy", answer.policy}});
  Results(w, answer.rows, [&](const ControlRow& row) { WriteControl(w, row); });
  CloseAnswer(w, answer.head);
  return w.Take();
}

std::string ToJson(const ReviewsAnswer& answer) {
  JsonWriter w;
  OpenAnswer(w, answer.head);
  Results(w, answer.rows, [&](const ReviewSummary& row) {
    WriteSummary(w, row);
    Member(w, "evidence", row.evidence);
  });
  CloseAnswer(w, answer.head);
  return w.Take();
}

std::string ToJson(const ReviewAnswer& answer) {
  JsonWriter w;
  OpenAnswer(w, answer.head);
  w.Key("review");
  w.BeginObject();
  WriteSummary(w, answer.review);
  Member(w, "evidence", answer.review.evidence);
  w.EndObject();
  Results(w, answer.rows, [&](const HoldingRow& row) { WriteHolding(w, row); });
  CloseAnswer(w, answer.head);
  return w.Take();
}

std::string ToJson(const UnreviewedAnswer& answer) {
  JsonWriter w;
  OpenAnswer(w, answer.head);
  Results(w, answer.rows, [&](const HoldingRow& row) {
    WriteHeld(w, row);
    Member(w, "open_days", row.open_days);
    Member(w, "evidence", row.evidence);
  });
  CloseAnswer(w, answer.head);
  return w.Take();
}

std::string ToJson(const FindingsAnswer& answer) {
  JsonWriter w;
  const auto severity = governance::SeverityName(answer.asked.least);
  OpenAnswer(w, answer.head,
             {{"rule", governance::JoinRules(answer.asked.rules)}, {"severity", severity}, {"policy", answer.policy}});
  Member(w, "total", answer.total);
  Results(w, answer.rows, [&](const FindingRow& row) { WriteFinding(w, row); });
  CloseAnswer(w, answer.head);
  return w.Take();
}

}  // namespace tenure::library
