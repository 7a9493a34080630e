#include "library/evidence_report.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "event/clock.h"
#include "event/json_reader.h"
#include "library/chart_svg.h"
#include "library/shown_text.h"

namespace tenure::library {
namespace {

using event::JsonValue;

constexpr std::string_view kStyle =
    "body{font:14px/1.45 system-ui,sans-serif;margin:2em auto;max-width:62em;padding:0 1em;color:#111}"
    "h1{font-size:1.5em}h2{font-size:1.15em;margin-top:1.8em;break-after:avoid}"
    "table{border-collapse:collapse;width:100%;font-size:12px}"
    "th,td{border:1px solid #bbb;padding:3px 6px;text-align:left;vertical-align:top;overflow-wrap:anywhere}"
    "thead{display:table-header-group}tr{break-inside:avoid}th{background:#eee}"
    "code{font-size:12px;overflow-wrap:anywhere}.warn{border-left:4px solid #b50;padding-left:.7em}"
    "svg{width:100%;height:auto}@page{margin:15mm}@media print{body{margin:0;max-width:none}}";

constexpr std::size_t kChartRows = 200;

std::string TextOf(const JsonValue& object, std::string_view name) {
  const auto member = object.Get(name);
  return member ? member->AsString() : "";
}

std::string Or(const std::string& text, std::string_view otherwise) {
  return text.empty() || text == "*" ? std::string(otherwise) : "“" + text + "”";
}

std::string Asked(const JsonValue& answer) {
  const std::string question = TextOf(answer, "question"), subject = TextOf(answer, "subject");
  const std::string action = TextOf(answer, "action"), resource = TextOf(answer, "resource"), role = TextOf(answer, "role");
  const std::string on = Or(action, "every action") + " on " + Or(resource, "every resource");
  if (question == "who" && !role.empty()) return "Who held " + Or(role, "any role") + "?";
  if (question == "who" && !TextOf(answer, "member_of").empty())
    return "Who was in " + Or(TextOf(answer, "member_of"), "a group") + "?";
  if (question == "who") return "Who held " + on + "?";
  if (question == "what") return "What did " + Or(subject, "it") + " hold?";
  if (question == "check") return "Might " + Or(subject, "it") + " do " + on + "?";
  if (question == "show") return "What was " + Or(subject, "it") + "?";
  if (question == "identities") return "Which identities were there?";
  if (question == "timeline") return "What happened to " + Or(subject, "it") + "?";
  if (question == "diff") return "What changed for " + Or(subject, "everybody") + "?";
  if (question == "findings") return "What was wrong with " + Or(subject, "who existed and what they held") + "?";
  if (question == "why_held") return "Why did " + Or(subject, "it") + " hold " + (role.empty() ? on : Or(role, "it")) + "?";
  if (question == "controls") return "Through which systems were identities made and was authority given?";
  return "What was reviewed?";
}

std::string Moment(const JsonValue& answer) {
  if (const auto window = answer.Get("during"))
    return "From " + TextOf(*window, "from") + " until " + TextOf(*window, "until") + " (its end excluded)";
  return "At " + TextOf(answer, "as_of");
}

std::string Numbered(const JsonValue& index) { return "[" + std::to_string(index.AsInt().value_or(-1) + 1) + "]"; }

// A value in words: intervals as intervals, evidence by the numbers of its table, members by their names.
std::string Words(const std::string& name, const JsonValue& value) {
  if (value.IsNull()) return "";
  if (value.IsString()) return value.AsString();
  if (value.IsArray()) {
    std::string words;
    for (const JsonValue& item : value.Items())
      words += (words.empty() ? "" : name == "evidence" ? " " : ", ") + (name == "evidence" ? Numbered(item) : Words({}, item));
    return words;
  }
  if (!value.IsObject()) return value.Dump();
  if (value.Get("from") && value.Get("until") && value.Members().size() == 2) {
    const std::string from = TextOf(value, "from"), until = TextOf(value, "until");
    return (from.empty() ? "always" : from) + " – " + (until.empty() ? "no end" : until);
  }
  std::string words;
  for (const auto& [member, inner] : value.Members()) {
    const std::string said = Words(member, inner);
    if (!said.empty()) words += (words.empty() ? "" : "; ") + (member == "evidence" ? said : member + " " + said);
  }
  return words;
}

// As HTML; the items of a list stand below each other.
std::string Cell(const std::string& name, const JsonValue& value) {
  if (!value.IsArray() || name == "evidence") return Html(Words(name, value));
  std::string cell;
  for (const JsonValue& item : value.Items()) cell += (cell.empty() ? "" : "<br>") + Html(Words({}, item));
  return cell;
}

std::string Table(const std::vector<JsonValue>& rows, bool numbered) {
  std::vector<std::string> columns;
  for (const JsonValue& row : rows)
    for (const auto& [name, value] : row.Members())
      if (!Cell(name, value).empty() && std::find(columns.begin(), columns.end(), name) == columns.end()) columns.push_back(name);
  std::string out = numbered ? "<table><thead><tr><th>#</th>" : "<table><thead><tr>";
  for (const std::string& name : columns) out += "<th>" + Html(name) + "</th>";
  out += "</tr></thead><tbody>\n";
  std::size_t number = 0;
  for (const JsonValue& row : rows) {
    out += numbered ? "<tr><td>" + std::to_string(++number) + "</td>" : "<tr>";
    for (const std::string& name : columns) {
      const auto value = row.Get(name);
      out += "<td>" + (value ? Cell(name, *value) : "") + "</td>";
    }
    out += "</tr>\n";
  }
  return out + "</tbody></table>\n";
}

std::vector<JsonValue> ItemsOf(const JsonValue& object, std::string_view name) {
  const auto member = object.Get(name);
  return member ? member->Items() : std::vector<JsonValue>{};
}

std::string Warnings(const JsonValue& answer) {
  std::string out;
  const auto warn = [&](std::string_view text) { out += "<p class=\"warn\">" + Html(text) + "</p>\n"; };
  const auto is = [&](std::string_view name, bool value) {
    const auto member = answer.Get(name);
    return member && member->IsBool() && member->AsBool() == value;
  };
  if (is("complete", false))
    warn("This answer is not complete: events that it rests on could not be read, or a limit was reached.");
  if (is("before_record", true)) warn("The record says nothing of that time: it begins later.");
  if (!TextOf(answer, "next").empty()) warn("This is one page of the answer; more rows follow it.");
  return out;
}

std::string CommandLine(const std::vector<std::string>& arguments) {
  std::string line = "tenure";
  for (const std::string& argument : arguments) {
    const bool plain = !argument.empty() && argument.find_first_of(" \t\n'\"*?$&|;<>()\\`!#~[]{}") == std::string::npos;
    line += plain ? " " + argument : " '" + argument + "'";
  }
  return line;
}

std::string Section(std::string_view title, const std::string& body) { return "<h2>" + std::string(title) + "</h2>\n" + body; }

}  // namespace

Result<std::string> EvidenceReport(const EvidenceQuestion& question, std::string_view answer, const KnownRecord& known,
                                   const std::string& made_by) {
  auto json = JsonValue::Parse(answer);
  if (!json || !json->IsObject())
    return Fail("evidence_file_changed", "answer.json is not a JSON object", "ask whoever made the pack for it anew",
                Blame::kInput);
  const std::string asked = Asked(*json);
  const auto knowledge = json->Get("as_known_at");
  const std::string known_time = knowledge ? TextOf(*knowledge, "time") : "";
  const auto results = ItemsOf(*json, "results"), evidence = ItemsOf(*json, "evidence");
  std::string out = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n";
  out += "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n";
  out += "<title>" + Html(asked) + "</title>\n<style>" + std::string(kStyle) + "</style></head><body>\n";
  out += "<h1>" + Html(asked) + "</h1>\n<p>" + Html(Moment(*json)) + ", as the record knew it up to " +
         Html(known_time.empty() ? "its beginning" : known_time) + ".</p>\n" + Warnings(*json);
  if (const std::string chart = ChartSvg(ChartOf(*json, kChartRows), SvgPlace::kPage); !chart.empty())
    out += Section("Over time", chart);
  out += Section("Answer", results.empty() ? "<p>Nothing.</p>\n" : Table(results, false));
  out += Section("Evidence", evidence.empty() ? "<p>No event.</p>\n" : Table(evidence, true));
  if (const auto taints = ItemsOf(*json, "taints"); !taints.empty()) out += Section("What is in doubt", Table(taints, false));
  out += Section("How to repeat it", "<p><code>" + Html(CommandLine(question.arguments)) + "</code><br>asked at " +
                                         Html(event::FormatTime(question.moment.us)) + " of the log <code>" + Html(known.log_id) +
                                         "</code> with " + std::to_string(known.records.size()) + " records, at position <code>" +
                                         Html(question.token) + "</code>, by " + Html(made_by) +
                                         ".</p>\n<p>All of these records are in events.ndjson; " +
                                         "<code>tenure evidence check</code> folds them anew and demands this answer.</p>\n");
  return out + "</body></html>\n";
}

}  // namespace tenure::library
