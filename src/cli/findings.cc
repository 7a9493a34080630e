#include <CLI/CLI.hpp>
#include <memory>

#include "cli/answer_text.h"
#include "cli/answering.h"
#include "cli/commands.h"
#include "cli/csv.h"
#include "cli/moment.h"
#include "cli/sarif.h"
#include "cli/table.h"
#include "cli/text.h"
#include "governance/rules.h"
#include "library/json.h"

namespace tenure::cli {
namespace {

constexpr std::size_t kExplainedMax = 12;  // rows that are told whole; more are a table

struct FindingsCommand {
  QuestionOptions options;
  FindingsQuestion question;
  std::string severity = "low", policy_file;
  bool print_policy = false, sarif = false;
};

void PrintFindingsCsv(Invocation& invocation, const FindingsAnswer& answer) {
  invocation.terminal.Write(CsvLine({"rule", "severity", "subject", "about", "since", "until", "status", "state", "excused_until",
                                     "text", "would_end", "controls"}));
  for (const FindingRow& row : answer.rows)
    invocation.terminal.Write(CsvLine(
        {row.rule, std::string(governance::SeverityName(row.severity)), row.subject, row.about, CsvTime(row.span.from),
         CsvTime(row.span.until), row.certain ? "certain" : "possible", row.excused ? "excused" : "open",
         row.excuses.empty() ? "" : CsvTime(row.excuses.back().span.until), row.text, row.would_end, Joined(row.controls, " ")}));
}

Ink InkOf(const FindingRow& row) {
  if (row.excused) return Ink::kDim;
  return row.severity >= Severity::kHigh ? Ink::kRed : row.severity == Severity::kMedium ? Ink::kYellow : Ink::kPlain;
}

std::string TimesOf(const FindingRow& row) {
  const std::string since = row.span.from == kAlways ? "always" : "since " + At(row.span.from.us);
  return since + (row.span.until == kForever ? "" : " until " + At(row.span.until.us));
}

void Explain(Invocation& invocation, const FindingRow& row) {
  Terminal& out = invocation.terminal;
  const std::string indent = "  ";
  const auto tell = [&](const std::string& text, Ink ink) {
    for (const std::string& line : Prose(invocation, text, kColumns - 4)) out.Line(indent + "  " + out.Paint(ink, line));
  };
  out.Line();
  const std::string head = std::string(governance::SeverityName(row.severity)) + "  " + row.rule + "  ";
  out.Line(indent + out.Paint(InkOf(row), head + Fit(invocation, Escape(row.subject), head.size() + 2)));
  tell(row.text + " " + Numbers(row.evidence), Ink::kPlain);
  tell(TimesOf(row) + (row.certain ? "" : ", possibly") + "; to end it: " + row.would_end, Ink::kPlain);
  for (const Excuse& excuse : row.excuses)
    tell(
        "excused by " + excuse.exception + " of " + excuse.approver + " until " + At(excuse.span.until.us) + ": " + excuse.reason,
        Ink::kDim);
  if (invocation.wide) tell("serves " + Joined(row.controls, ", "), Ink::kDim);
}

void PrintTable(Invocation& invocation, const FindingsAnswer& answer) {
  Table table({{"SEVERITY"}, {"RULE"}, {"SUBJECT", true, 16}, {"ABOUT", true, 8}, {"SINCE"}});
  for (const FindingRow& row : answer.rows) {
    const std::string since = row.span.from == kAlways ? "always" : At(row.span.from.us);
    table.Add({std::string(governance::SeverityName(row.severity)), row.rule, row.subject, row.about,
               invocation.wide ? since : since.substr(0, 10)},
              InkOf(row));
  }
  table.Print(invocation.terminal, invocation.wide);
}

void PrintFindings(Invocation& invocation, const FindingsCommand& command, const FindingsAnswer& answer) {
  std::int64_t excused = 0;
  for (const FindingRow& row : answer.rows) excused += row.excused ? 1 : 0;
  std::string heading = Count(answer.total, "finding", "findings");
  if (static_cast<std::int64_t>(answer.rows.size()) < answer.total)
    heading += ", " + WithCommas(static_cast<std::int64_t>(answer.rows.size())) + " on this page";
  if (excused > 0) heading += ", " + WithCommas(excused) + " of them excused";
  PrintHeading(invocation, command.options, heading, answer.total == 0 ? Ink::kGreen : Ink::kBold, answer.head);
  if (answer.rows.size() <= kExplainedMax) {
    for (const FindingRow& row : answer.rows) Explain(invocation, row);
    if (!answer.rows.empty()) PrintEvidence(invocation, answer.head);
  } else {
    invocation.terminal.Line();
    PrintTable(invocation, answer);
  }
  PrintNext(invocation, answer.head);
}

Result<Exit> PrintPolicy(Invocation& invocation, const FindingsQuestion& question) {
  if (invocation.served)
    return Fail("server_not_supported", "the policy in force lies in the data directory", "name the directory with --data DIR",
                Blame::kCaller);
  auto tenure = invocation.OpenToRead();
  if (!tenure) return tl::unexpected<Error>(tenure.error());
  auto policy = (*tenure)->PolicyInForce(question.policy);
  if (!policy) return tl::unexpected<Error>(policy.error());
  invocation.terminal.Line(*policy);
  return Exit::kOk;
}

Result<Exit> RunFindings(Invocation& invocation, const FindingsCommand& command) {
  FindingsQuestion question = command.question;
  question.least = governance::SeverityNamed(command.severity).value_or(Severity::kLow);
  auto policy = invocation.PolicyGiven(command.policy_file);
  if (!policy) return tl::unexpected<Error>(policy.error());
  question.policy = std::move(*policy);
  if (command.print_policy) return PrintPolicy(invocation, question);
  const auto ask = [&](library::Record& record, const Ask& asked) { return record.Findings(question, asked); };
  if (!command.sarif) return RunList(invocation, command, ask, PrintFindingsCsv, PrintFindings);
  const auto sarif = [](Invocation& to, const FindingsAnswer& answer) { to.terminal.Line(Sarif(answer)); };
  const auto human = [&](Invocation& to, const FindingsCommand&, const FindingsAnswer& answer) { sarif(to, answer); };
  FindingsCommand whole = command;
  whole.options.WholeByDefault();
  return RunList(invocation, whole, ask, sarif, human);
}

}  // namespace

void AddFindings(CLI::App& app, Invocation& invocation) {
  auto* sub =
      app.add_subcommand("findings", "What is wrong with who exists and what they hold, since when, and what would end it");
  auto command = std::make_shared<FindingsCommand>();
  sub->add_option("--rule", command->question.rules, "Only these rules, as docs/reference/findings.md names them")
      ->type_name("RULE")
      ->delimiter(',');
  sub->add_option("--severity", command->severity, "This severity and above: low, medium, high, critical")
      ->check(CLI::IsMember({"low", "medium", "high", "critical"}))
      ->type_name("SEVERITY");
  sub->add_option("--subject", command->question.subject, "Only about this identity or role")->type_name("REF");
  sub->add_option("--policy", command->policy_file, "The thresholds (default: DIR/policy.json, else those of the documentation)")
      ->type_name("FILE");
  sub->add_flag("--print-policy", command->print_policy, "Instead: the policy in force, as JSON");
  auto* sarif = sub->add_flag("--sarif", command->sarif, "As SARIF 2.1.0");
  command->options.AddTo(*sub, {.when = true, .pages = true, .csv = true, .without = true});
  sarif->excludes("--json")->excludes("--csv");
  sub->footer(
      "Example: what was wrong at the end of March, as far as it matters\n"
      "  tenure findings --severity high --as-of 2026-03-31");
  sub->callback(
      [&invocation, command] { invocation.run = [&invocation, command] { return RunFindings(invocation, *command); }; });
}

}  // namespace tenure::cli
