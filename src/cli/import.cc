#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "cli/answer_text.h"
#include "cli/appended.h"
#include "cli/commands.h"
#include "cli/moment.h"
#include "cli/text.h"
#include "library/json.h"

namespace tenure::cli {
namespace {

constexpr std::size_t kListed = 40;

struct ImportCommand {
  std::vector<std::string> paths;
  bool no_usage = false, json = false;
  std::vector<std::string> correctors;
};

void PrintGaps(Invocation& invocation, const ImportReport& report) {
  Terminal& out = invocation.terminal;
  if (report.gaps.empty()) return;
  out.Line(out.Paint(Ink::kYellow, Count(report.gaps_count, "evidence gap", "evidence gaps") +
                                       (report.gaps_complete ? "" : " or more") + ": what these files should tell and don't"));
  const std::size_t shown = invocation.wide ? report.gaps.size() : std::min(report.gaps.size(), kListed);
  for (std::size_t i = 0; i < shown; ++i) {
    const ImportGap& gap = report.gaps[i];
    out.Line("  " + (gap.at ? At(gap.at->us) + "  " : std::string()) + Fit(invocation, Escape(gap.ref), 24));
    for (const std::string& line : Prose(invocation, gap.text, kColumns - 4)) out.Line(out.Paint(Ink::kDim, "    " + line));
  }
  if (static_cast<std::int64_t>(shown) < report.gaps_count) out.Line("  and more; --wide lists a thousand");
}

void PrintImported(Invocation& invocation, const ImportReport& report) {
  Terminal& out = invocation.terminal;
  const std::size_t refusals = std::min(report.refused.size(), kListed);
  for (std::size_t i = 0; i < refusals; ++i) {
    const ImportRefusal& refusal = report.refused[i];
    PrintRefused(invocation, refusal.file + (refusal.record > 0 ? ", record " + WithCommas(refusal.record) : ""), refusal.error);
  }
  if (report.answer.refused > static_cast<std::int64_t>(refusals))
    out.Note("and " + WithCommas(report.answer.refused - static_cast<std::int64_t>(refusals)) + " more; --json lists a thousand");
  out.Line("read " + Count(report.records, "record", "records") + " in " + Count(report.files, "file", "files") + ", " +
           Count(report.events, "event", "events") + " made of them");
  out.Line("appended " + WithCommas(report.answer.appended) + ", duplicates " + WithCommas(report.answer.duplicates) +
           (report.answer.conflicts == 0 ? "" : ", conflicts " + WithCommas(report.answer.conflicts)) +
           (report.answer.refused == 0 ? "" : ", refused " + WithCommas(report.answer.refused)));
  for (const auto& [kind, records] : report.ignored) out.Line("ignored " + Escape(kind) + " " + WithCommas(records));
  PrintGaps(invocation, report);
  PrintPosition(invocation, report.answer);
}

Exit ExitOfImport(const ImportReport& report) {
  if (report.answer.refused + report.answer.conflicts == 0) return Exit::kOk;
  return report.answer.appended + report.answer.duplicates > 0 ? Exit::kPartly : Exit::kNo;
}

Result<Exit> RunCloudTrail(Invocation& invocation, const ImportCommand& command) {
  auto record = invocation.ReachToWrite(true, command.correctors);
  if (!record) return tl::unexpected<Error>(record.error());
  ProgressLine progress("importing", "bytes");
  ImportOptions options;
  options.usage = !command.no_usage;
  options.progress = [&](const std::string&, std::int64_t done, std::int64_t all, std::int64_t) { progress(done, all); };
  auto report = (*record)->ImportCloudTrail(command.paths, options);
  progress.Finish();
  if (!report) return tl::unexpected<Error>(report.error());
  if (command.json) invocation.terminal.Line(library::ToJson(*report));
  else PrintImported(invocation, *report);
  if (report->fault) return tl::unexpected<Error>(*report->fault);
  return ExitOfImport(*report);
}

}  // namespace

void AddImport(CLI::App& app, Invocation& invocation) {
  auto* sub = app.add_subcommand("import", "Turn another system's own log into events and append them");
  sub->require_subcommand(1);
  auto* cloudtrail =
      sub->add_subcommand("cloudtrail", "AWS CloudTrail: files and folders of .json and .json.gz, or - for standard input");
  auto command = std::make_shared<ImportCommand>();
  cloudtrail->add_option("PATH", command->paths, "Files, folders, or -")->required();
  cloudtrail->add_flag("--no-usage", command->no_usage, "Leave out the calls that changed nothing (access.used)");
  cloudtrail
      ->add_option("--corrector", command->correctors,
                   "With a new data directory: a source whose retractions count for any event (fixed for ever; may be repeated)")
      ->type_name("SOURCE");
  cloudtrail->add_flag("--json", command->json, "The summary as one line of JSON");
  cloudtrail->footer(
      "Importing the same files again changes nothing.\n"
      "Example\n  tenure import cloudtrail AWSLogs/ && tenure who '*' '*'");
  cloudtrail->callback(
      [&invocation, command] { invocation.run = [&invocation, command] { return RunCloudTrail(invocation, *command); }; });
}

}  // namespace tenure::cli
