#include <CLI/CLI.hpp>
#include <memory>

#include "cli/answer_text.h"
#include "cli/answering.h"
#include "cli/commands.h"
#include "cli/csv.h"
#include "cli/moment.h"
#include "cli/text.h"
#include "library/json.h"

namespace tenure::cli {
namespace {

struct ReachCommand {
  QuestionOptions options;
  ReachQuestion question;
  std::string from, until;
};

std::string KindWord(ReachKind kind) {
  constexpr std::string_view kWords[] = {"identity", "authority", "made", "use"};
  return std::string(kWords[static_cast<std::size_t>(kind)]);
}

std::string WhatOf(const ReachRow& row) {
  switch (row.kind) {
    case ReachKind::kIdentity:
      return "can act as " + row.as;
    case ReachKind::kAuthority:
      return (row.role.empty() ? "inline " + row.grant : row.role) + (row.scope == "*" ? "" : " on " + row.scope);
    case ReachKind::kMade:
      return row.change;
    case ReachKind::kUse:
      return row.action + (row.resource.empty() ? "" : " on " + row.resource);
  }
  return {};
}

void PrintReachCsv(Invocation& invocation, const ReachAnswer& answer) {
  invocation.terminal.Write(CsvLine({"reach", "at", "until", "who", "as", "status", "what", "grant", "granted_to", "outcome",
                                     "credential", "used", "used_first", "used_last", "used_apart"}));
  const auto time = [](const OptionalTime& t) { return t ? CsvTime(*t) : std::string(); };
  for (const ReachRow& row : answer.rows)
    invocation.terminal.Write(
        CsvLine({KindWord(row.kind), CsvTime(row.span.from), CsvTime(row.span.until), row.who, row.as,
                 std::string(library::StatusName(row.certain ? RowStatus::kEffective : RowStatus::kPossible)), WhatOf(row),
                 row.grant, row.granted_to, row.outcome, row.credential, std::to_string(row.used.count), time(row.used.first),
                 time(row.used.last), std::to_string(row.used_apart.count)}));
}

std::string UsedText(const ReachRow& row) {
  std::vector<std::string> parts;
  if (row.used.count > 0) {
    std::string text = Count(row.used.count, "use", "uses") + ", first " + At(row.used.first->us);
    if (row.used.last != row.used.first) text += ", last " + At(row.used.last->us);
    parts.push_back(text);
  }
  if (row.used_apart.count > 0) parts.push_back(Count(row.used_apart.count, "use", "uses") + " by another credential");
  return parts.empty() ? "never used" : Joined(parts, "; ");
}

Ink InkOf(const ReachRow& row) {
  if (row.kind == ReachKind::kMade) return Ink::kYellow;
  if (row.kind == ReachKind::kUse) return Ink::kDim;
  return row.certain ? Ink::kRed : Ink::kYellow;
}

// What was done counts once, as it was said; what could be reached says how long.
void PrintReachRow(Invocation& invocation, const ReachRow& row, const std::string& subject) {
  Terminal& out = invocation.terminal;
  const bool did = row.kind == ReachKind::kUse, made = row.kind == ReachKind::kMade;
  const std::string left = Pad(At(row.span.from.us), 20) + "  ";
  const std::string indent(Width(left), ' ');
  const auto tell = [&](const std::string& text, Ink ink, bool first = false) {
    bool lead = first;
    for (const std::string& line : Prose(invocation, text, kColumns - Width(left))) {
      out.Line((lead ? left : indent) + out.Paint(ink, line));
      lead = false;
    }
  };
  std::string what = WhatOf(row);
  if (made) what = "made: " + what;
  if (did) what = (row.outcome == "denied" ? "tried: " : "did: ") + what;
  if (row.kind == ReachKind::kAuthority && row.effect == RowEffect::kUnknown) what += ", effect unknown";
  if (!row.certain) what += " (possible)";
  if (row.denies_apply) what += " (denies apply)";
  tell(what + " " + Numbers(row.evidence), InkOf(row), true);
  if (row.who != subject) tell("by way of " + row.who, Ink::kDim);
  if (row.as != row.who && row.kind != ReachKind::kIdentity) tell("as " + row.as, Ink::kDim);
  if (did && row.ref != row.as) tell("on record as done by " + row.ref, Ink::kDim);
  if (made && row.change.find(row.ref) == std::string::npos) tell("of " + row.ref, Ink::kDim);
  if (row.followed) tell("its reach is followed below", Ink::kDim);
  if (!did && !made)
    tell(row.span.until == kForever
             ? "no end"
             : "until " + At(row.span.until.us) + " (" + Length(row.span.until.us - row.span.from.us) + ")",
         Ink::kDim);
  if (row.kind == ReachKind::kAuthority || did) tell(UsedText(row), Ink::kDim);
  PrintPath(invocation, row.path, false, indent);
}

void PrintReach(Invocation& invocation, const ReachCommand& command, const ReachAnswer& answer) {
  Terminal& out = invocation.terminal;
  std::int64_t counts[4] = {};
  for (const ReachRow& row : answer.rows) ++counts[static_cast<std::size_t>(row.kind)];
  std::string heading = answer.head.subject + " could reach " +
                        Count(counts[1], "stretch of authority", "stretches of authority") + " and act as others in " +
                        Count(counts[0], "stretch", "stretches") + "; made " + WithCommas(counts[2]) + ", " +
                        Count(counts[3], "kind of use", "kinds of use");
  if (static_cast<std::int64_t>(answer.rows.size()) < answer.total) heading += std::string(command.options.OnPage(answer.head));
  PrintHeading(invocation, command.options, heading, Ink::kBold, answer.head);
  for (const ReachRow& row : answer.rows) {
    out.Line();
    PrintReachRow(invocation, row, answer.head.subject);
  }
  PrintEvidence(invocation, answer.head);
  PrintNext(invocation, answer.head);
}

Result<Exit> RunReach(Invocation& invocation, const ReachCommand& command) {
  ReachQuestion question = command.question;
  auto from = ParseMoment("--from", command.from, invocation.now);
  if (!from) return tl::unexpected<Error>(from.error());
  question.window = {*from, kForever};
  if (!command.until.empty()) {
    auto until = ParseMoment("--until", command.until, invocation.now);
    if (!until) return tl::unexpected<Error>(until.error());
    question.window.until = *until;
  }
  const auto ask = [&](library::Record& record, const Ask& asked) { return record.BlastRadius(question, asked); };
  return RunList(invocation, command, ask, PrintReachCsv, PrintReach);
}

}  // namespace

void AddBlastRadius(CLI::App& app, Invocation& invocation) {
  auto* sub =
      app.add_subcommand("blast-radius", "All that an identity could reach from a moment on, what it did and what it made");
  auto command = std::make_shared<ReachCommand>();
  sub->add_option("REF", command->question.ref, "The identity, such as user:mallory")->required();
  sub->add_option("--from", command->from, "From when on it is not itself")->type_name("T")->required();
  sub->add_option("--until", command->until, "Until then (default: for ever)")->type_name("T");
  sub->add_option("--credential", command->question.credential, "Only uses by this credential were the intruder's")
      ->type_name("K");
  sub->add_option("--depth", command->question.depth, "How far to follow identities that it made (1)")
      ->check(CLI::Range(std::int64_t{0}, kReachDepthMax))
      ->type_name("N");
  command->options.AddTo(*sub, {.when = false, .pages = true, .csv = true, .without = true});
  sub->footer(
      "Example: how far a stolen key reached\n"
      "  tenure blast-radius user:mallory --from 2026-05-01T09:12:00Z --credential AKIA42");
  sub->callback([&invocation, command] { invocation.run = [&invocation, command] { return RunReach(invocation, *command); }; });
}

}  // namespace tenure::cli
