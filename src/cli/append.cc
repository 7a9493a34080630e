#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>

#include "cli/answer_text.h"
#include "cli/appended.h"
#include "cli/commands.h"
#include "cli/text.h"
#include "library/json.h"

namespace tenure::cli {
namespace {

struct AppendCommand {
  std::string file;
  bool partial = false, json = false, list_all = false;
  std::vector<std::string> correctors;
};

Status OpenInput(const std::string& path, std::ifstream& file) {
  std::error_code ec;
  const bool folder = std::filesystem::is_directory(path, ec);
  if (!folder) file.open(path, std::ios::binary);
  if (!folder && file) return {};
  return Fail("input_not_readable", "\"" + path + "\" can't be read: " + std::strerror(folder ? EISDIR : errno),
              "name a file of CloudEvents, one a line, or - for standard input", Blame::kCaller);
}

Result<Exit> RunAppend(Invocation& invocation, const AppendCommand& command) {
  std::ifstream file;
  if (command.file != "-") {
    if (auto opened = OpenInput(command.file, file); !opened) return tl::unexpected<Error>(opened.error());
  }
  auto record = invocation.ReachToWrite(true, command.correctors);
  if (!record) return tl::unexpected<Error>(record.error());
  ProgressLine progress("appending", "events");
  AppendOptions options;
  options.partial = command.partial;
  options.list_all = command.list_all;
  options.progress = [&](std::int64_t done, std::int64_t to_do) { progress(done, to_do); };
  auto report = (*record)->Append(command.file == "-" ? std::cin : static_cast<std::istream&>(file), options);
  progress.Finish();
  if (!report) return tl::unexpected<Error>(report.error());
  if (command.json) invocation.terminal.Line(library::ToJson(*report));
  else PrintAppended(invocation, *report, command.file == "-" ? "standard input" : command.file);
  if (report->fault) return tl::unexpected<Error>(*report->fault);
  return ExitOfAppend(report->answer);
}

}  // namespace

void AddAppend(CLI::App& app, Invocation& invocation) {
  auto* sub = app.add_subcommand("append", "Add events to the record: one CloudEvent a line, all or nothing up to 10,000");
  auto command = std::make_shared<AppendCommand>();
  sub->add_option("FILE", command->file, "A file of events, or - for standard input")->required();
  sub->add_flag("--partial", command->partial, "Each event on its own: the refused are left out and listed, the others go in");
  sub->add_flag("--list", command->list_all, "List every event in the JSON answer, not only the refused");
  sub->add_option("--corrector", command->correctors,
                  "With a new data directory: a source whose retractions count for any event (fixed for ever; may be repeated)")
      ->type_name("SOURCE");
  sub->add_flag("--json", command->json, "The answer as one line of JSON");
  sub->footer(
      "The data directory is made if it isn't there. What is already on record counts as a duplicate, so a file may be "
      "appended again. The last line is a position: a question takes it as --as-known-at.\n\n"
      "Example\n  tenure append events.ndjson");
  sub->callback([&invocation, command] { invocation.run = [&invocation, command] { return RunAppend(invocation, *command); }; });
}

}  // namespace tenure::cli
