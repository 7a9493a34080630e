// What the service was asked: its audit, the newest first.
#include <CLI/CLI.hpp>
#include <memory>

#include "cli/commands.h"
#include "cli/csv.h"
#include "cli/invocation.h"
#include "cli/moment.h"
#include "cli/table.h"
#include "cli/text.h"
#include "http/audit_reader.h"
#include "library/data_directory.h"
#include "library/written_ask.h"

namespace tenure::cli {
namespace {

struct AuditCommand {
  std::string from, to;
  http::AuditQuestion question;
  bool json = false, csv = false;
};

std::string Text(const http::AuditRow& row, const char* name) {
  const auto member = row.json.Get(name);
  if (!member || member->IsNull()) return {};
  return member->IsString() ? member->AsString() : member->Dump();
}

// A reader of the record writes several words for one question: "subject=user:a action=read".
std::string ParametersOf(const http::AuditRow& row) {
  std::string text;
  const auto parameters = row.json.Get("parameters");
  for (const auto& [name, value] : parameters ? parameters->Members() : event::JsonValue().Members())
    text += (text.empty() ? "" : " ") + name + "=" + value.AsString();
  return text;
}

std::string MomentOf(const http::AuditRow& row) {
  const auto during = row.json.Get("during");
  if (!during) return Text(row, "as_of");
  const auto end = [&](const char* name) {
    const auto time = during->Get(name);
    return time ? time->AsString() : std::string();
  };
  return end("from") + "/" + end("until");
}

std::string KnownOf(const http::AuditRow& row, const char* name) {
  const auto known = row.json.Get("as_known_at");
  const auto member = known ? known->Get(name) : std::nullopt;
  return member ? member->AsString() : std::string();
}

std::string QuestionOf(const http::AuditRow& row) {
  if (const std::string lost = Text(row, "lost"); !lost.empty()) return lost + " were not recorded";
  const std::string question = Text(row, "question");
  return (question.empty() ? Text(row, "method") + " " + Text(row, "route") : question) +
         (Text(row, "ended").empty() ? "" : " (ended)");
}

void PrintCsv(Terminal& out, const http::AuditAnswer& answer) {
  out.Write(CsvLine({"time", "who", "credential", "address", "question", "method", "route", "parameters", "as_of", "known_time",
                     "known_position", "results", "status", "error", "duration_us", "request_id"}));
  for (const http::AuditRow& row : answer.rows)
    out.Write(CsvLine({Text(row, "time"), Text(row, "who"), Text(row, "credential"), Text(row, "address"), QuestionOf(row),
                       Text(row, "method"), Text(row, "route"), ParametersOf(row), MomentOf(row), KnownOf(row, "time"),
                       KnownOf(row, "position"), Text(row, "results"), Text(row, "status"), Text(row, "error"),
                       Text(row, "duration_us"), Text(row, "request_id")}));
}

void PrintTable(Invocation& invocation, const http::AuditAnswer& answer) {
  if (answer.rows.empty()) invocation.terminal.Line("nothing is recorded that matches");
  Table table({{"TIME"}, {"WHO", true, 8}, {"QUESTION", true, 8}, {"ABOUT", true}, {"RESULTS", false, 0, true}, {"STATUS"}});
  for (const http::AuditRow& row : answer.rows) {
    const std::string time = Text(row, "time"), who = Text(row, "who"), status = Text(row, "status");
    table.Add({time.substr(0, 19) + "Z", who.empty() ? Text(row, "address") : who, QuestionOf(row), ParametersOf(row),
               Text(row, "results"), status},
              status.starts_with('2') ? Ink::kPlain : Ink::kYellow);
  }
  table.Print(invocation.terminal, invocation.wide);
}

// Pages are small for who waits for an answer over HTTP; here they are put together until the limit is reached.
Result<http::AuditAnswer> Read(const std::string& directory, http::AuditQuestion question) {
  http::AuditAnswer all;
  do {
    auto page = http::ReadAudit(directory, question);
    if (!page) return page;
    question.limit -= static_cast<std::int64_t>(page->rows.size());
    question.cursor = page->next;
    all.rows.insert(all.rows.end(), std::make_move_iterator(page->rows.begin()), std::make_move_iterator(page->rows.end()));
    all.unreadable += page->unreadable;
    all.next = page->next;
  } while (!all.next.empty() && question.limit > 0);
  return all;
}

Result<Exit> Run(Invocation& invocation, AuditCommand& command) {
  for (auto [name, text, moment] :
       {std::tuple("--from", &command.from, &command.question.from), std::tuple("--to", &command.to, &command.question.to)}) {
    if (text->empty()) continue;
    auto time = library::ReadMoment(name, *text, invocation.now);
    if (!time) return tl::unexpected<Error>(time.error());
    *moment = *time;
  }
  auto dir = library::FindDataDirectory(invocation.data_dir);
  if (!dir) return tl::unexpected<Error>(dir.error());
  auto answer = Read(dir->Audit(), command.question);
  if (!answer) return tl::unexpected<Error>(answer.error());
  if (command.json) invocation.terminal.Line(http::ToJson(*answer));
  else if (command.csv) PrintCsv(invocation.terminal, *answer);
  else PrintTable(invocation, *answer);
  if (command.json) return Exit::kOk;
  if (answer->unreadable > 0)
    invocation.terminal.Note("tenure: audit_unreadable: " + Count(answer->unreadable, "line", "lines") + " can't be read");
  if (!answer->next.empty() && command.csv) invocation.terminal.Note("tenure: more_rows: --cursor " + answer->next);
  if (!answer->next.empty() && !command.csv) invocation.terminal.Line("Older: --cursor " + answer->next);
  return Exit::kOk;
}

}  // namespace

void AddAudit(CLI::App& app, Invocation& invocation) {
  auto* sub = app.add_subcommand("audit", "Who asked the service what: its record of questions, the newest first");
  auto command = std::make_shared<AuditCommand>();
  sub->add_option("--from", command->from, "Asked at this time or later")->type_name("T");
  sub->add_option("--to", command->to, "Asked before this time")->type_name("T");
  sub->add_option("--who", command->question.who, "Name of the token or client")->type_name("NAME");
  sub->add_option("--question", command->question.question, "check, who, events, append, resolve, ...")->type_name("QUESTION");
  sub->add_option("--limit", command->question.limit, "Rows (100)")->type_name("N")->check(CLI::Range(1, 1'000'000));
  sub->add_option("--cursor", command->question.cursor, "The next page, as the one before it says")->type_name("C");
  auto* json = sub->add_flag("--json", command->json, "The answer as one line of JSON");
  sub->add_flag("--csv", command->csv, "The rows as CSV")->excludes(json);
  sub->footer("Example\n  tenure audit --from now-1d --who hr.example");
  sub->callback([&invocation, command] { invocation.run = [&invocation, command] { return Run(invocation, *command); }; });
}

}  // namespace tenure::cli
