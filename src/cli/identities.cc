#include <CLI/CLI.hpp>
#include <memory>

#include "cli/answer_text.h"
#include "cli/answering.h"
#include "cli/commands.h"
#include "cli/csv.h"
#include "cli/moment.h"
#include "cli/table.h"
#include "cli/text.h"
#include "event/reference.h"
#include "library/json.h"

namespace tenure::cli {
namespace {

struct IdentitiesCommand {
  QuestionOptions options;
  IdentitiesQuestion question;
};

Ink InkOfStatus(const std::string& status) {
  if (status == "active") return Ink::kPlain;
  return status == "unrecorded" ? Ink::kYellow : Ink::kDim;
}

void PrintIdentitiesCsv(Invocation& invocation, const IdentitiesAnswer& answer) {
  invocation.terminal.Write(
      CsvLine({"ref", "type", "status", "owner", "environment", "display_name", "incarnation", "certainty", "from", "until"}));
  for (const IdentityRow& row : answer.rows)
    WriteCsvIntervals(invocation.terminal,
                      {row.ref, row.type, row.status, row.owner.value_or(""), row.environment.value_or(""),
                       row.display_name.value_or(""), std::to_string(row.incarnation)},
                      row.active, row.possibly_active);
}

// What can be no identity owns nothing, and an empty list would read as if it could.
Status CheckOwner(const IdentitiesQuestion& question) {
  if (question.owner.empty()) return {};
  auto status = event::CheckIdentity(question.owner);
  if (!status) status.error().blame = Blame::kCaller, status.error().reason = "--owner " + status.error().reason;
  return status;
}

std::string ActiveText(const IdentityRow& row, bool wide) {
  if (!row.active.empty()) {
    const Interval& one = row.active.back();
    return (one.from == kAlways ? "always" : At(one.from.us)) +
           (one.until == kForever || !wide ? "" : " until " + At(one.until.us));
  }
  return row.possibly_active.empty() ? "" : "unknown";
}

void PrintIdentities(Invocation& invocation, const IdentitiesCommand& command, const IdentitiesAnswer& answer) {
  const auto n = static_cast<std::int64_t>(answer.rows.size());
  const std::string heading = Count(n, "identity", "identities") + std::string(command.options.OnPage(answer.head));
  PrintHeading(invocation, command.options, heading, Ink::kBold, answer.head);
  invocation.terminal.Line();
  Table table({{"IDENTITY", true, 24}, {"STATUS"}, {"OWNER", true, 12}, {"ENVIRONMENT", true, 8}, {"ACTIVE SINCE"}});
  for (const IdentityRow& row : answer.rows)
    table.Add({row.ref, row.status, row.owner.value_or(""), row.environment.value_or(""), ActiveText(row, invocation.wide)},
              InkOfStatus(row.status));
  table.Print(invocation.terminal, invocation.wide);
  PrintNext(invocation, answer.head);
}

Result<Exit> RunIdentities(Invocation& invocation, const IdentitiesCommand& command) {
  if (auto s = CheckOwner(command.question); !s) return tl::unexpected<Error>(s.error());
  const auto briefly = [](library::Record& record, const Ask& ask) { return record.ActiveBriefly(ask); };
  if (command.options.Brief()) return RunBrief(invocation, command.options, command.question, briefly, kListExit);
  const auto question = [&](library::Record& record, const Ask& ask) { return record.Identities(command.question, ask); };
  return RunList(invocation, command, question, PrintIdentitiesCsv, PrintIdentities);
}

struct ShowCommand {
  QuestionOptions options;
  std::string ref;
};

std::string_view LiveWord(Decision live) {
  return live == Decision::kYes ? "live" : live == Decision::kUnknown ? "unknown" : "ended";
}

constexpr std::size_t kLabel = 16;  // of a field's name, with the space after it

// A block each: what is wrong with a credential must not be shortened away.
void PrintCredentials(Invocation& invocation, const ShowAnswer& answer) {
  Terminal& out = invocation.terminal;
  const std::string indent(kLabel + 2, ' ');
  for (const CredentialRow& row : answer.credentials) {
    const Ink ink = row.live == Decision::kYes ? Ink::kPlain : row.live == Decision::kUnknown ? Ink::kYellow : Ink::kDim;
    std::vector<std::string> notes;
    if (row.compromised_at) notes.push_back("COMPROMISED at " + At(row.compromised_at->us));
    if (row.not_before) notes.push_back("from " + At(row.not_before->us));
    if (row.expires_at) notes.push_back("expires " + At(row.expires_at->us));
    if (!row.replaced_by.empty()) notes.push_back("replaced by " + row.replaced_by);
    out.Line();
    const std::string kind = row.kind.empty() ? "" : ", " + Escape(row.kind);
    const std::string tail = kind + ", " + std::string(LiveWord(row.live)) + " " + Numbers(row.evidence);
    out.Line(out.Paint(
        ink, "  " + Pad("credential", kLabel) + Fit(invocation, Escape(row.credential), kLabel + 2 + Width(tail)) + tail));
    for (const std::string& note : notes) out.Line(out.Paint(ink, indent + Fit(invocation, Escape(note), kLabel + 2)));
  }
}

void PrintShow(Invocation& invocation, const ShowCommand& command, const ShowAnswer& answer) {
  Terminal& out = invocation.terminal;
  const IdentityRow& who = answer.identity;
  PrintHeading(invocation, command.options, who.status + " — " + who.ref, who.status == "active" ? Ink::kGreen : Ink::kYellow,
               answer.head);
  out.Line();
  const auto field = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) out.Line("  " + Pad(name, kLabel) + Fit(invocation, Escape(value), kLabel + 2));
  };
  field("name", who.display_name.value_or(""));
  field("owner", who.owner.value_or("nobody"));
  field("environment", who.environment.value_or(""));
  if (who.incarnation > 1) field("incarnation", std::to_string(who.incarnation) + " (the name was used before)");
  for (const Interval& one : who.active) field("active", Span(one));
  for (const Interval& one : who.possibly_active) field("perhaps active", Span(one));
  if (answer.attributes != "{}") {
    std::string_view name = "attributes";
    for (const std::string& line : Wrap(Escape(answer.attributes), kColumns - kLabel - 2)) {
      out.Line("  " + Pad(name, kLabel) + line);
      name = "";
    }
  }
  for (const std::string& other : answer.linked) field("same as", other);
  field("by", Numbers(who.evidence));
  PrintCredentials(invocation, answer);
  PrintEvidence(invocation, answer.head);
}

Result<Exit> RunShow(Invocation& invocation, const ShowCommand& command) {
  auto ask = command.options.ToAsk(invocation.now);
  if (!ask) return tl::unexpected<Error>(ask.error());
  auto record = invocation.Reach();
  if (!record) return tl::unexpected<Error>(record.error());
  auto told = (*record)->Show(command.ref, *ask);
  if (!told) return tl::unexpected<Error>(told.error());
  if (command.options.Output() == Form::kJson) invocation.terminal.Line(told->Json());
  else PrintShow(invocation, command, told->answer);
  return command.options.ExitFor(told->answer.head, Exit::kOk);
}

}  // namespace

void AddIdentities(CLI::App& app, Invocation& invocation) {
  auto* sub = app.add_subcommand("identities", "Who existed: every identity on record at a moment or within a window");
  auto command = std::make_shared<IdentitiesCommand>();
  sub->add_option("--type", command->question.type, "Only this type: user, service_account, workload, agent, group, ...")
      ->type_name("TYPE");
  sub->add_option("--status", command->question.status,
                  "Only this status: active, pending, suspended, expired, retired, absent, unrecorded "
                  "(default: registered and not retired)")
      ->type_name("STATUS");
  auto* owner = sub->add_option("--owner", command->question.owner, "Only those this identity owns")->type_name("REF");
  sub->add_flag("--unowned", command->question.unowned, "Only those nobody owns")->excludes(owner);
  command->options.AddTo(*sub, {.when = true, .pages = true, .csv = true, .brief = true, .without = true});
  sub->footer(
      "Example: robots that nobody owned on the first of May\n"
      "  tenure identities --type service_account --unowned --as-of 2026-05-01");
  sub->callback(
      [&invocation, command] { invocation.run = [&invocation, command] { return RunIdentities(invocation, *command); }; });
}

void AddShow(CLI::App& app, Invocation& invocation) {
  auto* sub = app.add_subcommand("show", "One identity: status, owner, attributes, credentials, links");
  auto command = std::make_shared<ShowCommand>();
  sub->add_option("REF", command->ref, "The identity, such as user:alice")->required();
  command->options.AddTo(*sub, {.when = true, .without = true});
  sub->footer(
      "Example: what we knew of a robot when it was used\n"
      "  tenure show service_account:ci-robot-42 --as-of 2026-05-01T09:30:00Z");
  sub->callback([&invocation, command] { invocation.run = [&invocation, command] { return RunShow(invocation, *command); }; });
}

}  // namespace tenure::cli
