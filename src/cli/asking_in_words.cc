#include "cli/asking_in_words.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fstream>
#include <sstream>

#include "cli/command_line.h"
#include "cli/evidence_words.h"
#include "cli/fixed_record.h"
#include "cli/invocation.h"

namespace tenure::cli {

Result<std::string> AskInWords(std::unique_ptr<Tenure> tenure, const EvidenceQuestion& question) {
  if (auto s = CheckQuestionWords(question.arguments); !s) return tl::unexpected<Error>(s.error());
  std::string printed;
  Invocation asking;
  asking.now = question.moment;
  asking.terminal.KeepIn(printed);
  asking.reach = [&]() -> Result<std::unique_ptr<library::Record>> {
    if (!tenure) return Fail("internal", "a question asks twice", "please report this", Blame::kFault);
    return std::make_unique<FixedRecord>(std::move(tenure), question);
  };
  CLI::App app(kAbout, "tenure");
  DeclareCommandLine(app, asking);
  std::vector<std::string> backwards(question.arguments.rbegin(), question.arguments.rend());
  if (std::find(backwards.begin(), backwards.end(), "--json") == backwards.end()) backwards.insert(backwards.begin(), "--json");
  try {
    app.parse(std::move(backwards));
  } catch (const CLI::Error& error) {
    return Fail("usage", error.what(), "the question must be one that tenure answers by itself", Blame::kCaller);
  }
  if (auto s = CheckArguments(app); !s) return tl::unexpected<Error>(s.error());
  auto ended = asking.run();
  if (!ended) return tl::unexpected<Error>(ended.error());
  asking.terminal.Flush();
  if (printed.empty() || printed.find('\n') != printed.size() - 1)
    return Fail("evidence_question", "the question has no answer of one line of JSON", "ask another one", Blame::kCaller);
  printed.pop_back();
  return printed;
}

Result<std::string> ReadPem(const std::string& path) {
  if (path.empty()) return std::string{};
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf()))
    return Fail("evidence_key_not_readable", "\"" + path + "\" can't be read, or is empty",
                "name a file with an Ed25519 key as PEM", Blame::kCaller);
  return text.str();
}

}  // namespace tenure::cli
