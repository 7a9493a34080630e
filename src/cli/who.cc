#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "cli/answer_text.h"
#include "cli/answering.h"
#include "cli/commands.h"
#include "cli/csv.h"
#include "cli/text.h"
#include "library/json.h"

namespace tenure::cli {
namespace {

struct WhoCommand {
  QuestionOptions options;
  WhoQuestion question;
};

Status CheckWho(const WhoQuestion& q) {
  const int asked = (q.action.empty() && q.resource.empty() ? 0 : 1) + (q.role.empty() ? 0 : 1) + (q.member_of.empty() ? 0 : 1);
  if (asked == 1 && q.action.empty() == q.resource.empty()) return {};
  return Fail("who_malformed", asked == 0 ? "nothing was asked about" : "that is more, or less, than one question",
              "tenure who ACTION RESOURCE, or who --role ROLE, or who --member-of GROUP", Blame::kCaller);
}

std::string AskedText(const WhoQuestion& q) {
  if (!q.role.empty()) return q.role;
  if (!q.member_of.empty()) return "membership of " + q.member_of;
  if (q.action == "*" && q.resource == "*") return "everything on everything";
  return (q.action == "*" ? "everything" : q.action) + " on " + (q.resource == "*" ? "everything" : q.resource);
}

std::string HeadingOf(const WhoCommand& command, const WhoAnswer& answer) {
  if (answer.rows.empty()) return "nobody holds " + AskedText(command.question);
  const auto possible = std::count_if(answer.rows.begin(), answer.rows.end(),
                                      [](const HolderRow& row) { return row.status == RowStatus::kPossible; });
  const std::int64_t certain = static_cast<std::int64_t>(answer.rows.size()) - possible;
  return WithCommas(certain) + std::string(command.options.OnPage(answer.head)) + (certain == 1 ? " holds " : " hold ") +
         AskedText(command.question) + (possible > 0 ? ", " + WithCommas(possible) + " more possibly" : "");
}

void PrintWho(Invocation& invocation, const WhoCommand& command, const WhoAnswer& answer) {
  Terminal& out = invocation.terminal;
  PrintHeading(invocation, command.options, HeadingOf(command, answer), Ink::kBold, answer.head);
  for (const HolderRow& row : answer.rows) {
    out.Line();
    out.Line(out.Paint(Ink::kBold, Fit(invocation, Escape(row.principal), 0)));
    out.Line("  " + out.Paint(StatusInk(row.status), StatusWord(row.status)) +
             (row.because.empty() ? "" : " (" + Escape(Joined(row.because, ", ")) + ")"));
    PrintIntervals(invocation, row.held, row.possibly, "  ");
    PrintPath(invocation, row.path, row.more_paths, "  ");
  }
  PrintEvidence(invocation, answer.head);
  PrintNext(invocation, answer.head);
}

void PrintWhoCsv(Invocation& invocation, const WhoAnswer& answer) {
  invocation.terminal.Write(CsvLine({"principal", "status", "because", "certainty", "from", "until"}));
  for (const HolderRow& row : answer.rows)
    WriteCsvIntervals(invocation.terminal,
                      {row.principal, std::string(library::StatusName(row.status)), Joined(row.because, ";")}, row.held,
                      row.possibly);
}

Result<Exit> RunWho(Invocation& invocation, const WhoCommand& command) {
  if (auto s = CheckWho(command.question); !s) return tl::unexpected<Error>(s.error());
  const auto briefly = [&](library::Record& record, const Ask& ask) { return record.WhoBriefly(command.question, ask); };
  if (command.options.Brief()) return RunBrief(invocation, command.options, library::GivenBeside{}, briefly, kListExit);
  const auto question = [&](library::Record& record, const Ask& ask) { return record.Who(command.question, ask); };
  return RunList(invocation, command, question, PrintWhoCsv, PrintWho);
}

}  // namespace

void AddWho(CLI::App& app, Invocation& invocation) {
  auto* sub = app.add_subcommand("who", "Who held an authority, a role, or a place in a group");
  auto command = std::make_shared<WhoCommand>();
  sub->add_option("ACTION", command->question.action, "The action; '*' means everything");
  sub->add_option("RESOURCE", command->question.resource, "The resource; '*' means everything");
  sub->add_option("--role", command->question.role, "Instead: who held this role")->type_name("ROLE");
  sub->add_option("--member-of", command->question.member_of, "Instead: who was in this group, groups within it included")
      ->type_name("GROUP");
  command->options.AddTo(*sub, {.when = true, .pages = true, .csv = true, .brief = true, .without = true});
  sub->footer(
      "Examples: the administrators of that moment; everyone who could read the ledger in May\n"
      "  tenure who '*' '*' --as-of 2026-05-01T09:30:00Z\n"
      "  tenure who read bucket:prod/ledger --during 2026-05-01/2026-06-01");
  sub->callback([&invocation, command] { invocation.run = [&invocation, command] { return RunWho(invocation, *command); }; });
}

}  // namespace tenure::cli
