#include <CLI/CLI.hpp>
#include <charconv>
#include <memory>

#include "cli/answer_text.h"
#include "cli/answering.h"
#include "cli/commands.h"
#include "cli/csv.h"
#include "cli/moment.h"
#include "cli/table.h"
#include "cli/text.h"
#include "event/secrets.h"
#include "library/json.h"

namespace tenure::cli {
namespace {

struct DeadLettersCommand {
  QuestionOptions options;
};

void PrintDeadLetters(Invocation& invocation, const DeadLettersCommand& command, const DeadLettersAnswer& answer) {
  Terminal& out = invocation.terminal;
  std::int64_t open = 0;
  for (const DeadLetterRow& row : answer.rows) open += row.state == "open" ? 1 : 0;
  const std::string counts = WithCommas(open) + " open of " + WithCommas(static_cast<std::int64_t>(answer.rows.size()));
  PrintHeading(invocation, command.options,
               answer.rows.empty() ? "every record could be read" : counts + std::string(command.options.OnPage(answer.head)),
               open > 0 ? Ink::kYellow : Ink::kGreen, answer.head);
  for (const DeadLetterRow& row : answer.rows) {
    out.Line();
    out.Line(
        out.Paint(row.state == "open" ? Ink::kYellow : Ink::kDim, Place(row.position) + "  " + row.reason + "  " + row.state));
    for (const std::string& line : Wrap(Escape(event::MaskSecrets(row.text)), kColumns - 4)) out.Line("    " + line);
    out.Line(out.Paint(Ink::kDim, "    " + Fit(invocation,
                                               "about " + (row.key.empty() ? "anybody" : Escape(row.key)) + ", event " +
                                                   Escape(row.id) + " of " + Escape(row.source),
                                               4)));
    out.Line(out.Paint(Ink::kDim, "    recorded " + At(row.recorded_at.us) + " " + Numbers(row.evidence)));
  }
  if (open > 0) {
    out.Line();
    out.Line("Decide one: tenure dead-letters resolve TOPIC/PARTITION@OFFSET --void --reason WHY");
  }
  PrintEvidence(invocation, answer.head);
  PrintNext(invocation, answer.head);
}

void PrintDeadLettersCsv(Invocation& invocation, const DeadLettersAnswer& answer) {
  invocation.terminal.Write(
      CsvLine({"topic", "partition", "offset", "recorded_at", "reason", "text", "key", "source", "id", "type", "time", "state"}));
  for (const DeadLetterRow& row : answer.rows)
    invocation.terminal.Write(
        CsvLine({std::string(TopicName(row.position.topic)), std::to_string(row.position.partition),
                 std::to_string(row.position.offset), At(row.recorded_at.us), row.reason, event::MaskSecrets(row.text), row.key,
                 row.source, row.id, row.type, row.time ? At(row.time->us) : "", row.state}));
}

Result<Exit> RunDeadLetters(Invocation& invocation, const DeadLettersCommand& command) {
  const auto question = [&](library::Record& record, const Ask& ask) { return record.DeadLetters(ask); };
  return RunList(invocation, command, question, PrintDeadLettersCsv, PrintDeadLetters);
}

struct ResolveCommand {
  std::string place, replaced_by, reason, actor;
  bool is_void = false, json = false;
};

// "tenure.access/0@12", as the listing prints it; the leading "tenure." may be left out.
Result<Position> ParsePlace(const std::string& text) {
  const auto slash = text.rfind('/'), at = text.rfind('@');
  const auto number = [](std::string_view digits) {
    std::int64_t value = -1;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc{} && end == digits.data() + digits.size() ? value : -1;
  };
  if (slash != std::string::npos && at != std::string::npos && slash < at) {
    const std::string name = text.substr(0, slash);
    const std::int64_t partition = number(std::string_view(text).substr(slash + 1, at - slash - 1));
    const std::int64_t offset = number(std::string_view(text).substr(at + 1));
    for (int i = 0; i < kPlaneTopics && partition >= 0 && offset >= 0; ++i) {
      const std::string_view topic = TopicName(static_cast<Topic>(i));
      if (name == topic || name == topic.substr(7))
        return Position{static_cast<Topic>(i), static_cast<std::int32_t>(partition), offset};
    }
  }
  return Fail("position_malformed", "\"" + text + "\" is not a position",
              "write it as dead-letters prints it: tenure.access/0@12", Blame::kCaller);
}

// "SOURCE ID": ids may hold anything but the separator is a space, and a source (a URI reference) holds none.
Result<EventName> ParseName(const std::string& text) {
  const auto space = text.find(' ');
  if (space == std::string::npos || space == 0 || space + 1 == text.size())
    return Fail("event_name_malformed", "\"" + text + "\" names no event", "write --replaced-by \"SOURCE ID\"", Blame::kCaller);
  return EventName{text.substr(0, space), text.substr(space + 1)};
}

Result<Exit> RunResolve(Invocation& invocation, const ResolveCommand& command) {
  auto position = ParsePlace(command.place);
  if (!position) return tl::unexpected<Error>(position.error());
  if (command.is_void == !command.replaced_by.empty())
    return Fail("resolution_malformed", "a dead letter is either void or replaced", "give --void or --replaced-by \"SOURCE ID\"",
                Blame::kCaller);
  DeadLetterResolution resolution;
  resolution.position = *position;
  resolution.reason = command.reason;
  resolution.actor = command.actor;
  if (!command.is_void) {
    auto name = ParseName(command.replaced_by);
    if (!name) return tl::unexpected<Error>(name.error());
    resolution.replaced_by = *name;
  }
  auto record = invocation.ReachToWrite(false);
  if (!record) return tl::unexpected<Error>(record.error());
  auto report = (*record)->ResolveDeadLetter(resolution);
  if (!report) return tl::unexpected<Error>(report.error());
  if (report->fault) return tl::unexpected<Error>(*report->fault);
  for (const AppendedEvent& event : report->answer.events)
    if (event.error) return tl::unexpected<Error>(*event.error);
  if (command.json) {
    invocation.terminal.Line(library::ToJson(report->answer));
  } else {
    invocation.terminal.Line(Place(*position) +
                             (command.is_void ? " is void from here on" : " is replaced, once the replacement is on record"));
    invocation.terminal.Line("position " + report->answer.token);
  }
  return Exit::kOk;
}

}  // namespace

void AddDeadLetters(CLI::App& app, Invocation& invocation) {
  auto* sub =
      app.add_subcommand("dead-letters", "Records that could not be taken as they are, and conflicts; `resolve` decides one");
  auto command = std::make_shared<DeadLettersCommand>();
  command->options.AddTo(*sub, {.when = true, .pages = true, .csv = true});
  sub->require_subcommand(0, 1);
  sub->footer("Example\n  tenure dead-letters --json");
  sub->callback([&invocation, command] {
    if (!invocation.run) invocation.run = [&invocation, command] { return RunDeadLetters(invocation, *command); };
  });
  auto* resolve = sub->add_subcommand("resolve", "Decide a dead letter or conflict; what it made unknown is known again");
  auto decision = std::make_shared<ResolveCommand>();
  resolve->add_option("POSITION", decision->place, "Where it stands, as listed: tenure.access/0@12")->required();
  auto* is_void = resolve->add_flag("--void", decision->is_void, "It meant nothing");
  resolve->add_option("--replaced-by", decision->replaced_by, "The event that says it right: \"SOURCE ID\"")
      ->type_name("EVENT")
      ->excludes(is_void);
  resolve->add_option("--reason", decision->reason, "Why, for the record")->type_name("WHY")->required();
  resolve->add_option("--actor", decision->actor, "Who decides, for the record: user:alice")->type_name("REF");
  resolve->add_flag("--json", decision->json, "The answer as one line of JSON");
  resolve->footer("Example\n  tenure dead-letters resolve tenure.access/0@12 --void --reason \"test record\" --actor user:alice");
  resolve->callback(
      [&invocation, decision] { invocation.run = [&invocation, decision] { return RunResolve(invocation, *decision); }; });
}

}  // namespace tenure::cli
