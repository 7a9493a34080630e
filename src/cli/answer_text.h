#pragma once
// The parts of an answer that read the same for every question: the line of moments, the warnings, paths, and the evidence.
#include <string>
#include <string_view>
#include <vector>

#include "cli/invocation.h"
#include "cli/question.h"
#include "tenure/answer.h"

namespace tenure::cli {

// The answer in one line, then as of, as known at, and what makes the answer less than whole.
void PrintHeading(Invocation& invocation, const QuestionOptions& options, std::string_view answer, Ink ink,
                  const AnswerHead& head);
// Numbered as rows name them: actor, event, time. Only those the head holds.
void PrintEvidence(Invocation& invocation, const AnswerHead& head);
// How to get the next page, if there is one.
void PrintNext(Invocation& invocation, const AnswerHead& head);

// One line a step, drawn as a branch below `indent`.
void PrintPath(Invocation& invocation, const std::vector<PathStep>& path, bool more_paths, std::string_view indent);
// A text that may be too long for the line: shortened in the middle unless --wide.
std::string Fit(const Invocation& invocation, std::string_view text, std::size_t used_columns);

// Prose that names things, escaped here: wrapped, and a name longer than the line is shortened in the middle unless --wide.
std::vector<std::string> Prose(const Invocation& invocation, std::string_view text, std::size_t width);

std::string Place(const Position& position);         // "tenure.access/0@12"
std::string Numbers(const EvidenceIndex& evidence);  // "[0][3]", or ""
std::string Joined(const std::vector<std::string>& words, std::string_view by);
std::string WhenText(const When& when);  // "as of 2023-…Z", "during … until …"
std::string_view StatusWord(RowStatus status);
Ink StatusInk(RowStatus status);
// "held 2023-… until …" a line, and "possibly …" likewise.
void PrintIntervals(Invocation& invocation, const std::vector<Interval>& held, const std::vector<Interval>& possibly,
                    std::string_view indent);

}  // namespace tenure::cli
