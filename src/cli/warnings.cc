#include "cli/warnings.h"

#include <algorithm>
#include <map>

#include "cli/answer_text.h"
#include "cli/moment.h"
#include "cli/text.h"

namespace tenure::cli {
namespace {

struct Warning {
  std::string_view code;
  std::string_view lead;  // of the text, where no code stands before it
  std::string text;
};

// One record may be in doubt about several keys and on several planes; it is one record all the same.
std::map<Position, std::vector<const TaintShown*>> ByRecord(const std::vector<TaintShown>& taints) {
  std::map<Position, std::vector<const TaintShown*>> records;
  for (const TaintShown& taint : taints) records[taint.position].push_back(&taint);
  return records;
}

std::string RecordText(const std::vector<const TaintShown*>& taints) {
  const TaintShown& first = *taints.front();
  std::vector<std::string> about;
  for (const TaintShown* taint : taints) {
    const std::string key = taint->key.empty() ? "anybody" : taint->key;
    if (std::find(about.begin(), about.end(), key) == about.end()) about.push_back(key);
  }
  return first.reason + " at " + Place(first.position) + ", about " + Joined(about, " and ");
}

void AddIncomplete(const AnswerHead& head, std::vector<Warning>& warnings) {
  constexpr std::size_t kShown = 5;
  const auto records = ByRecord(head.taints);
  std::string text = "what depends on this is unknown:";
  for (const TopicPartition& where : head.unread)
    text += " nothing of " + std::string(TopicName(where.topic)) + "/" + std::to_string(where.partition) + " is projected yet;";
  for (const std::string& limit : head.limits) text += " work limit " + limit + " was reached;";
  if (!records.empty())
    text += " " +
            Count(static_cast<std::int64_t>(records.size()), "record could not be taken as it is",
                  "records could not be taken as they are") +
            " (tenure dead-letters):";
  warnings.push_back({"incomplete", "incomplete: ", text});
  std::size_t shown = 0;
  for (const auto& [position, taints] : records)
    if (shown++ < kShown) warnings.push_back({"incomplete", "", RecordText(taints)});
  if (records.size() > kShown)
    warnings.push_back({"incomplete", "", "and " + WithCommas(static_cast<std::int64_t>(records.size() - kShown)) + " more"});
}

void AddWithout(const std::vector<EventName>& without, std::vector<Warning>& warnings) {
  constexpr std::size_t kShown = 5;
  const auto count = static_cast<std::int64_t>(without.size());
  warnings.push_back({"without", "", "not what is on record: what would have been without " + Count(count, "event", "events")});
  for (std::size_t i = 0; i < without.size() && i < kShown; ++i)
    warnings.push_back({"without", "", "event " + without[i].id + " of " + without[i].source});
  if (without.size() > kShown)
    warnings.push_back({"without", "", "and " + WithCommas(count - static_cast<std::int64_t>(kShown)) + " more"});
}

std::string BehindText(const QuestionOptions& options, const AnswerHead& head) {
  return Count(head.behind_records, "record is", "records are") + " in the log and not yet projected" +
         (head.behind_seconds > 0 ? ", the oldest for " + Length(head.behind_seconds * 1'000'000) : "") +
         (options.TooFarBehind(head) ? "; more than --max-lag allows" : "");
}

std::vector<Warning> WarningsOf(const QuestionOptions& options, const AnswerHead& head) {
  std::vector<Warning> warnings;
  if (!head.without.empty()) AddWithout(head.without, warnings);
  if (head.before_record && head.when.during)
    warnings.push_back({"before_record", "",
                        "the window begins before the record does: about its first part nothing is recorded, and what is "
                        "missing there may still have been"});
  if (head.before_record && !head.when.during)
    warnings.push_back({"before_record", "before the record: ",
                        "nothing is recorded about that moment or from that early; what is missing here may still have been"});
  if (!head.complete) AddIncomplete(head, warnings);
  if (head.behind_records > 0 || options.TooFarBehind(head))
    warnings.push_back({"behind", "behind: ", BehindText(options, head)});
  return warnings;
}

void Warn(Invocation& invocation, const std::string& text) {
  Terminal& out = invocation.terminal;
  const auto lines = Prose(invocation, text, kColumns - 2);
  for (std::size_t i = 0; i < lines.size(); ++i) out.Line(out.Paint(Ink::kYellow, (i == 0 ? "! " : "  ") + lines[i]));
}

}  // namespace

void PrintWarnings(Invocation& invocation, const QuestionOptions& options, const AnswerHead& head) {
  if (!head.next.empty()) Warn(invocation, "a page, and there is more: the last line names the --cursor to go on with");
  for (const Warning& warning : WarningsOf(options, head)) Warn(invocation, std::string(warning.lead) + warning.text);
}

void NoteWarnings(Invocation& invocation, const QuestionOptions& options, const AnswerHead& head) {
  const auto note = [&](std::string_view code, const std::string& text) {
    invocation.terminal.Note("tenure: " + std::string(code) + ": " + Escape(text));
  };
  if (!head.next.empty())
    note("more_rows",
         "these rows are a page and not the whole; a larger --limit gives more, or go on with --cursor " + head.next);
  for (const Warning& warning : WarningsOf(options, head)) note(warning.code, warning.text);
}

}  // namespace tenure::cli
