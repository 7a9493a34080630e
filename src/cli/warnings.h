#pragma once
// What makes an answer less than it looks: before the record, incomplete, behind, a page of more. Said beside every answer, on
// standard output to a person, on standard error beside CSV.
#include <string>
#include <string_view>
#include <vector>

#include "cli/invocation.h"
#include "cli/question.h"
#include "tenure/answer.h"

namespace tenure::cli {

// Under the heading of an answer to a person.
void PrintWarnings(Invocation& invocation, const QuestionOptions& options, const AnswerHead& head);

// `tenure: code: what is amiss` a line, on standard error, each code once or more: more_rows (with the cursor to go on with),
// before_record, incomplete, behind. Rows on standard output stay rows and nothing else.
void NoteWarnings(Invocation& invocation, const QuestionOptions& options, const AnswerHead& head);

}  // namespace tenure::cli
