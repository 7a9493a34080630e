#include <CLI/CLI.hpp>
#include <map>
#include <memory>
#include <utility>

#include "cli/answer_text.h"
#include "cli/answering.h"
#include "cli/commands.h"
#include "cli/csv.h"
#include "cli/moment.h"
#include "cli/text.h"
#include "library/json.h"

namespace tenure::cli {
namespace {

struct WhatCommand {
  QuestionOptions options;
  ChartOption chart;
  std::string ref;
  bool on_paper = false;
};

std::string_view EffectWord(RowEffect effect) {
  return effect == RowEffect::kAllow ? "allow" : effect == RowEffect::kDeny ? "deny" : "unknown";
}

std::string InlineText(const std::vector<Permission>& permissions) {
  std::vector<std::string> parts;
  for (const Permission& p : permissions)
    parts.push_back(std::string(p.effect == Effect::kAllow ? "" : "deny ") + (p.not_actions ? "all but " : "") +
                    Joined(p.actions, ", ") + " on " + (p.not_resources ? "all but " : "") + Joined(p.resources, ", "));
  return Joined(parts, "; ");
}

void PrintRow(Invocation& invocation, const AuthorityRow& row) {
  Terminal& out = invocation.terminal;
  std::string title =
      (row.effect == RowEffect::kDeny ? "deny " : "") + (row.role.empty() ? "inline: " + InlineText(row.permissions) : row.role);
  if (row.scope != "*") title += " on " + row.scope;
  out.Line();
  out.Line(out.Paint(Ink::kBold, Fit(invocation, Escape(title), 0)));
  std::string state = out.Paint(StatusInk(row.status), StatusWord(row.status));
  if (row.effect == RowEffect::kUnknown) state += ", effect unknown";
  if (!row.because.empty()) state += " (" + Escape(Joined(row.because, ", ")) + ")";
  out.Line("  " + state);
  PrintIntervals(invocation, row.held, row.possibly, "  ");
  if (row.status == RowStatus::kOnPaper)
    for (const Interval& one : row.granted) out.Line("  granted   " + Span(one));
  out.Line("  grant     " + Fit(invocation, Escape(row.grant), 14 + Width(row.kind)) + ", " + Escape(row.kind));
  PrintPath(invocation, row.path, row.more_paths, "  ");
}

// "2 effective allows", "1 deny on paper only".
std::string CountText(std::int64_t n, RowStatus status, RowEffect effect) {
  constexpr std::string_view kOne[] = {"allow", "deny", "grant of unknown effect"};
  constexpr std::string_view kMany[] = {"allows", "denies", "grants of unknown effect"};
  const std::string noun((n == 1 ? kOne : kMany)[static_cast<std::size_t>(effect)]);
  if (status == RowStatus::kOnPaper) return WithCommas(n) + " " + noun + " on paper only";
  return WithCommas(n) + " " + std::string(StatusWord(status)) + " " + noun;
}

// A deny is nothing that anybody holds as authority, so it is never counted together with what is.
std::string HeadingOf(const WhatCommand& command, const WhatAnswer& answer) {
  if (answer.rows.empty()) return answer.head.subject + " holds nothing";
  std::map<std::pair<RowEffect, RowStatus>, std::int64_t> counts;
  for (const AuthorityRow& row : answer.rows) ++counts[{row.effect, row.status}];
  std::vector<std::string> parts;
  for (const auto& [of, n] : counts) parts.push_back(CountText(n, of.second, of.first));
  return answer.head.subject + " holds " + Joined(parts, ", ") + std::string(command.options.OnPage(answer.head));
}

void PrintHead(Invocation& invocation, const WhatCommand& command, const WhatAnswer& answer) {
  PrintHeading(invocation, command.options, HeadingOf(command, answer), Ink::kBold, answer.head);
}

void PrintWhat(Invocation& invocation, const WhatCommand&, const WhatAnswer& answer) {
  for (const AuthorityRow& row : answer.rows) PrintRow(invocation, row);
  PrintEvidence(invocation, answer.head);
  PrintNext(invocation, answer.head);
}

void PrintWhatCsv(Invocation& invocation, const WhatAnswer& answer) {
  invocation.terminal.Write(CsvLine({"principal", "role", "permissions", "scope", "effect", "kind", "grant", "granted_to",
                                     "status", "because", "certainty", "from", "until"}));
  for (const AuthorityRow& row : answer.rows)
    WriteCsvIntervals(invocation.terminal,
                      {row.principal, row.role, row.role.empty() ? library::ToJson(row.permissions) : "", row.scope,
                       std::string(EffectWord(row.effect)), row.kind, row.grant, row.granted_to,
                       std::string(library::StatusName(row.status)), Joined(row.because, ";")},
                      row.held, row.possibly);
}

Result<Exit> RunWhat(Invocation& invocation, const WhatCommand& command) {
  if (auto s = command.chart.Check(command.options); !s) return tl::unexpected<Error>(s.error());
  const auto briefly = [&](library::Record& record, const Ask& ask) { return record.WhatBriefly(command.ref, ask); };
  if (command.options.Brief())
    return RunBrief(invocation, command.options, library::GivenBeside{{"on-paper", command.on_paper}}, briefly, kListExit);
  const auto question = [&](library::Record& record, const Ask& ask) { return record.What(command.ref, command.on_paper, ask); };
  return RunCharted(invocation, command, question, PrintWhatCsv, PrintHead, PrintWhat, "Nothing to draw.");
}

}  // namespace

void AddWhat(CLI::App& app, Invocation& invocation) {
  auto* sub = app.add_subcommand("what", "What authority an identity held, from when until when, and by which path");
  auto command = std::make_shared<WhatCommand>();
  sub->add_option("REF", command->ref, "The identity, such as user:alice")->required();
  sub->add_flag("--on-paper", command->on_paper, "Also grants that are live while the identity, a group or the role is not");
  command->options.AddTo(*sub, {.when = true, .pages = true, .csv = true, .brief = true, .without = true});
  command->chart.AddTo(*sub);
  sub->footer(
      "Examples: what the robot could do at the moment of the incident; the same over that month, as a picture\n"
      "  tenure what service_account:ci-robot-42 --as-of 2026-05-01T09:30:00Z\n"
      "  tenure what service_account:ci-robot-42 --on-paper --during 2026-05-01/2026-06-01 --chart");
  sub->callback([&invocation, command] { invocation.run = [&invocation, command] { return RunWhat(invocation, *command); }; });
}

}  // namespace tenure::cli
