#include "cli/question.h"

#include <CLI/CLI.hpp>

#include "library/written_ask.h"

namespace tenure::cli {
void QuestionOptions::AddTo(CLI::App& command, Has has) {
  if (has.when) {
    auto* as_of =
        command.add_option("--as-of", as_of_, "The moment asked about (default now): 2023-07-10T12:26:00Z, 2023-07-10, now-2h")
            ->type_name("T");
    command.add_option("--during", during_, "A window instead, its end excluded")->type_name("FROM/UNTIL")->excludes(as_of);
  }
  command.add_option("--as-known-at", as_known_at_, "What was on record then: a time, or the position of an earlier answer")
      ->type_name("K");
  if (has.without)
    command
        .add_option("--without", without_,
                    "What would have been without this event, named as evidence names it; give it once for each")
        ->type_name("SOURCE,ID")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  if (has.pages) {
    command.add_option("--limit", limit_, "Rows a page (default 100)")
        ->check(CLI::Range(std::int64_t{1}, kRowsMax))
        ->type_name("N");
    command.add_option("--cursor", cursor_, "The next page: `next` of the page before")->type_name("C");
  }
  auto* json = command.add_flag("--json", json_, "The whole answer as one line of JSON");
  if (has.csv)
    command
        .add_flag("--csv", csv_, "The rows as CSV; that there are more, or that they are uncertain, is said on standard error")
        ->excludes(json);
  if (has.brief)
    command
        .add_option("--detail", detail_, "full (default), or brief: the answer of a moment without extents, paths and reasons")
        ->check(CLI::IsMember({"full", "brief"}))
        ->type_name("DETAIL");
  AddLagTo(command);
}

void QuestionOptions::AddLagTo(CLI::App& command) {
  command.add_option("--max-lag", max_lag_, "Exit 3 if the answer is further behind the log: 0 (records), 30s, 5m")
      ->type_name("LAG");
}

Result<EffectiveTime> ParseMoment(const std::string& option, const std::string& text, EffectiveTime now) {
  return library::ReadMoment(option, text, now);
}

Result<AsKnownAt> ParseKnowledge(const std::string& text, EffectiveTime now) {
  return library::ReadKnowledge("--as-known-at", text, now);
}

Result<Ask> QuestionOptions::ToAsk(EffectiveTime now) const {
  return library::ReadAsk({as_of_, during_, as_known_at_, cursor_, max_lag_, limit_ > 0 ? limit_ : limit_by_default_, without_},
                          library::Spelling::kOptions, now);
}

Status QuestionOptions::CheckLag() const { return library::CheckLag(max_lag_, library::Spelling::kOptions); }

bool QuestionOptions::TooFarBehind(const AnswerHead& head) const { return library::TooFarBehind(head, max_lag_); }

std::string_view QuestionOptions::OnPage(const AnswerHead& head) const {
  return cursor_.empty() && head.next.empty() ? "" : " on this page";
}

Exit QuestionOptions::ExitFor(const AnswerHead& head, Exit own) const {
  if (own == Exit::kUsage || own == Exit::kFault) return own;
  return !head.complete || head.before_record || TooFarBehind(head) ? Exit::kUnknown : own;
}

}  // namespace tenure::cli
