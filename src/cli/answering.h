#pragma once
// One way from a list question to its printed answer, for every command that has one.
//
// `csv(invocation, answer)` and `human(invocation, command, answer)` print; JSON is the library's. A Command has `options`.
#include "cli/invocation.h"
#include "cli/question.h"
#include "cli/warnings.h"
#include "library/json.h"
#include "tenure/tenure.h"

namespace tenure::cli {

template <class Command, class Answer, class Csv, class Human>
Exit PrintList(Invocation& invocation, const Command& command, const Answer& answer, Csv csv, Human human) {
  switch (command.options.Output()) {
    case Form::kJson:
      invocation.terminal.Line(library::ToJson(answer));
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

// `question(tenure, ask)` gives a Result of the answer.
template <class Command, class Question, class Csv, class Human>
Result<Exit> RunList(Invocation& invocation, const Command& command, Question question, Csv csv, Human human) {
  auto ask = command.options.ToAsk(invocation.now);
  if (!ask) return tl::unexpected<Error>(ask.error());
  auto tenure = invocation.OpenToRead();
  if (!tenure) return tl::unexpected<Error>(tenure.error());
  auto answer = question(**tenure, *ask);
  if (!answer) return tl::unexpected<Error>(answer.error());
  return PrintList(invocation, command, *answer, csv, human);
}

}  // namespace tenure::cli
