#include <CLI/CLI.hpp>
#include <memory>

#include "cli/answer_text.h"
#include "cli/answering.h"
#include "cli/commands.h"
#include "cli/moment.h"
#include "cli/text.h"
#include "library/json.h"

namespace tenure::cli {
namespace {

struct CheckCommand {
  QuestionOptions options;
  std::string ref, action, resource;
  bool why = false;
};

std::string DecisionText(const CheckResult& result) {
  std::string text = result.decision == Decision::kYes ? "yes" : result.decision == Decision::kNo ? "no" : "unknown";
  if (result.partly) text = "partly";
  if (result.held.size() == 1) return text + " — held " + Span(result.held.front());
  if (result.held.size() > 1)
    return text + " — held in " + Count(static_cast<std::int64_t>(result.held.size()), "interval", "intervals");
  if (result.decision == Decision::kUnknown && result.possibly.size() == 1)
    return text + " — possibly held " + Span(result.possibly.front());
  if (result.decision == Decision::kNo && !result.nearest.empty()) return text + " — " + result.nearest.front().text;
  return text;
}

Ink DecisionInk(const CheckResult& result) {
  if (result.partly || result.decision == Decision::kUnknown) return Ink::kYellow;
  return result.decision == Decision::kYes ? Ink::kGreen : Ink::kRed;
}

void PrintCheck(Invocation& invocation, const CheckCommand& command, const CheckAnswer& answer) {
  Terminal& out = invocation.terminal;
  const CheckResult& result = answer.result;
  PrintHeading(invocation, command.options, DecisionText(result), DecisionInk(result), answer.head);
  out.Line();
  out.Line(Fit(invocation, Escape(answer.head.subject + " · " + answer.action + " · " + answer.resource), 0));
  if (!result.because.empty()) out.Line("  because " + Escape(Joined(result.because, ", ")));
  if (result.held.size() + result.possibly.size() > 1) PrintIntervals(invocation, result.held, result.possibly, "  ");
  PrintPath(invocation, result.path, result.more_paths, "  ");
  for (const Miss& miss : result.nearest) {
    const auto lines = Prose(invocation, miss.text + " " + Numbers(miss.evidence), kColumns - 4);
    for (std::size_t i = 0; i < lines.size(); ++i) out.Line((i == 0 ? "  - " : "    ") + lines[i]);
  }
  PrintEvidence(invocation, answer.head);
}

Exit ExitOf(Decision decision) {
  return decision == Decision::kYes ? Exit::kOk : decision == Decision::kNo ? Exit::kNo : Exit::kUnknown;
}

Exit ExitOfCheck(const CheckResult& result) { return result.partly ? Exit::kPartly : ExitOf(result.decision); }

Result<Exit> RunCheckBriefly(Invocation& invocation, const CheckCommand& command) {
  return RunBrief(
      invocation, command.options, library::GivenBeside{{"why", command.why}},
      [&](library::Record& record, const Ask& ask) {
        return record.CheckBriefly(command.ref, command.action, command.resource, ask);
      },
      [](const BriefCheckAnswer& answer) { return ExitOf(answer.decision); });
}

// Next to what would have been.
Status PrintOnRecord(Invocation& invocation, const CheckCommand& command, library::Record& record, const CheckAnswer& without) {
  Ask ask{without.head.when, without.head.token, {}, {}};
  auto told = record.Check(command.ref, command.action, command.resource, false, ask);
  if (!told) return tl::unexpected<Error>(told.error());
  const CheckResult& result = told->answer.result;
  Terminal& out = invocation.terminal;
  out.Line();
  const auto lines = Prose(invocation, "on record: " + DecisionText(result), kColumns);
  for (const std::string& line : lines) out.Line(out.Paint(DecisionInk(result), line));
  return {};
}

Result<Exit> RunCheck(Invocation& invocation, const CheckCommand& command) {
  if (command.options.Brief()) return RunCheckBriefly(invocation, command);
  auto ask = command.options.ToAsk(invocation.now);
  if (!ask) return tl::unexpected<Error>(ask.error());
  auto record = invocation.Reach();
  if (!record) return tl::unexpected<Error>(record.error());
  auto told = (*record)->Check(command.ref, command.action, command.resource, command.why, *ask);
  if (!told) return tl::unexpected<Error>(told.error());
  if (command.options.Output() == Form::kJson) invocation.terminal.Line(told->Json());
  else PrintCheck(invocation, command, told->answer);
  if (command.options.Output() == Form::kHuman && !ask->without.empty())
    if (auto s = PrintOnRecord(invocation, command, **record, told->answer); !s) return tl::unexpected<Error>(s.error());
  return command.options.ExitFor(told->answer.head, ExitOfCheck(told->answer.result));
}

}  // namespace

void AddCheck(CLI::App& app, Invocation& invocation) {
  auto* sub = app.add_subcommand("check", "Could it? yes (exit 0), no (1), unknown (3), partly (5, with --during)");
  auto command = std::make_shared<CheckCommand>();
  sub->add_option("REF", command->ref, "The identity, such as user:alice")->required();
  sub->add_option("ACTION", command->action, "The action; '*' means everything")->required();
  sub->add_option("RESOURCE", command->resource, "The resource; '*' means everything")->required();
  sub->add_flag("--why", command->why, "Also the nearest misses: what ended, what is missing, what would settle it");
  command->options.AddTo(*sub, {.when = true, .brief = true, .without = true});
  sub->footer(
      "Example: why could alice no longer write there in the evening?\n"
      "  tenure check user:alice write bucket:prod/ledger --as-of 2026-05-01T20:00:00Z --why");
  sub->callback([&invocation, command] { invocation.run = [&invocation, command] { return RunCheck(invocation, *command); }; });
}

}  // namespace tenure::cli
