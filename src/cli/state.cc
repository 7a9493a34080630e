#include <CLI/CLI.hpp>
#include <memory>

#include "cli/answer_text.h"
#include "cli/commands.h"
#include "cli/moment.h"
#include "cli/table.h"
#include "cli/text.h"
#include "library/json.h"

namespace tenure::cli {
namespace {

struct StateCommand {
  QuestionOptions options;  // of which a state has --max-lag at most
  bool json = false;
};

std::string Bytes(std::int64_t n) {
  constexpr const char* kUnits[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  auto size = static_cast<double>(n);
  for (; size >= 1024 && unit + 1 < std::size(kUnits); ++unit) size /= 1024;
  const auto tenths = static_cast<std::int64_t>(size * 10 + 0.5);
  return std::to_string(tenths / 10) + (unit == 0 ? "" : "." + std::to_string(tenths % 10)) + " " + kUnits[unit];
}

void PrintStatus(Invocation& invocation, const StateCommand& command, const StatusAnswer& answer) {
  Terminal& out = invocation.terminal;
  PrintHeading(invocation, command.options,
               Count(answer.events, "event", "events") + " about " + Count(answer.identities, "identity", "identities"),
               Ink::kBold, answer.head);
  out.Line();
  const auto field = [&](std::string_view name, const std::string& value) { out.Line("  " + Pad(name, 18) + value); };
  const std::string place = invocation.served ? invocation.served->url.ToString() : Escape(invocation.data_dir);
  field(invocation.served ? "server" : "directory", place + ", " + Bytes(answer.size_bytes));
  field("log", answer.log_kind + " " + answer.log_id);
  field("dead letters open", WithCommas(answer.dead_letters_open));
  field("conflicts open", WithCommas(answer.conflicts_open));
  out.Line();
  Table topics({{"TOPIC"}, {"PARTITION", false, 0, true}, {"IN THE LOG", false, 0, true}, {"PROJECTED", false, 0, true}});
  for (const auto& [where, end] : answer.end) {
    std::int64_t projected = 0;
    for (const auto& [other, next] : answer.projected)
      if (other == where) projected = next;
    topics.Add({std::string(TopicName(where.topic)), std::to_string(where.partition), WithCommas(end), WithCommas(projected)});
  }
  topics.Print(out, invocation.wide);
  out.Line();
  Table digests({{"TABLE"}, {"DIGEST", true, 40}});
  for (const TableDigest& table : answer.tables) digests.Add({table.name, table.live});
  digests.Print(out, invocation.wide);
  out.Line(out.Paint(Ink::kDim, Fit(invocation, answer.digest, 0)));
}

Result<Exit> RunStatus(Invocation& invocation, const StateCommand& command) {
  if (auto s = command.options.CheckLag(); !s) return tl::unexpected<Error>(s.error());
  auto record = invocation.Reach();
  if (!record) return tl::unexpected<Error>(record.error());
  auto told = (*record)->Status();
  if (!told) return tl::unexpected<Error>(told.error());
  if (command.json) invocation.terminal.Line(told->Json());
  else PrintStatus(invocation, command, told->answer);
  return command.options.TooFarBehind(told->answer.head) ? Exit::kUnknown : Exit::kOk;
}

void PrintVerify(Invocation& invocation, const StateCommand& command, const VerifyAnswer& answer) {
  Terminal& out = invocation.terminal;
  PrintHeading(invocation, command.options,
               answer.equal ? "equal — the read model is what the log says" : "NOT EQUAL — the read model differs from the log",
               answer.equal ? Ink::kGreen : Ink::kRed, answer.head);
  out.Line();
  // Cut alike, so that what is equal looks equal.
  const auto shown = [&](const std::string& digest) { return invocation.wide ? digest : ShortenMiddle(digest, 24); };
  Table table({{"TABLE"}, {"LIVE"}, {"REBUILT"}, {"VERDICT"}});
  for (const TableDigest& one : answer.tables)
    table.Add({one.name, shown(one.live), shown(one.rebuilt), one.live == one.rebuilt ? "equal" : "differs"},
              one.live == one.rebuilt ? Ink::kPlain : Ink::kRed);
  table.Print(out, invocation.wide);
  for (const TableDigest& one : answer.tables)
    for (const std::string& tuple : one.differs)
      out.Line("  " + one.name + ": " + Fit(invocation, Escape(tuple), one.name.size() + 4));
  if (!answer.equal) {
    out.Line();
    out.Line("tenure rebuild makes the read model anew from the log.");
  }
}

Result<Exit> RunVerify(Invocation& invocation, const StateCommand& command) {
  auto record = invocation.Reach();
  if (!record) return tl::unexpected<Error>(record.error());
  ProgressLine progress("rebuilding", "records");
  auto told = (*record)->Verify([&](std::int64_t done, std::int64_t to_do) { progress(done, to_do); });
  progress.Finish();
  if (!told) return tl::unexpected<Error>(told.error());
  if (command.json) invocation.terminal.Line(told->Json());
  else PrintVerify(invocation, command, told->answer);
  return told->answer.equal ? Exit::kOk : Exit::kNo;
}

Result<Exit> RunRebuild(Invocation& invocation, const StateCommand& command) {
  auto tenure = invocation.OpenToRebuild();
  if (!tenure) return tl::unexpected<Error>(tenure.error());
  ProgressLine progress("rebuilding", "records");
  auto records = (*tenure)->Rebuild([&](std::int64_t done, std::int64_t to_do) { progress(done, to_do); });
  progress.Finish();
  if (!records) return tl::unexpected<Error>(records.error());
  auto answer = (*tenure)->Status();
  if (!answer) return tl::unexpected<Error>(answer.error());
  if (command.json) invocation.terminal.Line(library::ToJson(*answer));
  else invocation.terminal.Line("rebuilt from " + Count(*records, "record", "records") + "; the new read model is in place");
  return Exit::kOk;
}

std::shared_ptr<StateCommand> Declare(CLI::App& sub) {
  auto command = std::make_shared<StateCommand>();
  sub.add_flag("--json", command->json, "The answer as one line of JSON");
  return command;
}

}  // namespace

void AddStatus(CLI::App& app, Invocation& invocation) {
  auto* sub = app.add_subcommand("status", "How large the record is, how far it is projected, what is open, and the digests");
  auto command = Declare(*sub);
  command->options.AddLagTo(*sub);
  sub->footer("Example\n  tenure status");
  sub->callback([&invocation, command] { invocation.run = [&invocation, command] { return RunStatus(invocation, *command); }; });
}

void AddVerify(CLI::App& app, Invocation& invocation) {
  auto* sub =
      app.add_subcommand("verify", "Is the read model the log's? Builds it again beside and compares (exit 1 if it differs)");
  auto command = Declare(*sub);
  sub->footer("Example\n  tenure verify && echo proven");
  sub->callback([&invocation, command] { invocation.run = [&invocation, command] { return RunVerify(invocation, *command); }; });
}

void AddRebuild(CLI::App& app, Invocation& invocation) {
  auto* sub = app.add_subcommand("rebuild", "Make the read model anew from the log and swap it in; answers stay the same");
  auto command = Declare(*sub);
  sub->footer("Example\n  tenure rebuild");
  sub->callback([&invocation, command] { invocation.run = [&invocation, command] { return RunRebuild(invocation, *command); }; });
}

}  // namespace tenure::cli
