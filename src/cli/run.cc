// The projector as a service, and the topics that it needs.
#include <signal.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/commands.h"
#include "cli/invocation.h"
#include "cli/text.h"

namespace tenure::cli {
namespace {

constexpr int kPollMs = 200;

// SIGTERM and SIGINT end the run after the batch at hand, which leaves a checkpoint.
volatile sig_atomic_t asked_to_end = 0;

void EndOnSignals() {
  struct sigaction action{};
  action.sa_handler = [](int) { asked_to_end = 1; };
  ::sigaction(SIGTERM, &action, nullptr);
  ::sigaction(SIGINT, &action, nullptr);
}

std::string LineOf(const Tenure::Projecting& now) {
  if (now.trouble) return now.trouble->ToString();
  if (now.behind == 0) return "up to date";
  std::string line = std::to_string(now.behind) + " records behind";
  if (now.unstable > 0) line += ", " + std::to_string(now.unstable) + " held back by transactions that are still open";
  return line;
}

Result<Exit> Run(Invocation& invocation, const std::vector<std::string>& correctors) {
  if (!invocation.kafka)
    return Fail("kafka_not_named", "tenure run follows a log on Kafka; the embedded log is projected by those who append to it",
                "name the brokers: --kafka bootstrap.servers=HOST:PORT", Blame::kCaller);
  EndOnSignals();
  auto tenure = invocation.OpenToWrite(true, correctors);
  if (!tenure) return tl::unexpected<Error>(tenure.error());
  std::string said;
  std::int64_t projected = 0;
  const auto followed = (*tenure)->Project(kPollMs, [&](const Tenure::Projecting& now) {
    projected += now.records;
    if (const std::string line = LineOf(now); line != said) {
      said = line;
      invocation.terminal.Line(line);
      invocation.terminal.Flush();
    }
    return asked_to_end == 0;
  });
  if (!followed) return tl::unexpected<Error>(followed.error());
  invocation.terminal.Line("ended after " + std::to_string(projected) + " records; the next run goes on from here");
  return Exit::kOk;
}

struct TopicsCommand {
  int partitions = 12, replication = 3;
};

Result<Exit> CreateTopics(Invocation& invocation, const TopicsCommand& command) {
  if (!invocation.kafka)
    return Fail("kafka_not_named", "no brokers are named", "--kafka bootstrap.servers=HOST:PORT", Blame::kCaller);
  auto made = CreateKafkaTopics(*invocation.kafka, command.partitions, command.replication);
  if (!made) return tl::unexpected<Error>(made.error());
  for (const auto& topic : *made) invocation.terminal.Line(topic.name + (topic.existed ? " was there" : " made"));
  if (auto safe = CheckKafkaTopics(*invocation.kafka); !safe) return tl::unexpected<Error>(safe.error());
  return Exit::kOk;
}

}  // namespace

void AddRun(CLI::App& app, Invocation& invocation) {
  auto* sub = app.add_subcommand("run", "Follow a log on Kafka: project what comes, until it is ended (SIGTERM)");
  auto correctors = std::make_shared<std::vector<std::string>>();
  sub->add_option("--corrector", *correctors,
                  "With a new data directory: a source whose retractions count for any event (fixed for ever; may be repeated)")
      ->type_name("SOURCE");
  sub->footer(
      "Questions are asked of the same data directory while it runs. A line tells whenever it falls behind or is up to date "
      "again.\n\nExample\n  tenure run --data /var/lib/tenure --kafka bootstrap.servers=kafka:9092");
  sub->callback(
      [&invocation, correctors] { invocation.run = [&invocation, correctors] { return Run(invocation, *correctors); }; });
}

void AddTopics(CLI::App& app, Invocation& invocation) {
  auto* sub = app.add_subcommand("topics", "Make the topics of a log on Kafka as the record needs them");
  sub->require_subcommand(1);
  auto* create = sub->add_subcommand("create", "Make those that aren't there, and check those that are");
  auto command = std::make_shared<TopicsCommand>();
  create->add_option("--partitions", command->partitions, "Partitions of each topic (12)")->check(CLI::Range(1, 10'000));
  create->add_option("--replication", command->replication, "Replicas of each partition (3)")->check(CLI::Range(1, 100));
  create->fallthrough();
  create->footer("Example\n  tenure topics create --kafka bootstrap.servers=kafka:9092");
  create->callback(
      [&invocation, command] { invocation.run = [&invocation, command] { return CreateTopics(invocation, *command); }; });
}

}  // namespace tenure::cli
