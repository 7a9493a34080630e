#pragma once
// One way from a list question to its printed answer, for every command that has one.
//
// `csv(invocation, answer)` and `human(invocation, command, answer)` print; JSON is the library's, or a server's own line. A Command has
// `options`.
#include "cli/answer_text.h"
#include "cli/chart_option.h"
#include "cli/invocation.h"
#include "cli/question.h"
#include "cli/text.h"
#include "cli/warnings.h"
#include "library/record.h"

namespace tenure::cli {

template <class Command, class Answer, class Csv, class Human>
Exit PrintList(Invocation& invocation, const Command& command, const library::Told<Answer>& told, Csv csv, Human human) {
  const Answer& answer = told.answer;
  switch (command.options.Output()) {
    case Form::kJson:
      invocation.terminal.Line(told.Json());
      break;
    case Form::kCsv:
      csv(invocation, answer);
      NoteWarnings(invocation, command.options, answer.head);
      break;
    case Form::kHuman:
      human(invocation, command, answer);
      break;
  }
  return command.options.ExitFor(answer.head, Exit::kOk);
}

// `question(record, ask)` gives a Result of what was told.
template <class Command, class Question, class Csv, class Human>
Result<Exit> RunList(Invocation& invocation, const Command& command, Question question, Csv csv, Human human) {
  auto ask = command.options.ToAsk(invocation.now);
  if (!ask) return tl::unexpected<Error>(ask.error());
  auto record = invocation.Reach();
  if (!record) return tl::unexpected<Error>(record.error());
  auto told = question(**record, *ask);
  if (!told) return tl::unexpected<Error>(told.error());
  return PrintList(invocation, command, *told, csv, human);
}

// The same for a Command that also has `chart`. `head(invocation, command, answer)` prints what stands above the rows, and above the picture;
// `empty` where there is nothing to draw. REQUIRED: its chart was checked.
template <class Command, class Question, class Csv, class Head, class Human>
Result<Exit> RunCharted(Invocation& invocation, const Command& command, Question question, Csv csv, Head head, Human human,
                        std::string_view empty) {
  auto ask = command.options.ToAsk(invocation.now);
  if (!ask) return tl::unexpected<Error>(ask.error());
  auto record = invocation.Reach();
  if (!record) return tl::unexpected<Error>(record.error());
  auto told = question(**record, *ask);
  if (!told) return tl::unexpected<Error>(told.error());
  if (command.chart.InTerminal()) {
    head(invocation, command, told->answer);
    command.chart.Print(invocation, told->Json(), empty);
    PrintNext(invocation, told->answer.head);
    return command.options.ExitFor(told->answer.head, Exit::kOk);
  }
  if (command.chart.InFile())
    if (auto s = command.chart.Write(told->Json()); !s) return tl::unexpected<Error>(s.error());
  const auto whole = [&](Invocation& to, const Command& by, const auto& answer) {
    head(to, by, answer);
    human(to, by, answer);
    if (by.chart.InFile()) to.terminal.Line("\nThe picture is in " + Escape(by.chart.File()) + ".");
  };
  return PrintList(invocation, command, *told, csv, whole);
}

// A brief answer, which has no other form than JSON. `beside` is what it can't tell (library::CheckBrief); `own_exit(answer)` the exit
// code that the answer itself gives.
template <class Beside, class Question, class OwnExit>
Result<Exit> RunBrief(Invocation& invocation, const QuestionOptions& options, const Beside& beside, Question question,
                      OwnExit own_exit) {
  if (auto s = library::CheckBrief(beside, library::Spelling::kOptions); !s) return tl::unexpected<Error>(s.error());
  if (options.Output() != Form::kJson)
    return Fail("detail_needs_json", "a brief answer is printed as JSON alone", "add --json", Blame::kCaller);
  auto ask = options.ToAsk(invocation.now);
  if (!ask) return tl::unexpected<Error>(ask.error());
  auto record = invocation.Reach();
  if (!record) return tl::unexpected<Error>(record.error());
  auto told = question(**record, *ask);
  if (!told) return tl::unexpected<Error>(told.error());
  invocation.terminal.Line(told->Json());
  return options.ExitFor(told->answer.head, own_exit(told->answer));
}

inline constexpr auto kListExit = [](const auto&) { return Exit::kOk; };

}  // namespace tenure::cli
