#pragma once
// The words of a question within those of `tenure evidence`.
//
//   tenure evidence -o pack.zip -- who '*' '*' --as-of T
//   tenure evidence who '*' '*' --as-of T -o pack.zip
#include <string>
#include <string_view>
#include <vector>

#include "tenure/result.h"

namespace CLI {
class App;
}

namespace tenure::cli {

// The words of a command line. Of `evidence` without `--`: with it before the question, and before that what is evidence's own, so that
// CLI11 leaves the question alone. Of anything else: as they are.
std::vector<std::string> ApartFromQuestion(const CLI::App& app, const std::vector<std::string>& words);

// A question that a pack can hold, and nothing that would print another form of it or read a file. Errors (kCaller): evidence_question.
Status CheckQuestionWords(const std::vector<std::string>& words);

// Takes --policy FILE out of the words; its FILE, or "".
std::string TakePolicyFile(std::vector<std::string>& words);

}  // namespace tenure::cli
