// review: campaigns, what became of one, and what none ever looked at.
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

struct ReviewCommand {
  QuestionOptions options;
  std::string review;
};

std::string TimeOrNothing(const OptionalTime& time) { return time ? At(time->us) : ""; }
std::string CsvOrNothing(const OptionalTime& time) { return time ? CsvTime(*time) : ""; }

std::string ScopeText(const ReviewSummary& review) {
  std::vector<std::string> parts;
  if (!review.role.empty()) parts.push_back(review.role);
  if (!review.resource.empty()) parts.push_back("on " + review.resource);
  if (!review.owner.empty()) parts.push_back("owned by " + review.owner);
  if (!review.identities.empty()) parts.push_back(Joined(review.identities, ", "));
  return parts.empty() ? "everything" : Joined(parts, ", ");
}

void PrintReviewsCsv(Invocation& invocation, const ReviewsAnswer& answer) {
  invocation.terminal.Write(CsvLine({"review", "reviewer", "scope", "as_of", "opened_at", "due_at", "closed_at", "holdings",
                                     "decided", "kept", "revoked", "changed", "overdue", "not_carried_out"}));
  for (const ReviewSummary& r : answer.rows)
    invocation.terminal.Write(CsvLine({r.review, r.reviewer, ScopeText(r), CsvTime(r.as_of), CsvTime(r.opened_at),
                                       CsvOrNothing(r.due_at), CsvOrNothing(r.closed_at), std::to_string(r.holdings),
                                       std::to_string(r.decided), std::to_string(r.kept), std::to_string(r.revoked),
                                       std::to_string(r.changed), std::to_string(r.overdue), std::to_string(r.not_carried_out)}));
}

void PrintReviews(Invocation& invocation, const ReviewCommand& command, const ReviewsAnswer& answer) {
  const auto n = static_cast<std::int64_t>(answer.rows.size());
  PrintHeading(invocation, command.options, Count(n, "review", "reviews") + std::string(command.options.OnPage(answer.head)),
               Ink::kBold, answer.head);
  invocation.terminal.Line();
  Table table({{"REVIEW", true, 16},
               {"SCOPE", true, 12},
               {"OPENED"},
               {"DECIDED", false, 0, true},
               {"OVERDUE", false, 0, true},
               {"NOT DONE", false, 0, true}});
  for (const ReviewSummary& r : answer.rows)
    table.Add(
        {r.review, ScopeText(r), At(r.opened_at.us).substr(0, 10), std::to_string(r.decided) + "/" + std::to_string(r.holdings),
         r.overdue == 0 ? "" : std::to_string(r.overdue), r.not_carried_out == 0 ? "" : std::to_string(r.not_carried_out)},
        r.overdue + r.not_carried_out == 0 ? Ink::kPlain : Ink::kYellow);
  table.Print(invocation.terminal, invocation.wide);
  PrintNext(invocation, answer.head);
}

void WriteHoldings(Invocation& invocation, const std::vector<HoldingRow>& rows) {
  invocation.terminal.Write(CsvLine({"principal", "kind", "holding", "role", "scope", "since", "decision", "decided_at",
                                     "reviewer", "state", "carried_out_at", "open_days"}));
  for (const HoldingRow& row : rows)
    invocation.terminal.Write(CsvLine({row.principal, row.kind, row.holding, row.role, row.scope, CsvOrNothing(row.since),
                                       row.decision, CsvOrNothing(row.decided_at), row.reviewer, row.state,
                                       CsvOrNothing(row.carried_out_at), std::to_string(row.open_days)}));
}

void PrintHoldings(Invocation& invocation, const std::vector<HoldingRow>& rows) {
  Table table({{"PRINCIPAL", true, 16}, {"HOLDING", true, 12}, {"ROLE", true, 10}, {"STATE"}, {"DAYS", false, 0, true}});
  for (const HoldingRow& row : rows) {
    std::string state = row.state.empty() ? "never reviewed" : row.state;
    for (char& c : state) c = c == '_' ? ' ' : c;
    const bool late = row.state == "overdue" || row.state.ends_with("not_carried_out");
    table.Add({row.principal, row.kind == "grant" ? row.holding : row.kind + " " + row.holding, row.role, state,
               row.open_days == 0 ? "" : std::to_string(row.open_days)},
              late ? Ink::kYellow : Ink::kPlain);
  }
  table.Print(invocation.terminal, invocation.wide);
}

void PrintReview(Invocation& invocation, const ReviewCommand& command, const ReviewAnswer& answer) {
  Terminal& out = invocation.terminal;
  const ReviewSummary& r = answer.review;
  PrintHeading(invocation, command.options,
               r.review + ": " + std::to_string(r.decided) + " of " + Count(r.holdings, "holding", "holdings") + " decided",
               Ink::kBold, answer.head);
  out.Line();
  const auto field = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) out.Line("  " + Pad(name, 16) + Fit(invocation, Escape(value), 18));
  };
  field("scope", ScopeText(r) + " as of " + At(r.as_of.us));
  field("reviewer", r.reviewer);
  field("opened", At(r.opened_at.us) + (r.due_at ? ", due " + At(r.due_at->us) : ""));
  field("closed", TimeOrNothing(r.closed_at));
  field("decided",
        std::to_string(r.kept) + " keep, " + std::to_string(r.revoked) + " revoke, " + std::to_string(r.changed) + " change");
  if (r.overdue != 0) field("overdue", std::to_string(r.overdue));
  if (r.not_carried_out != 0) field("not carried out", std::to_string(r.not_carried_out));
  out.Line();
  PrintHoldings(invocation, answer.rows);
  PrintNext(invocation, answer.head);
}

void PrintUnreviewed(Invocation& invocation, const ReviewCommand& command, const UnreviewedAnswer& answer) {
  const auto n = static_cast<std::int64_t>(answer.rows.size());
  PrintHeading(invocation, command.options,
               Count(n, "grant", "grants") + " that no review looked at" + std::string(command.options.OnPage(answer.head)),
               Ink::kBold, answer.head);
  invocation.terminal.Line();
  PrintHoldings(invocation, answer.rows);
  PrintNext(invocation, answer.head);
}

template <class Ask_, class Csv, class Human>
void AddOne(CLI::App& review, Invocation& invocation, const char* name, const char* what, const char* example, bool named,
            Ask_ ask, Csv csv, Human human) {
  auto* sub = review.add_subcommand(name, what);
  auto command = std::make_shared<ReviewCommand>();
  if (named) sub->add_option("ID", command->review, "The review")->required();
  command->options.AddTo(*sub, {.when = true, .pages = true, .csv = true});
  sub->footer(example);
  sub->callback([&invocation, command, ask, csv, human] {
    invocation.run = [&invocation, command, ask, csv, human]() -> Result<Exit> {
      const auto question = [&](library::Record& record, const Ask& asked) { return ask(record, *command, asked); };
      return RunList(invocation, *command, question, csv, human);
    };
  });
}

}  // namespace

void AddReview(CLI::App& app, Invocation& invocation) {
  auto* review = app.add_subcommand("review", "Reviews: what was to be looked at, what was decided, and what became of it");
  review->require_subcommand(1);
  AddOne(
      *review, invocation, "list", "Every review opened by then", "Example\n  tenure review list --as-of 2026-04-01", false,
      [](library::Record& record, const ReviewCommand&, const Ask& ask) { return record.Reviews(ask); }, PrintReviewsCsv,
      PrintReviews);
  AddOne(
      *review, invocation, "status", "One review, holding by holding: coverage, what is overdue, what was decided and not done",
      "Example\n  tenure review status review-prod-admin-2026-02 --as-of 2026-03-14T02:17:00Z", true,
      [](library::Record& record, const ReviewCommand& command, const Ask& ask) { return record.Review(command.review, ask); },
      [](Invocation& to, const ReviewAnswer& answer) { WriteHoldings(to, answer.rows); }, PrintReview);
  AddOne(
      *review, invocation, "never", "Live grants that no review ever decided about",
      "Example\n  tenure review never --as-of 2026-04-01 --csv --limit 1000000", false,
      [](library::Record& record, const ReviewCommand&, const Ask& ask) { return record.Unreviewed(ask); },
      [](Invocation& to, const UnreviewedAnswer& answer) { WriteHoldings(to, answer.rows); }, PrintUnreviewed);
}

}  // namespace tenure::cli
