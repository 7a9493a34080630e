// why-held and controls: how an authority came to be, and who owned the controls that acted.
#include <CLI/CLI.hpp>
#include <memory>

#include "cli/answer_text.h"
#include "cli/answering.h"
#include "cli/commands.h"
#include "cli/csv.h"
#include "cli/moment.h"
#include "cli/table.h"
#include "cli/text.h"

namespace tenure::cli {
namespace {

struct WhyHeldCommand {
  QuestionOptions options;
  std::string ref, what, resource;
};

void PrintWhyHeldCsv(Invocation& invocation, const WhyHeldAnswer& answer) {
  invocation.terminal.Write(CsvLine({"grant", "granted_to", "role", "scope", "what", "at", "until", "by", "text"}));
  for (const ChainRow& row : answer.rows) {
    const AuthorityRow& held = row.authority;
    for (const ChainStep& step : row.steps)
      invocation.terminal.Write(
          CsvLine({held.grant, held.granted_to, held.role, held.scope, step.what, step.at ? CsvTime(*step.at) : "",
                   step.until ? CsvTime(*step.until) : "", step.by, step.text}));
    for (const ChainGap& gap : row.gaps)
      invocation.terminal.Write(
          CsvLine({held.grant, held.granted_to, held.role, held.scope, "gap: " + gap.gap, "", "", "", gap.text}));
  }
}

std::string StepText(const ChainStep& step) {
  std::string text = step.what;
  if (!step.by.empty()) text += " by " + step.by;
  if (step.part == ChainPart::kUse) text += ", " + Count(step.count, "time", "times");
  if (step.until) text += " until " + At(step.until->us);
  return step.text.empty() ? text : text + ": " + step.text;
}

void PrintChain(Invocation& invocation, const ChainRow& row) {
  Terminal& out = invocation.terminal;
  const AuthorityRow& held = row.authority;
  out.Line();
  std::string title =
      "grant " + held.grant + " of " + (held.role.empty() ? "permissions of its own" : held.role) + " on " + held.scope;
  if (held.granted_to != held.principal) title += " to " + held.granted_to;
  out.Line("  " + out.Paint(Ink::kBold, Fit(invocation, Escape(title), 2)));
  out.Line("  " + out.Paint(StatusInk(held.status), StatusWord(held.status)));
  for (const ChainStep& step : row.steps) {
    const std::string left = "  " + Pad(step.at ? At(step.at->us) : "-", 20) + "  ";
    bool first = true;
    for (const std::string& line : Prose(invocation, StepText(step) + " " + Numbers(step.evidence), kColumns - Width(left))) {
      out.Line((first ? left : std::string(Width(left), ' ')) + line);
      first = false;
    }
  }
  for (const ChainGap& gap : row.gaps) {
    bool first = true;
    for (const std::string& line : Prose(invocation, gap.text + " " + Numbers(gap.evidence), kColumns - 6)) {
      out.Line((first ? "  ! " : "    ") + out.Paint(Ink::kYellow, line));
      first = false;
    }
  }
}

void PrintWhyHeld(Invocation& invocation, const WhyHeldCommand& command, const WhyHeldAnswer& answer) {
  const auto& asked = answer.asked;
  const std::string what = asked.role.empty() ? asked.action + " on " + asked.resource : asked.role;
  const auto n = static_cast<std::int64_t>(answer.rows.size());
  const std::string heading = answer.head.subject + (n == 0 ? " holds no grant that gives " : " holds " + what + " by ") +
                              (n == 0 ? what : Count(n, "grant", "grants")) + std::string(command.options.OnPage(answer.head));
  PrintHeading(invocation, command.options, heading, Ink::kBold, answer.head);
  for (const ChainRow& row : answer.rows) PrintChain(invocation, row);
  if (n != 0) PrintEvidence(invocation, answer.head);
  PrintNext(invocation, answer.head);
}

Result<Exit> RunWhyHeld(Invocation& invocation, const WhyHeldCommand& command) {
  WhyHeldQuestion question{command.ref, "", "", ""};
  if (command.resource.empty()) question.role = command.what;
  else question.action = command.what, question.resource = command.resource;
  return RunList(
      invocation, command, [&](library::Record& record, const Ask& ask) { return record.WhyHeld(question, ask); },
      PrintWhyHeldCsv, PrintWhyHeld);
}

struct ControlsCommand {
  QuestionOptions options;
  std::string policy_file;
};

void PrintControlsCsv(Invocation& invocation, const ControlsAnswer& answer) {
  invocation.terminal.Write(
      CsvLine({"plane", "source", "control_owner", "verified_writer", "actor", "events", "identities", "credentials", "roles",
               "grants", "memberships", "ended", "first", "last", "marks", "bundled"}));
  for (const ControlRow& row : answer.rows)
    invocation.terminal.Write(
        CsvLine({row.plane, row.source, row.control_owner, row.verified_writer, row.actor, std::to_string(row.events),
                 std::to_string(row.identities), std::to_string(row.credentials), std::to_string(row.roles),
                 std::to_string(row.grants), std::to_string(row.memberships), std::to_string(row.ended), CsvTime(row.first),
                 CsvTime(row.last), Joined(row.marks, " "), Joined(row.bundled, " ")}));
}

std::string DidText(const ControlRow& row) {
  std::vector<std::string> parts;
  const auto add = [&](std::int64_t n, std::string_view one, std::string_view many) {
    if (n != 0) parts.push_back(Count(n, one, many));
  };
  add(row.identities, "identity", "identities");
  add(row.credentials, "credential", "credentials");
  add(row.roles, "role", "roles");
  add(row.grants, "grant", "grants");
  add(row.memberships, "membership", "memberships");
  add(row.ended, "end", "ends");
  return parts.empty() ? Count(row.events, "other event", "other events") : Joined(parts, ", ");
}

void PrintControls(Invocation& invocation, const ControlsCommand& command, const ControlsAnswer& answer) {
  Terminal& out = invocation.terminal;
  const auto n = static_cast<std::int64_t>(answer.rows.size());
  PrintHeading(invocation, command.options,
               Count(n, "control", "controls") + " that acted" + std::string(command.options.OnPage(answer.head)), Ink::kBold,
               answer.head);
  for (const ControlRow& row : answer.rows) {
    out.Line();
    const std::string owner = row.control_owner.empty() ? "its events name no control owner" : "owned by " + row.control_owner;
    out.Line("  " + out.Paint(Ink::kBold, Fit(invocation, Escape(row.plane + "  " + row.source + ", " + owner), 2)));
    const std::string writer = row.verified_writer.empty() ? "" : ", written by " + row.verified_writer;
    const std::string actor = row.actor.empty() ? "nobody who says so" : row.actor;
    for (const std::string& line :
         Prose(invocation, actor + writer + ": " + DidText(row) + " " + Numbers(row.evidence), kColumns - 4))
      out.Line("    " + line);
    if (!row.marks.empty()) out.Line("    " + out.Paint(Ink::kYellow, "! " + Joined(row.marks, ", ")));
    if (row.bundled_count > 0)
      for (const std::string& line :
           Prose(invocation,
                 "the same actor on both planes for " + Joined(row.bundled, ", ") +
                     (row.bundled_count > static_cast<std::int64_t>(row.bundled.size()) ? " and others" : ""),
                 kColumns - 6))
        out.Line("      " + line);
  }
  if (n != 0 && n <= 12) PrintEvidence(invocation, answer.head);
  PrintNext(invocation, answer.head);
}

Result<Exit> RunControls(Invocation& invocation, const ControlsCommand& command) {
  auto policy = invocation.PolicyGiven(command.policy_file);
  if (!policy) return tl::unexpected<Error>(policy.error());
  return RunList(
      invocation, command, [&](library::Record& record, const Ask& ask) { return record.Controls(*policy, ask); },
      PrintControlsCsv, PrintControls);
}

}  // namespace

void AddWhyHeld(CLI::App& app, Invocation& invocation) {
  auto* sub = app.add_subcommand("why-held", "The life of an authority: asked for, approved, given, used, looked at, ended");
  auto command = std::make_shared<WhyHeldCommand>();
  sub->add_option("REF", command->ref, "The identity, such as user:alice")->required();
  sub->add_option("ROLE|ACTION", command->what, "A role, or with RESOURCE an action")->required();
  sub->add_option("RESOURCE", command->resource, "On which the action is");
  command->options.AddTo(*sub, {.when = true, .pages = true, .csv = true});
  sub->footer(
      "Example: who gave a robot its admin role, and was that in order\n"
      "  tenure why-held service_account:ci-robot-42 role:prod-admin --as-of 2026-03-14T02:17:00Z");
  sub->callback([&invocation, command] { invocation.run = [&invocation, command] { return RunWhyHeld(invocation, *command); }; });
}

void AddControls(CLI::App& app, Invocation& invocation) {
  auto* sub =
      app.add_subcommand("controls", "Who created identities and granted authority, through which system, and who owns it");
  auto command = std::make_shared<ControlsCommand>();
  sub->add_option("--policy", command->policy_file, "Which sources are configured (default: DIR/policy.json)")->type_name("FILE");
  command->options.AddTo(*sub, {.when = true, .pages = true, .csv = true});
  sub->footer(
      "Example: the controls that acted in March\n"
      "  tenure controls --during 2026-03-01/2026-04-01");
  sub->callback(
      [&invocation, command] { invocation.run = [&invocation, command] { return RunControls(invocation, *command); }; });
}

}  // namespace tenure::cli
