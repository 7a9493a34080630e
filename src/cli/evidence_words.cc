#include "cli/evidence_words.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstddef>

namespace tenure::cli {
namespace {

constexpr std::array<std::string_view, 13> kQuestions = {"who",      "what",         "check",    "show",     "identities",
                                                         "timeline", "diff",         "findings", "why-held", "controls",
                                                         "review",   "blast-radius", "replay"};

// How many words an option takes up that stands at `at`; 0 if the app has none of that name.
std::size_t WordsOf(const CLI::App& app, const std::string& word) {
  if (word.size() < 2 || word.front() != '-') return 0;
  const std::size_t equals = word.find('=');
  const CLI::Option* option = app.get_option_no_throw(word.substr(0, equals));
  if (option == nullptr) return 0;
  return equals == std::string::npos && option->get_type_size() > 0 ? 2 : 1;
}

// Where the command stands; words.size() if there is none.
std::size_t CommandAt(const CLI::App& app, const std::vector<std::string>& words) {
  std::size_t at = 0;
  while (at < words.size() && !words[at].empty() && words[at].front() == '-')
    at += std::max<std::size_t>(WordsOf(app, words[at]), 1);
  return std::min(at, words.size());
}

tl::unexpected<Error> NotForAPack(const std::string& reason, const char* hint) {
  return Fail("evidence_question", reason, hint, Blame::kCaller);
}

}  // namespace

std::vector<std::string> ApartFromQuestion(const CLI::App& app, const std::vector<std::string>& words) {
  const std::size_t command = CommandAt(app, words);
  if (command == words.size() || words[command] != "evidence") return words;
  if (std::find(words.begin() + static_cast<std::ptrdiff_t>(command), words.end(), "--") != words.end()) return words;
  const CLI::App* evidence = app.get_subcommand("evidence");
  std::vector<std::string> own(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(command) + 1), question;
  for (std::size_t at = command + 1; at < words.size();) {
    const std::size_t taken = std::min(std::max(WordsOf(*evidence, words[at]), WordsOf(app, words[at])), words.size() - at);
    if (taken == 0 && question.empty() && words[at] == "check") return words;
    if (taken == 0) question.push_back(words[at]);
    for (std::size_t i = 0; i < taken; ++i) own.push_back(words[at + i]);
    at += std::max<std::size_t>(taken, 1);
  }
  if (question.empty()) return own;
  own.emplace_back("--");
  own.insert(own.end(), question.begin(), question.end());
  return own;
}

Status CheckQuestionWords(const std::vector<std::string>& words) {
  constexpr const char* kHint =
      "tenure evidence -o FILE -- who '*' '*' --as-of T; who, what, check, show, identities, timeline, diff, findings, why-held, "
      "controls, review, blast-radius and replay are questions";
  if (words.empty()) return NotForAPack("no question was asked", kHint);
  if (std::find(kQuestions.begin(), kQuestions.end(), words.front()) == kQuestions.end())
    return NotForAPack("\"" + words.front() + "\" is no question that a pack can hold", kHint);
  for (const std::string& word : words)
    for (const char* other :
         {"--csv", "--sarif", "--policy", "--print-policy", "--cursor", "--speed", "--server", "--chart", "--help", "-h"})
      if (word == other || word.starts_with(std::string(other) + "="))
        return NotForAPack(word + " has no meaning in a pack",
                           "leave it out; a pack holds the whole answer as JSON: give --limit");
  return {};
}

std::string TakePolicyFile(std::vector<std::string>& words) {
  constexpr std::string_view kOption = "--policy", kWithValue = "--policy=";
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto at = words.begin() + static_cast<std::ptrdiff_t>(i);
    if (words[i].starts_with(kWithValue)) {
      std::string file = words[i].substr(kWithValue.size());
      words.erase(at);
      return file;
    }
    if (words[i] != kOption || i + 1 == words.size()) continue;
    std::string file = words[i + 1];
    words.erase(at, at + 2);
    return file;
  }
  return {};
}

}  // namespace tenure::cli
