#include "cli/sarif.h"

#include "cli/answer_text.h"
#include "event/json_writer.h"
#include "governance/rules.h"

namespace tenure::cli {
namespace {

using event::JsonWriter;

void Text(JsonWriter& w, std::string_view name, std::string_view text) {
  w.Key(name), w.BeginObject();
  w.Key("text"), w.String(text);
  w.EndObject();
}
void Member(JsonWriter& w, std::string_view name, std::string_view text) { w.Key(name), w.String(text); }

std::string_view LevelOf(Severity severity) {
  return severity >= Severity::kHigh ? "error" : severity == Severity::kMedium ? "warning" : "note";
}

void WriteRules(JsonWriter& w) {
  w.Key("rules"), w.BeginArray();
  for (const governance::RuleInfo& rule : governance::Catalogue()) {
    w.BeginObject();
    Member(w, "id", rule.name);
    Text(w, "shortDescription", rule.title);
    Text(w, "help", rule.would_end);
    w.Key("defaultConfiguration"), w.BeginObject();
    Member(w, "level", LevelOf(rule.severity));
    w.EndObject();
    w.Key("properties"), w.BeginObject();
    Member(w, "severity", governance::SeverityName(rule.severity));
    w.Key("tags"), w.BeginArray();
    for (const auto control : rule.controls) w.String(control);
    w.EndArray();
    w.EndObject();
    w.EndObject();
  }
  w.EndArray();
}

void WriteLocations(JsonWriter& w, const FindingsAnswer& answer, const FindingRow& row) {
  w.Key("locations"), w.BeginArray();
  w.BeginObject();
  w.Key("logicalLocations"), w.BeginArray(), w.BeginObject();
  Member(w, "name", row.subject);
  Member(w, "fullyQualifiedName", row.about.empty() ? row.subject : row.subject + " " + row.about);
  w.EndObject(), w.EndArray();
  w.EndObject();
  w.EndArray();
  w.Key("relatedLocations"), w.BeginArray();
  for (const auto index : row.evidence) {
    const Evidence& event = answer.head.evidence[static_cast<std::size_t>(index)];
    w.BeginObject();
    w.Key("id"), w.Int(index);
    w.Key("logicalLocations"), w.BeginArray(), w.BeginObject();
    Member(w, "name", event.name.id);
    Member(w, "fullyQualifiedName", Place(event.position));
    w.EndObject(), w.EndArray();
    w.EndObject();
  }
  w.EndArray();
}

void WriteResult(JsonWriter& w, const FindingsAnswer& answer, const FindingRow& row) {
  w.BeginObject();
  Member(w, "ruleId", row.rule);
  Member(w, "level", LevelOf(row.severity));
  Text(w, "message", row.subject + ": " + row.text);
  WriteLocations(w, answer, row);
  w.Key("partialFingerprints"), w.BeginObject();
  Member(w, "tenure/v1", row.rule + "|" + row.subject + "|" + row.about + "|" + std::to_string(row.span.from.us));
  w.EndObject();
  if (row.excused) {
    w.Key("suppressions"), w.BeginArray();
    for (const Excuse& excuse : row.excuses) {
      w.BeginObject();
      Member(w, "kind", "external");
      Member(w, "status", "accepted");
      Member(w, "justification", excuse.exception + " of " + excuse.approver + ": " + excuse.reason);
      w.EndObject();
    }
    w.EndArray();
  }
  w.Key("properties"), w.BeginObject();
  Member(w, "subject", row.subject);
  Member(w, "about", row.about);
  w.Key("since"), w.Time(row.span.from);
  w.Key("until"), w.Time(row.span.until);
  Member(w, "status", row.certain ? "certain" : "possible");
  Member(w, "wouldEnd", row.would_end);
  w.EndObject();
  w.EndObject();
}

}  // namespace

std::string Sarif(const FindingsAnswer& answer) {
  JsonWriter w;
  w.BeginObject();
  Member(w, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
  Member(w, "version", "2.1.0");
  w.Key("runs"), w.BeginArray(), w.BeginObject();
  w.Key("tool"), w.BeginObject(), w.Key("driver"), w.BeginObject();
  Member(w, "name", "tenure");
  WriteRules(w);
  w.EndObject(), w.EndObject();
  w.Key("results"), w.BeginArray();
  for (const FindingRow& row : answer.rows) WriteResult(w, answer, row);
  w.EndArray();
  w.Key("properties"), w.BeginObject();
  Member(w, "position", answer.head.token);
  Member(w, "policy", answer.policy);
  w.Key("complete"), w.Bool(answer.head.complete);
  w.Key("total"), w.Int(answer.total);
  w.Key("moreRows"), w.Bool(!answer.head.next.empty());
  w.EndObject();
  w.EndObject(), w.EndArray();
  w.EndObject();
  return w.Take();
}

}  // namespace tenure::cli
