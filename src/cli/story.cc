#include <CLI/CLI.hpp>
#include <memory>

#include "cli/answer_text.h"
#include "cli/answering.h"
#include "cli/commands.h"
#include "cli/csv.h"
#include "cli/moment.h"
#include "cli/text.h"
#include "library/json.h"
#include "library/written_ask.h"

namespace tenure::cli {
namespace {

struct TimelineCommand {
  QuestionOptions options;
  ChartOption chart;
  std::string ref;
};

void PrintTimelineCsv(Invocation& invocation, const TimelineAnswer& answer) {
  invocation.terminal.Write(CsvLine({"time", "recorded_at", "change", "ref", "state", "source", "id", "actor"}));
  for (const TimelineRow& row : answer.rows) {
    const Evidence* first =
        row.evidence.empty() ? nullptr : &answer.head.evidence[static_cast<std::size_t>(row.evidence.front())];
    invocation.terminal.Write(
        CsvLine({CsvTime(row.time), At(row.recorded_at.us), row.change, row.ref, row.state, first ? first->name.source : "",
                 first ? first->name.id : "", first ? first->claimed_actor : ""}));
  }
}

// The story is the subject's own: where an entry names it, "it" is enough.
std::string WithIt(std::string text, const std::string& subject) {
  for (std::size_t at = 0; (at = text.find(subject, at)) != std::string::npos;) {
    const std::size_t end = at + subject.size();
    const bool whole = (at == 0 || text[at - 1] == ' ') &&
                       (end == text.size() || std::string_view(" ,;:)").find(text[end]) != std::string_view::npos);
    if (whole) text.replace(at, subject.size(), "it");
    at += whole ? 2 : subject.size();
  }
  return text;
}

// The time on the left, what happened beside it; what isn't in force says so.
void PrintEntry(Invocation& invocation, const TimelineRow& row, const std::string& subject) {
  Terminal& out = invocation.terminal;
  const std::string time = row.time == kAlways || row.time == kForever ? "-" : At(row.time.us);
  const std::string left = Pad(time, 20) + "  ";
  const bool in_force = row.state == "in_force" || row.state == "derived" || row.state.empty();
  const std::string change = invocation.wide ? row.change : WithIt(row.change, subject);
  const std::string text = change + (in_force ? "" : " (" + row.state + ")") + " " + Numbers(row.evidence);
  bool first = true;
  for (const std::string& line : Prose(invocation, text, kColumns - Width(left))) {
    out.Line((first ? left : std::string(Width(left), ' ')) + out.Paint(in_force ? Ink::kPlain : Ink::kDim, line));
    first = false;
  }
}

constexpr std::string_view kNothingNamesIt = "Nothing on record names it, up to that moment or in that window.";

void PrintHead(Invocation& invocation, const TimelineCommand& command, const TimelineAnswer& answer) {
  const std::string count = Count(static_cast<std::int64_t>(answer.rows.size()), "entry", "entries");
  const std::string page(command.options.OnPage(answer.head));
  PrintHeading(invocation, command.options, count + page + " about " + answer.head.subject, Ink::kBold, answer.head);
}

void PrintTimeline(Invocation& invocation, const TimelineCommand&, const TimelineAnswer& answer) {
  invocation.terminal.Line();
  if (answer.rows.empty()) invocation.terminal.Line(kNothingNamesIt);
  for (const TimelineRow& row : answer.rows) PrintEntry(invocation, row, answer.head.subject);
  PrintEvidence(invocation, answer.head);
  PrintNext(invocation, answer.head);
}

Result<Exit> RunTimeline(Invocation& invocation, const TimelineCommand& command) {
  if (auto s = command.chart.Check(command.options); !s) return tl::unexpected<Error>(s.error());
  const auto question = [&](library::Record& record, const Ask& ask) { return record.Timeline(command.ref, ask); };
  return RunCharted(invocation, command, question, PrintTimelineCsv, PrintHead, PrintTimeline, kNothingNamesIt);
}

struct DiffCommand {
  QuestionOptions options;
  library::WrittenDiff diff;
  bool beside = false;  // what would have been, beside what is
};

void PrintDiffCsv(Invocation& invocation, const DiffAnswer& answer) {
  invocation.terminal.Write(CsvLine({"ref", "change", "role_or_permission", "scope", "at", "cause"}));
  for (const DiffRow& row : answer.rows)
    invocation.terminal.Write(CsvLine({row.ref, row.change, row.role, row.scope, row.at ? CsvTime(*row.at) : "", row.cause}));
}

void PrintDiff(Invocation& invocation, const DiffCommand& command, const DiffAnswer& answer) {
  Terminal& out = invocation.terminal;
  std::int64_t gained = 0;
  for (const DiffRow& row : answer.rows) gained += row.change == "gained" ? 1 : 0;
  const std::int64_t lost = static_cast<std::int64_t>(answer.rows.size()) - gained;
  const std::string counts = WithCommas(gained) + " gained, " + WithCommas(lost) + " lost";
  const std::string heading = answer.rows.empty() ? "no difference" : counts + std::string(command.options.OnPage(answer.head));
  PrintHeading(invocation, command.options, heading, Ink::kBold, answer.head);
  if (answer.between_knowledges)
    out.Line(out.Paint(Ink::kDim, answer.known_before ? "compared with what was known as of " + At(answer.known_before->us)
                                                      : "compared with knowing nothing"));
  if (command.beside) out.Line(out.Paint(Ink::kDim, "compared with what is on record"));
  for (const DiffRow& row : answer.rows) {
    const bool gain = row.change == "gained";
    out.Line();
    out.Line(out.Paint(gain ? Ink::kGreen : Ink::kRed, (gain ? "+ " : "- ") + Fit(invocation, Escape(row.ref), 2)));
    out.Line("    " + Fit(invocation, Escape(row.role + (row.scope.empty() || row.scope == "*" ? "" : " on " + row.scope)), 4));
    const std::string cause = (row.at ? At(row.at->us) + "  " : std::string()) + row.cause + " " + Numbers(row.evidence);
    for (const std::string& line : Prose(invocation, cause, kColumns - 4)) out.Line(out.Paint(Ink::kDim, "    " + line));
  }
  PrintEvidence(invocation, answer.head);
  PrintNext(invocation, answer.head);
}

Result<Exit> RunDiff(Invocation& invocation, const DiffCommand& given) {
  DiffCommand command = given;
  const auto question = [&](library::Record& record, const Ask& ask) -> Result<library::Told<DiffAnswer>> {
    auto asked = library::ReadDiff(command.diff, ask, library::Spelling::kOptions, invocation.now);
    if (!asked) return tl::unexpected<Error>(asked.error());
    command.beside = asked->without;
    return record.Diff(*asked, ask);
  };
  return RunList(invocation, command, question, PrintDiffCsv, PrintDiff);
}

}  // namespace

void AddTimeline(CLI::App& app, Invocation& invocation) {
  auto* sub =
      app.add_subcommand("timeline", "The story of an identity, role or group: every event that touched it, and what is missing");
  auto command = std::make_shared<TimelineCommand>();
  sub->add_option("REF", command->ref, "The identity, group or role")->required();
  command->options.AddTo(*sub, {.when = true, .pages = true, .csv = true, .without = true});
  command->chart.AddTo(*sub);
  sub->footer(
      "Examples: everything that happened to the robot that day; its life as a picture, and in a file\n"
      "  tenure timeline service_account:ci-robot-42 --during 2026-05-01/2026-05-02\n"
      "  tenure timeline service_account:ci-robot-42 --chart\n"
      "  tenure timeline service_account:ci-robot-42 --chart robot.svg");
  sub->callback(
      [&invocation, command] { invocation.run = [&invocation, command] { return RunTimeline(invocation, *command); }; });
}

void AddDiff(CLI::App& app, Invocation& invocation) {
  auto* sub = app.add_subcommand("diff", "What changed between two moments, or between two states of knowledge about one");
  auto command = std::make_shared<DiffCommand>();
  sub->add_option("REF", command->diff.ref, "Only this identity (default: everybody)");
  sub->add_option("--from", command->diff.from, "The earlier moment")->type_name("T");
  sub->add_option("--to", command->diff.to, "The later moment")->type_name("T");
  sub->add_option("--known-from", command->diff.known_from, "What was on record then (time or token)")->type_name("K");
  sub->add_option("--known-to", command->diff.known_to, "What was on record later (time or token)")->type_name("K");
  command->options.AddTo(*sub, {.when = true, .pages = true, .csv = true, .without = true});
  sub->footer(
      "Examples: who gained or lost authority in May; what later corrections changed about the first of May; what an event made "
      "of it\n"
      "  tenure diff --from 2026-05-01 --to 2026-06-01\n"
      "  tenure diff --known-from 2026-05-02 --known-to now --as-of 2026-05-01T09:30:00Z\n"
      "  tenure diff --without urn:iam,e-4711 --as-of 2026-05-01T09:30:00Z");
  sub->callback([&invocation, command] { invocation.run = [&invocation, command] { return RunDiff(invocation, *command); }; });
}

}  // namespace tenure::cli
