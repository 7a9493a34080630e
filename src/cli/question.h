#pragma once
// The options that questions share, and how they become an Ask.
#include <optional>
#include <string>
#include <string_view>

#include "cli/invocation.h"
#include "tenure/answer.h"

namespace tenure::cli {

enum class Form { kHuman, kJson, kCsv };

class QuestionOptions {
 public:
  // Which of them a question has. All have --as-known-at, --json and --max-lag.
  struct Has {
    bool when = true, pages = false, csv = false, brief = false, without = false;
  };
  void AddTo(CLI::App& command, Has has);
  // --max-lag alone.
  void AddLagTo(CLI::App& command);

  // Errors (kCaller): a time that can't be read or names no zone, a moment and a window together, --max-lag.
  Result<Ask> ToAsk(EffectiveTime now) const;
  Status CheckLag() const;
  // Without --limit all rows, as far as one page goes: for what is handed on as a whole.
  void WholeByDefault() { limit_by_default_ = kRowsMax; }
  bool Brief() const { return detail_ == "brief"; }
  Form Output() const { return json_ ? Form::kJson : csv_ ? Form::kCsv : Form::kHuman; }

  // What the answer's head makes of the exit code that the answer itself gives: too far behind, incomplete and before the
  // record are unknown (3).
  Exit ExitFor(const AnswerHead& head, Exit own) const;
  bool TooFarBehind(const AnswerHead& head) const;
  // For headings: " on this page" where rows stand before or after these, else "".
  std::string_view OnPage(const AnswerHead& head) const;

 private:
  static constexpr std::int64_t kRowsMax = 1'000'000;
  std::string as_of_, during_, as_known_at_, cursor_, max_lag_, detail_ = "full";
  std::int64_t limit_ = 0, limit_by_default_ = 100;  // 0: none was given
  std::vector<std::string> without_;
  bool json_ = false, csv_ = false;
};

// K or token, as --as-known-at, --known-from and --known-to take it.
Result<AsKnownAt> ParseKnowledge(const std::string& text, EffectiveTime now);
Result<EffectiveTime> ParseMoment(const std::string& option, const std::string& text, EffectiveTime now);

}  // namespace tenure::cli
