#include "cli/appended.h"

#include "cli/text.h"

namespace tenure::cli {
namespace {
constexpr std::size_t kRefusedShown = 50;
}

void PrintRefused(Invocation& invocation, const std::string& place, const Error& error) {
  invocation.terminal.Note(Escape(place) + ": " + Escape(error.code + ": " + error.reason));
  if (!error.hint.empty()) invocation.terminal.Note("    " + Escape(error.hint));
}

void PrintPosition(Invocation& invocation, const AppendAnswer& answer) {
  if (answer.clock_behind)
    invocation.terminal.Note(
        "tenure: this machine's clock is behind the log's last record; recorded times go on from there all the same");
  invocation.terminal.Line("position " + answer.token);
}

void PrintAppended(Invocation& invocation, const AppendReport& report, const std::string& file) {
  Terminal& out = invocation.terminal;
  std::size_t shown = 0;
  for (const AppendedEvent& event : report.answer.events) {
    if (!event.error || shown++ >= kRefusedShown) continue;
    PrintRefused(invocation, file + ":" + std::to_string(event.line), *event.error);
  }
  if (shown > kRefusedShown)
    out.Note("and " + WithCommas(static_cast<std::int64_t>(shown - kRefusedShown)) + " more; --json lists them all");
  const AppendAnswer& a = report.answer;
  out.Line("appended " + WithCommas(a.appended) + ", duplicates " + WithCommas(a.duplicates) +
           (a.conflicts > 0 ? ", conflicts " + WithCommas(a.conflicts) : "") +
           (a.refused > 0 ? ", refused " + WithCommas(a.refused) : "") +
           (report.batches > 1 ? " (in " + WithCommas(report.batches) + " batches)" : ""));
  if (report.stopped)
    out.Line(report.batches == 0 ? "Nothing was appended: correct what is refused, or take the rest with --partial."
                                 : "Stopped at the first batch with something refused; the batches before it are in the record.");
  PrintPosition(invocation, a);
}

Exit ExitOfAppend(const AppendAnswer& answer) {
  if (answer.refused + answer.conflicts == 0) return Exit::kOk;
  return answer.appended + answer.duplicates > 0 ? Exit::kPartly : Exit::kNo;
}

}  // namespace tenure::cli
