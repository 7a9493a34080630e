#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include <thread>

#include "cli/answer_text.h"
#include "cli/answering.h"
#include "cli/commands.h"
#include "cli/csv.h"
#include "cli/moment.h"
#include "cli/text.h"
#include "library/json.h"

namespace tenure::cli {
namespace {

struct ReplayCommand {
  QuestionOptions options;
  ReplayQuestion question;
  std::string from, to;
  double speed = 0;  // times real time; 0: without waiting
};

std::string StateText(const ReplayState& state) {
  if (state.status.empty()) return "-";
  std::string text = state.status;
  if (state.effective > 0) text += ", " + WithCommas(state.effective) + " effective";
  if (state.possible > 0) text += ", " + WithCommas(state.possible) + " possible";
  return text;
}

std::string StepText(const ReplayStep& step) {
  const std::string before = StateText(step.before), after = StateText(step.after);
  return before == after ? before : before + " → " + after;
}

void PrintReplayCsv(Invocation& invocation, const ReplayAnswer& answer) {
  invocation.terminal.Write(CsvLine(
      {"time", "change", "ref", "subject", "state", "before", "after", "gained", "lost", "on_record_before", "on_record_after"}));
  for (const ReplayRow& row : answer.rows) {
    std::vector<std::string> gained, lost;
    for (const ReplayChange& change : row.step.changes)
      (change.gained ? gained : lost).push_back(change.role + (change.scope == "*" ? "" : " on " + change.scope));
    invocation.terminal.Write(
        CsvLine({CsvTime(row.time), row.change, row.ref, row.subject, row.left_out ? "left_out" : "in_force",
                 StateText(row.step.before), StateText(row.step.after), Joined(gained, ";"), Joined(lost, ";"),
                 row.on_record ? StateText(row.on_record->before) : "", row.on_record ? StateText(row.on_record->after) : ""}));
  }
}

void PrintStep(Invocation& invocation, const ReplayStep& step, const std::string& indent, std::string_view title) {
  Terminal& out = invocation.terminal;
  const auto tell = [&](const std::string& text, Ink ink) {
    for (const std::string& line : Prose(invocation, text, kColumns - indent.size())) out.Line(indent + out.Paint(ink, line));
  };
  tell(std::string(title) + StepText(step), Ink::kDim);
  for (const ReplayChange& change : step.changes)
    tell((change.gained ? "+ " : "- ") + change.role + (change.scope.empty() || change.scope == "*" ? "" : " on " + change.scope),
         change.gained ? Ink::kGreen : Ink::kRed);
}

void PrintReplayRow(Invocation& invocation, const ReplayRow& row) {
  Terminal& out = invocation.terminal;
  const std::string left = Pad(At(row.time.us), 20) + "  ";
  const std::string indent(Width(left), ' ');
  const std::string text = row.change + (row.left_out ? " (left out)" : "") + " " + Numbers(row.evidence);
  bool first = true;
  for (const std::string& line : Prose(invocation, text, kColumns - Width(left))) {
    out.Line((first ? left : indent) + out.Paint(row.left_out ? Ink::kDim : Ink::kBold, line));
    first = false;
  }
  PrintStep(invocation, row.step, indent, row.on_record ? "without: " : row.subject + ": ");
  if (row.on_record) PrintStep(invocation, *row.on_record, indent, "on record: ");
}

// As long as it took, `speed` times as fast.
void WaitBetween(Invocation& invocation, const ReplayCommand& command, EffectiveTime from, EffectiveTime to) {
  if (command.speed <= 0 || to <= from) return;
  invocation.terminal.Flush();
  std::this_thread::sleep_for(std::chrono::duration<double, std::micro>(static_cast<double>(to.us - from.us) / command.speed));
}

void PrintReplay(Invocation& invocation, const ReplayCommand& command, const ReplayAnswer& answer) {
  std::string heading = Count(answer.total, "change", "changes");
  if (static_cast<std::int64_t>(answer.rows.size()) < answer.total)
    heading += ", " + WithCommas(static_cast<std::int64_t>(answer.rows.size())) + " on this page";
  PrintHeading(invocation, command.options, heading, Ink::kBold, answer.head);
  EffectiveTime last = answer.rows.empty() ? EffectiveTime{} : answer.rows.front().time;
  for (const ReplayRow& row : answer.rows) {
    WaitBetween(invocation, command, last, row.time);
    if (invocation.terminal.ReaderLeft()) return;
    last = row.time;
    invocation.terminal.Line();
    PrintReplayRow(invocation, row);
  }
  PrintEvidence(invocation, answer.head);
  PrintNext(invocation, answer.head);
}

Result<Exit> RunReplay(Invocation& invocation, const ReplayCommand& command) {
  ReplayQuestion question = command.question;
  auto from = ParseMoment("--from", command.from, invocation.now);
  if (!from) return tl::unexpected<Error>(from.error());
  auto to = ParseMoment("--to", command.to, invocation.now);
  if (!to) return tl::unexpected<Error>(to.error());
  question.window = {*from, *to};
  const auto ask = [&](library::Record& record, const Ask& asked) { return record.Replay(question, asked); };
  return RunList(invocation, command, ask, PrintReplayCsv, PrintReplay);
}

}  // namespace

void AddReplay(CLI::App& app, Invocation& invocation) {
  auto* sub = app.add_subcommand("replay", "The changes of a window step by step, each with the state before and after it");
  auto command = std::make_shared<ReplayCommand>();
  sub->add_option("--from", command->from, "The first moment")->type_name("T")->required();
  sub->add_option("--to", command->to, "The end, excluded")->type_name("T")->required();
  sub->add_option("--subject", command->question.subject, "Only this identity, group or role")->type_name("REF");
  sub->add_option("--speed", command->speed, "Waits between the steps: 60 plays an hour in a minute (default: no waiting)")
      ->check(CLI::PositiveNumber)
      ->type_name("N");
  command->options.AddTo(*sub, {.when = false, .pages = true, .csv = true, .without = true});
  sub->footer(
      "Example: the night of the incident, and what it would have been without one grant\n"
      "  tenure replay --from 2026-05-01T00:00:00Z --to 2026-05-01T06:00:00Z --subject user:mallory --without urn:iam,e-4711");
  sub->callback([&invocation, command] { invocation.run = [&invocation, command] { return RunReplay(invocation, *command); }; });
}

}  // namespace tenure::cli
