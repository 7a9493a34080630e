// The `tenure` binary: reads the command line, runs one command, and turns how it ended into an exit code.
#include <fcntl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <memory>

#include "cli/commands.h"
#include "cli/help.h"
#include "cli/invocation.h"
#include "cli/server_choice.h"
#include "cli/text.h"

namespace tenure::cli {
namespace {

constexpr const char* kAbout = "tenure — who existed and who held what authority at any moment, and on whose word.";
constexpr const char* kFooter =
    "Times: RFC 3339 with a zone (2023-07-10T12:26:00Z), dates (UTC midnight), now, now-2h.\n"
    "Exit codes: 0 yes or done, 1 no or refused, 2 usage, 3 unknown or incomplete, 4 fault, 5 partly.\n"
    "Begin:  tenure append events.ndjson && tenure who '*' '*'";

EffectiveTime Now() {
  using namespace std::chrono;
  return EffectiveTime{duration_cast<microseconds>(system_clock::now().time_since_epoch()).count()};
}

constexpr std::size_t kMemoryMibMin = 16, kMemoryMibMax = std::size_t{1} << 20;

void Declare(CLI::App& app, Invocation& invocation) {
  app.require_subcommand(1);
  app.fallthrough();
  app.option_defaults()->always_capture_default(false);
  app.formatter(std::make_shared<HelpFormatter>());
  app.footer(kFooter);
  app.add_option("--data", invocation.data_dir, "The data directory (default: $TENURE_DATA, else ./tenure-data)")
      ->type_name("DIR");
  app.add_option("--memory", invocation.memory_mib,
                 "What the read model may keep in memory, in MiB (128); with more, questions about a large record are faster")
      ->type_name("MIB")
      ->check(CLI::Range(kMemoryMibMin, kMemoryMibMax));
  DeclareServer(app, invocation);
  app.add_option("--kafka", invocation.kafka_properties,
                 "The record is on Kafka: a property of librdkafka, such as bootstrap.servers=HOST:PORT (may be repeated)")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  app.add_option("--kafka-config", invocation.kafka_config, "The same from a file, a property a line")->type_name("FILE");
  app.add_option("--topic-prefix", invocation.topic_prefix, "Of a record on Kafka: what stands before tenure.identity and so on")
      ->type_name("PREFIX");
  app.add_option(
         "--accept", invocation.accept,
         "Of a record on Kafka: accept topics that fall short in this (compaction, producer-time, replication, retention, "
         "unclean-election; may be repeated)")
      ->type_name("NAME")
      ->allow_extra_args(false);
  app.add_option("--door-key", invocation.door_key_file,
                 "Of a record on Kafka: the key that vouches for verified writers (default: the file $TENURE_DOOR_KEY_FILE)")
      ->type_name("FILE");
  app.add_flag("--wide", invocation.wide, "Shorten nothing to fit 80 columns");
  for (auto* add : {AddIdentities, AddShow,     AddWhat,     AddWho,    AddCheck,   AddFindings,  AddWhyHeld,     AddControls,
                    AddReview, AddBlastRadius, AddReplay, AddIncident,    AddTimeline, AddDiff,     AddEvents, AddVerify,  AddRebuild,   AddDeadLetters, AddStatus,
                    AddAppend,     AddImport,   AddRun,      AddTopics, AddMirror,  AddBackup,    AddRestore,     AddServe,
                    AddToken,      AddAudit,    AddGenerate, AddSchema, AddVersion, AddCompletion})
    add(app, invocation);
  for (CLI::App* sub : app.get_subcommands({})) sub->fallthrough();
}

// What a closed standard stream leaves free must not become the descriptor of a file of ours.
void OccupyStandardStreams() {
  int fd = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  while (fd >= 0 && fd <= STDERR_FILENO) fd = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  if (fd >= 0) ::close(fd);
}

// A file may have any bytes as its name. Everything else is compared with the record, and printed in JSON.
bool NamesFile(const CLI::Option& option) {
  const auto is = [](const std::string& text) { return text == "FILE" || text == "PATH" || text == "DIR"; };
  return is(option.get_name()) || is(option.get_type_name());
}

// An empty argument is a variable that wasn't set; read as "not given" it would answer another question.
Status CheckArgument(const CLI::Option& option, const std::string& given) {
  const std::string name = option.get_name();
  if (given.empty()) return Fail("argument_empty", name + " is empty", "give it a value or leave it out", Blame::kCaller);
  if (!NamesFile(option) && !IsUtf8(given))
    return Fail("argument_not_utf8", name + " \"" + given + "\" is not UTF-8",
                "write it in UTF-8; the record holds no other text", Blame::kCaller);
  return {};
}

Status CheckArguments(const CLI::App& app) {
  for (const CLI::Option* option : app.get_options())
    for (const std::string& given : option->results())
      if (auto s = CheckArgument(*option, given); !s) return s;
  for (const CLI::App* sub : app.get_subcommands())
    if (auto s = CheckArguments(*sub); !s) return s;
  return {};
}

int Finish(Invocation& invocation, const Result<Exit>& ended) {
  invocation.terminal.Flush();
  Exit exit = ended ? *ended : ExitOf(ended.error());
  if (!ended) invocation.terminal.Complain(ended.error());
  if (auto s = invocation.terminal.Outcome(); !s) {
    invocation.terminal.Complain(s.error());
    exit = Exit::kFault;
  }
  return static_cast<int>(exit);
}

int Main(int argc, char** argv) {
  Invocation invocation;
  const char* data = std::getenv("TENURE_DATA");
  invocation.data_dir = data != nullptr && *data != '\0' ? data : "tenure-data";
  invocation.now = Now();
  CLI::App app(kAbout, "tenure");
  Declare(app, invocation);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked_for_help) {
    app.exit(asked_for_help);
    return 0;
  } catch (const CLI::ParseError& error) {
    invocation.terminal.Complain({"usage", error.what(), "tenure --help, or tenure COMMAND --help", Blame::kCaller});
    return static_cast<int>(Exit::kUsage);
  }
  if (auto s = CheckArguments(app); !s) return Finish(invocation, tl::unexpected<Error>(s.error()));
  if (auto s = SettleServer(app, invocation); !s) return Finish(invocation, tl::unexpected<Error>(s.error()));
  const auto run = invocation.run;  // it may prepare others
  if (invocation.served) return Finish(invocation, run());
  if (auto s = invocation.SettleKafka(); !s) return Finish(invocation, tl::unexpected<Error>(s.error()));
  return Finish(invocation, run());
}

}  // namespace
}  // namespace tenure::cli

int main(int argc, char** argv) {
  tenure::cli::OccupyStandardStreams();
  try {
    return tenure::cli::Main(argc, argv);
  } catch (const std::exception& error) {  // a bug, or memory ran out: said, not dumped
    tenure::cli::Terminal().Complain(
        {"internal", error.what(), "please report this with the command that led to it", tenure::Blame::kFault});
    return static_cast<int>(tenure::cli::Exit::kFault);
  }
}
