#include <CLI/CLI.hpp>
#include <memory>

#include "cli/commands.h"
#include "cli/invocation.h"
#include "connect/generate/organisation.h"
#include "event/codec.h"

namespace tenure::cli {
namespace {

struct GenerateCommand {
  connect::GenerateOptions options;
  bool correction = false;
};

Result<Exit> RunGenerate(Invocation& invocation, const GenerateCommand& command) {
  Terminal& out = invocation.terminal;
  const auto emit = [&](const Event& event) -> Status {
    out.Line(event::Encode(event));
    if (auto s = out.Outcome(); !s) return s;
    if (out.ReaderLeft()) return Fail("reader_left", "nobody reads on", "", Blame::kFault);
    return {};
  };
  const Status done = command.correction ? connect::GenerateCorrection(emit) : connect::Generate(command.options, emit);
  if (!done && !out.ReaderLeft()) return tl::unexpected<Error>(done.error());
  return Exit::kOk;
}

}  // namespace

void AddGenerate(CLI::App& app, Invocation& invocation) {
  auto* sub =
      app.add_subcommand("generate", "A synthetic organisation with its joiners, leavers and sins, as events to try tenure on");
  auto command = std::make_shared<GenerateCommand>();
  sub->add_option("--seed", command->options.seed, "The same seed and count give the same events (default 1)")->type_name("N");
  sub->add_option("--events", command->options.events, "How many (default 20000)")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000'000}))
      ->type_name("N");
  sub->add_flag("--correction", command->correction,
                "Instead: what the investigation found out weeks later, to be appended after");
  sub->footer(
      "Example\n"
      "  tenure generate --seed 7 --events 50000 | tenure append -\n"
      "  tenure generate --correction | tenure append -");
  sub->callback(
      [&invocation, command] { invocation.run = [&invocation, command] { return RunGenerate(invocation, *command); }; });
}

}  // namespace tenure::cli
