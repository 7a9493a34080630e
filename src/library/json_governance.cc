// findings.
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

}  // namespace

std::string ToJson(const FindingsAnswer& answer) {
  JsonWriter w;
  std::string rules;
  for (const auto& rule : answer.asked.rules) rules += (rules.empty() ? "" : ",") + rule;
  const auto severity = governance::SeverityName(answer.asked.least);
  OpenAnswer(w, answer.head, {{"rule", rules}, {"severity", severity}, {"policy", answer.policy}});
  Member(w, "total", answer.total);
  Results(w, answer.rows, [&](const FindingRow& row) { WriteFinding(w, row); });
  CloseAnswer(w, answer.head);
  return w.Take();
}

}  // namespace tenure::library
