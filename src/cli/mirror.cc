#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "cli/commands.h"
#include "cli/invocation.h"
#include "cli/text.h"
#include "library/json.h"

namespace tenure::cli {
namespace {

constexpr std::size_t kListed = 40;

struct MirrorCommand {
  std::string to;
  bool json = false;
};

std::string Where(const Position& p) {
  return std::string(TopicName(p.topic)) + "/" + std::to_string(p.partition) + "@" + std::to_string(p.offset);
}

void ListDifferences(Invocation& invocation, const MirrorReport& report) {
  const auto shown = static_cast<std::int64_t>(std::min(report.differences.size(), kListed));
  for (std::int64_t i = 0; i < shown; ++i) {
    const MirrorDifference& one = report.differences[static_cast<std::size_t>(i)];
    invocation.terminal.Note(Where(one.here) + ": mirror_differs: \"" + Escape(one.name.id) + "\" of \"" +
                             Escape(one.name.source) + "\" is on Kafka at " + Where(one.there) + " with other content");
  }
  if (shown > 0)
    invocation.terminal.Note(
        "    find out which is right; on Kafka, retract the wrong one and append the right one under a new id");
  if (report.differing > shown)
    invocation.terminal.Note("and " + WithCommas(report.differing - shown) + " more; --json lists a thousand");
}

void ListOmissions(Invocation& invocation, const MirrorReport& report) {
  const auto shown = static_cast<std::int64_t>(std::min(report.omissions.size(), kListed));
  for (std::int64_t i = 0; i < shown; ++i) {
    const MirrorOmission& one = report.omissions[static_cast<std::size_t>(i)];
    invocation.terminal.Note(Where(one.position) + ": left out: " + Escape(one.reason));
  }
  if (report.left_out > shown)
    invocation.terminal.Note("and " + WithCommas(report.left_out - shown) + " more; --json lists a thousand");
}

void PrintMirrored(Invocation& invocation, const MirrorReport& report) {
  Terminal& out = invocation.terminal;
  ListDifferences(invocation, report);
  ListOmissions(invocation, report);
  out.Line("copied " + WithCommas(report.copied) + ", there already " + WithCommas(report.already) +
           (report.differing == 0 ? "" : ", differing " + WithCommas(report.differing)) +
           (report.left_out == 0 ? "" : ", left out " + WithCommas(report.left_out)));
  if (report.dead_letters > 0)
    out.Line("of them open dead letters and conflicts: " + WithCommas(report.dead_letters) + " (tenure dead-letters)");
  if (report.behind > 0)
    out.Note("tenure: behind: " + Count(report.behind, "record is", "records are") +
             " not in the embedded record's read model yet; run this again when its writer has projected them (tenure append "
             "/dev/null does)");
  if (!report.fault)
    out.Line(report.equal ? "The read models are equal, table by table."
                          : "The read models are not equal: they hold what was copied, and each something of its own.");
  if (!report.token.empty()) out.Line("position " + report.token);
}

Result<Exit> RunMirror(Invocation& invocation, const MirrorCommand& command) {
  if (!invocation.kafka)
    return Fail("kafka_not_named", "no brokers are named to copy to", "--kafka bootstrap.servers=HOST:PORT", Blame::kCaller);
  ProgressLine projecting("projecting", "records"), copying("copying", "records");
  MirrorOptions options;
  options.from_dir = invocation.data_dir;
  options.to_dir = command.to;
  options.kafka = *invocation.kafka;
  options.now = [moment = invocation.now] { return moment; };
  options.projecting = [&](std::int64_t done, std::int64_t to_do) { projecting(done, to_do); };
  options.copying = [&](std::int64_t done, std::int64_t to_do) {
    projecting.Finish();
    copying(done, to_do);
  };
  auto report = Mirror(options);
  copying.Finish();
  projecting.Finish();
  if (!report) return tl::unexpected<Error>(report.error());
  if (command.json) invocation.terminal.Line(library::ToJson(*report));
  else PrintMirrored(invocation, *report);
  if (report->fault) return tl::unexpected<Error>(*report->fault);
  if (report->behind > 0) return Exit::kUnknown;
  return report->differing > 0 ? Exit::kNo : Exit::kOk;
}

}  // namespace

void AddMirror(CLI::App& app, Invocation& invocation) {
  auto* sub = app.add_subcommand("mirror",
                                 "Copy a record on the embedded log to Kafka, event ids kept; what is there is not copied again");
  auto command = std::make_shared<MirrorCommand>();
  sub->add_option("--to", command->to, "The data directory of the record on Kafka; it is made if it isn't there")
      ->required()
      ->type_name("DIR");
  sub->add_flag("--json", command->json, "The summary as one line of JSON");
  sub->footer(
      "--data names the embedded record; it is only read. Interrupted, run it again: it goes on. The topics must be there "
      "(tenure topics create), and what they know begins with the copy.\n\n"
      "Example\n  tenure mirror --data old --to new --kafka bootstrap.servers=kafka:9092");
  sub->callback([&invocation, command] { invocation.run = [&invocation, command] { return RunMirror(invocation, *command); }; });
}

}  // namespace tenure::cli
