#include "cli/command_line.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/commands.h"
#include "cli/help.h"
#include "cli/invocation.h"
#include "cli/server_choice.h"
#include "cli/text.h"

namespace tenure::cli {
namespace {

constexpr const char* kFooter =
    "Times: RFC 3339 with a zone (2023-07-10T12:26:00Z), dates (UTC midnight), now, now-2h.\n"
    "Exit codes: 0 yes or done, 1 no or refused, 2 usage, 3 unknown or incomplete, 4 fault, 5 partly.\n"
    "Begin:  tenure append events.ndjson && tenure who '*' '*'";

constexpr std::size_t kMemoryMibMin = 16, kMemoryMibMax = std::size_t{1} << 20;

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

}  // namespace

void DeclareCommandLine(CLI::App& app, Invocation& invocation) {
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
  for (auto* add :
       {AddIdentities,  AddShow,   AddWhat,     AddWho,      AddCheck,  AddFindings, AddWhyHeld,   AddControls, AddReview,
        AddBlastRadius, AddReplay, AddIncident, AddTimeline, AddDiff,   AddEvents,   AddVerify,    AddRebuild,  AddDeadLetters,
        AddStatus,      AddAppend, AddImport,   AddRun,      AddTopics, AddMirror,   AddBackup,    AddRestore,  AddServe,
        AddToken,       AddAudit,  AddEvidence, AddGenerate, AddSchema, AddVersion,  AddCompletion})
    add(app, invocation);
  for (CLI::App* sub : app.get_subcommands({})) sub->fallthrough();
}

Status CheckArguments(const CLI::App& app) {
  for (const CLI::Option* option : app.get_options())
    for (const std::string& given : option->results())
      if (auto s = CheckArgument(*option, given); !s) return s;
  for (const CLI::App* sub : app.get_subcommands())
    if (auto s = CheckArguments(*sub); !s) return s;
  return {};
}

}  // namespace tenure::cli
