#include "cli/question.h"

#include <CLI/CLI.hpp>
#include <charconv>

#include "event/clock.h"

namespace tenure::cli {
namespace {

struct Lag {
  bool records = true;  // else seconds
  std::int64_t most = 0;
};

std::optional<Lag> ParseLag(std::string_view text) {
  Lag lag;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), lag.most);
  if (error != std::errc{} || lag.most < 0) return std::nullopt;
  const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  if (unit.empty()) return lag;
  constexpr std::pair<std::string_view, std::int64_t> kUnits[] = {{"s", 1}, {"m", 60}, {"h", 3'600}, {"d", 86'400}};
  for (const auto& [name, seconds] : kUnits)
    if (unit == name && lag.most <= 1'000'000'000) return Lag{false, lag.most * seconds};
  return std::nullopt;
}

// A token is anything that doesn't look like a time; a time that is wrong must be told as one.
bool LooksLikeTime(std::string_view text) {
  if (text.substr(0, 3) == "now") return true;
  constexpr std::string_view kShape = "0000-00-00";
  if (text.size() < kShape.size()) return false;
  for (std::size_t i = 0; i < kShape.size(); ++i)
    if (kShape[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != '-') return false;
  return true;
}

}  // namespace

void QuestionOptions::AddTo(CLI::App& command, Has has) {
  if (has.when) {
    auto* as_of =
        command.add_option("--as-of", as_of_, "The moment asked about (default now): 2023-07-10T12:26:00Z, 2023-07-10, now-2h")
            ->type_name("T");
    command.add_option("--during", during_, "A window instead, its end excluded")->type_name("FROM/UNTIL")->excludes(as_of);
  }
  command.add_option("--as-known-at", as_known_at_, "What was on record then: a time, or the position of an earlier answer")
      ->type_name("K");
  if (has.pages) {
    command.add_option("--limit", limit_, "Rows a page (default 100)")->check(CLI::Range(1, 1'000'000))->type_name("N");
    command.add_option("--cursor", cursor_, "The next page: `next` of the page before")->type_name("C");
  }
  auto* json = command.add_flag("--json", json_, "The whole answer as one line of JSON");
  if (has.csv)
    command
        .add_flag("--csv", csv_, "The rows as CSV; that there are more, or that they are uncertain, is said on standard error")
        ->excludes(json);
  AddLagTo(command);
}

void QuestionOptions::AddLagTo(CLI::App& command) {
  command.add_option("--max-lag", max_lag_, "Exit 3 if the answer is further behind the log: 0 (records), 30s, 5m")
      ->type_name("LAG");
}

Result<EffectiveTime> ParseMoment(const std::string& option, const std::string& text, EffectiveTime now) {
  auto time = event::ParseQuestionTime(text, now);
  if (time) return time;
  Error error = time.error();
  error.reason = option + " " + error.reason;
  error.blame = Blame::kCaller;
  return tl::unexpected<Error>(error);
}

Result<AsKnownAt> ParseKnowledge(const std::string& text, EffectiveTime now) {
  if (text.empty()) return AsKnownAt{};
  if (!LooksLikeTime(text)) return AsKnownAt{text};
  auto time = ParseMoment("--as-known-at", text, now);
  if (!time) return tl::unexpected<Error>(time.error());
  return AsKnownAt{RecordedTime{time->us}};
}

Result<Ask> QuestionOptions::ToAsk(EffectiveTime now) const {
  Ask ask;
  if (!as_of_.empty()) {
    auto time = ParseMoment("--as-of", as_of_, now);
    if (!time) return tl::unexpected<Error>(time.error());
    ask.when.as_of = *time;
  }
  if (!during_.empty()) {
    const auto slash = during_.find('/');
    if (slash == std::string::npos)
      return Fail("during_malformed", "\"" + during_ + "\" is not a window",
                  "write --during FROM/UNTIL, such as 2023-07-10/2023-07-11", Blame::kCaller);
    auto from = ParseMoment("--during", during_.substr(0, slash), now);
    if (!from) return tl::unexpected<Error>(from.error());
    auto until = ParseMoment("--during", during_.substr(slash + 1), now);
    if (!until) return tl::unexpected<Error>(until.error());
    ask.when.during = Interval{*from, *until};
  }
  auto knowledge = ParseKnowledge(as_known_at_, now);
  if (!knowledge) return tl::unexpected<Error>(knowledge.error());
  ask.as_known_at = std::move(*knowledge);
  if (auto s = CheckLag(); !s) return tl::unexpected<Error>(s.error());
  ask.page = {limit_, cursor_};
  return ask;
}

Status QuestionOptions::CheckLag() const {
  if (max_lag_.empty() || ParseLag(max_lag_)) return {};
  return Fail("max_lag_malformed", "\"" + max_lag_ + "\" is not a lag", "write records (--max-lag 0) or a time (30s, 5m, 2h)",
              Blame::kCaller);
}

bool QuestionOptions::TooFarBehind(const AnswerHead& head) const {
  const auto lag = ParseLag(max_lag_);
  return lag && (lag->records ? head.behind_records : head.behind_seconds) > lag->most;
}

std::string_view QuestionOptions::OnPage(const AnswerHead& head) const {
  return cursor_.empty() && head.next.empty() ? "" : " on this page";
}

Exit QuestionOptions::ExitFor(const AnswerHead& head, Exit own) const {
  if (own == Exit::kUsage || own == Exit::kFault) return own;
  return !head.complete || head.before_record || TooFarBehind(head) ? Exit::kUnknown : own;
}

}  // namespace tenure::cli
