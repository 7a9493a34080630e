#include "tenure/backup.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/answer_text.h"
#include "cli/commands.h"
#include "cli/invocation.h"
#include "cli/moment.h"
#include "cli/text.h"
#include "library/json.h"

namespace tenure::cli {
namespace {

struct BackupCommand {
  std::string place, label;
  bool json = false;
};

void PrintContent(Invocation& invocation, const BackupContent& content) {
  Terminal& out = invocation.terminal;
  const auto field = [&](std::string_view name, const std::string& value) {
    out.Line("  " + Pad(name, 16) + Fit(invocation, value, 18));
  };
  field("log", content.log_id);
  field("recorded until", content.recorded_until ? At(content.recorded_until->us) : "nothing is recorded");
  field("made", At(content.made_at.us) + " by " + Escape(content.made_by));
  if (!content.label.empty()) field("label", Escape(content.label));
  field("digests", content.digest);
}

Status CheckDirectory(const Invocation& invocation) {
  if (invocation.server.empty()) return {};
  return Fail("server_not_supported", "a backup is made and restored where the data directory is",
              "run it on that machine, with --data DIR", Blame::kCaller);
}

Result<Exit> RunBackup(Invocation& invocation, const BackupCommand& command) {
  if (auto s = CheckDirectory(invocation); !s) return tl::unexpected<Error>(s.error());
  ProgressLine copying("copying", "records"), proving("proving", "records");
  BackupOptions options;
  options.data_dir = invocation.data_dir;
  options.to = command.place;
  options.label = command.label;
  options.made_by = "tenure " TENURE_VERSION;
  options.now = invocation.now;
  options.copying = [&](std::int64_t done, std::int64_t to_do) { copying(done, to_do); };
  options.proving = [&](std::int64_t done, std::int64_t to_do) {
    copying.Finish();
    proving(done, to_do);
  };
  auto made = MakeBackup(options);
  copying.Finish();
  proving.Finish();
  if (!made) return tl::unexpected<Error>(made.error());
  if (command.json) {
    invocation.terminal.Line(library::ToJson(*made));
    return Exit::kOk;
  }
  invocation.terminal.Line("backed up " + Count(made->records, "record", "records") + " into " + Escape(command.place));
  PrintContent(invocation, *made);
  invocation.terminal.Line("position " + made->token);
  return Exit::kOk;
}

Result<Exit> RunRestore(Invocation& invocation, const BackupCommand& command) {
  if (auto s = CheckDirectory(invocation); !s) return tl::unexpected<Error>(s.error());
  ProgressLine copying("copying", "bytes"), proving("proving", "records");
  RestoreOptions options;
  options.from = command.place;
  options.data_dir = invocation.data_dir;
  options.copying = [&](std::int64_t done, std::int64_t to_do) { copying(done, to_do); };
  options.proving = [&](std::int64_t done, std::int64_t to_do) {
    copying.Finish();
    proving(done, to_do);
  };
  auto restored = RestoreBackup(options);
  copying.Finish();
  proving.Finish();
  if (!restored) return tl::unexpected<Error>(restored.error());
  if (command.json) {
    invocation.terminal.Line(library::ToJson(*restored));
    return Exit::kOk;
  }
  const BackupContent& content = restored->content;
  invocation.terminal.Line("restored " + Count(content.records, "record", "records") + " into " + Escape(invocation.data_dir) +
                           (restored->digests_compared ? "; every file and every digest is that of the backup"
                                                       : "; every file is that of the backup"));
  PrintContent(invocation, content);
  if (!restored->digests_compared)
    invocation.terminal.Line("This version makes other digests than the one that made the backup, so none could be compared.");
  invocation.terminal.Line("position " + content.token);
  return Exit::kOk;
}

}  // namespace

void AddBackup(CLI::App& app, Invocation& invocation) {
  auto* sub = app.add_subcommand("backup", "Copy the record, also beside its writer, with what it takes to prove the copy");
  auto command = std::make_shared<BackupCommand>();
  sub->add_option("DIR", command->place, "The backup; it must not be there yet")->required()->type_name("DIR");
  sub->add_option("--label", command->label, "Any text, kept with it")->type_name("TEXT");
  sub->add_flag("--json", command->json, "What it holds as one line of JSON");
  sub->footer(
      "It appears whole or not at all. A record on Kafka is backed up with its brokers.\n\n"
      "Example\n  tenure backup /backups/$(date +%F) --data /var/lib/tenure");
  sub->callback([&invocation, command] { invocation.run = [&invocation, command] { return RunBackup(invocation, *command); }; });
}

void AddRestore(CLI::App& app, Invocation& invocation) {
  auto* sub = app.add_subcommand("restore", "Make a data directory of a backup, after every file and digest was checked");
  auto command = std::make_shared<BackupCommand>();
  sub->add_option("DIR", command->place, "The backup, which is only read")->required()->type_name("DIR");
  sub->add_flag("--json", command->json, "What it holds as one line of JSON");
  sub->footer(
      "--data names the data directory, which must be empty or not there. Tokens of the original are taken by it.\n\n"
      "Example\n  tenure restore /backups/2026-03-02 --data /var/lib/tenure");
  sub->callback([&invocation, command] { invocation.run = [&invocation, command] { return RunRestore(invocation, *command); }; });
}

}  // namespace tenure::cli
