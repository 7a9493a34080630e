#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>

#include "cli/commands.h"
#include "cli/invocation.h"
#include "connect/generate/audited_organisation.h"
#include "connect/generate/organisation.h"
#include "event/codec.h"

namespace tenure::cli {
namespace {

struct GenerateCommand {
  connect::GenerateOptions options;
  bool correction = false, audited = false, clean = false;
  std::string planted_file, policy_file;  // of --audited; empty = not wanted
};

Status WriteFile(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (file) return {};
  return Fail("file_not_written", path + ": " + std::strerror(errno), "name a file that can be written", Blame::kFault);
}

Status GenerateAudited(const GenerateCommand& command, const connect::EmitEvent& emit) {
  const connect::AuditedOptions options{.seed = command.options.seed, .clean = command.clean};
  const connect::AuditedOrganisation organisation = connect::MakeAudited(options);
  if (!command.planted_file.empty())
    if (auto s = WriteFile(command.planted_file, connect::PlantedJson(options, organisation)); !s) return s;
  if (!command.policy_file.empty())
    if (auto s = WriteFile(command.policy_file, organisation.policy + "\n"); !s) return s;
  for (const Event& event : organisation.events)
    if (auto s = emit(event); !s) return s;
  return {};
}

Result<Exit> RunGenerate(Invocation& invocation, const GenerateCommand& command) {
  Terminal& out = invocation.terminal;
  const auto emit = [&](const Event& event) -> Status {
    out.Line(event::Encode(event));
    if (auto s = out.Outcome(); !s) return s;
    if (out.ReaderLeft()) return Fail("reader_left", "nobody reads on", "", Blame::kFault);
    return {};
  };
  const Status done = command.audited      ? GenerateAudited(command, emit)
                      : command.correction ? connect::GenerateCorrection(emit)
                                           : connect::Generate(command.options, emit);
  if (!done && !out.ReaderLeft()) return tl::unexpected<Error>(done.error());
  return Exit::kOk;
}

void AddAudited(CLI::App& sub, GenerateCommand& command, CLI::Option* events, CLI::Option* correction) {
  CLI::Option* audited = sub.add_flag("--audited", command.audited,
                                      "Instead: an organisation fit to be audited, whose every finding is planted and listed")
                             ->excludes(events)
                             ->excludes(correction);
  sub.add_flag("--clean", command.clean, "Of --audited: nothing is planted, much comes close")->needs(audited);
  sub.add_option("--planted", command.planted_file, "Of --audited: where to write what is to be found")
      ->needs(audited)
      ->type_name("FILE");
  sub.add_option("--policy", command.policy_file, "Of --audited: where to write the policy under which it is to be found")
      ->needs(audited)
      ->type_name("FILE");
}

}  // namespace

void AddGenerate(CLI::App& app, Invocation& invocation) {
  auto* sub =
      app.add_subcommand("generate", "A synthetic organisation with its joiners, leavers and sins, as events to try tenure on");
  auto command = std::make_shared<GenerateCommand>();
  sub->add_option("--seed", command->options.seed, "The same seed and count give the same events (default 1)")->type_name("N");
  CLI::Option* events = sub->add_option("--events", command->options.events, "How many (default 20000)")
                            ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000'000}))
                            ->type_name("N");
  CLI::Option* correction = sub->add_flag("--correction", command->correction,
                                          "Instead: what the investigation found out weeks later, to be appended after");
  AddAudited(*sub, *command, events, correction);
  sub->footer(
      "Examples\n"
      "  tenure generate --seed 7 --events 50000 | tenure append -\n"
      "  tenure generate --correction | tenure append -\n"
      "  tenure generate --audited --planted planted.json --policy policy.json | tenure append -");
  sub->callback(
      [&invocation, command] { invocation.run = [&invocation, command] { return RunGenerate(invocation, *command); }; });
}

}  // namespace tenure::cli
