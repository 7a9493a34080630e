// The `tenure` binary: reads the command line, runs one command, and turns how it ended into an exit code.
#include <fcntl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "cli/command_line.h"
#include "cli/evidence_words.h"
#include "cli/invocation.h"
#include "cli/server_choice.h"

namespace tenure::cli {
namespace {

EffectiveTime Now() {
  using namespace std::chrono;
  return EffectiveTime{duration_cast<microseconds>(system_clock::now().time_since_epoch()).count()};
}

// What a closed standard stream leaves free must not become the descriptor of a file of ours.
void OccupyStandardStreams() {
  int fd = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  while (fd >= 0 && fd <= STDERR_FILENO) fd = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  if (fd >= 0) ::close(fd);
}

int Finish(Invocation& invocation, const Result<Exit>& ended) {
  invocation.terminal.Flush();
  Exit exit = ended ? *ended : ExitOf(ended.error());
  if (!ended) invocation.terminal.Complain(ended.error());
  if (auto s = invocation.terminal.Outcome(); !s) {
    invocation.terminal.Complain(s.error());
    exit = Exit::kFault;
  }
  return static_cast<int>(exit);
}

int Main(int argc, char** argv) {
  Invocation invocation;
  const char* data = std::getenv("TENURE_DATA");
  invocation.data_dir = data != nullptr && *data != '\0' ? data : "tenure-data";
  invocation.now = Now();
  CLI::App app(kAbout, "tenure");
  DeclareCommandLine(app, invocation);
  try {
    std::vector<std::string> words = ApartFromQuestion(app, {argv + std::min(argc, 1), argv + argc});
    std::reverse(words.begin(), words.end());  // as CLI11 wants them
    app.parse(std::move(words));
  } catch (const CLI::Success& asked_for_help) {
    app.exit(asked_for_help);
    return 0;
  } catch (const CLI::ParseError& error) {
    invocation.terminal.Complain({"usage", error.what(), "tenure --help, or tenure COMMAND --help", Blame::kCaller});
    return static_cast<int>(Exit::kUsage);
  }
  if (auto s = CheckArguments(app); !s) return Finish(invocation, tl::unexpected<Error>(s.error()));
  if (auto s = SettleServer(app, invocation); !s) return Finish(invocation, tl::unexpected<Error>(s.error()));
  const auto run = invocation.run;  // it may prepare others
  if (invocation.served) return Finish(invocation, run());
  if (auto s = invocation.SettleKafka(); !s) return Finish(invocation, tl::unexpected<Error>(s.error()));
  return Finish(invocation, run());
}

}  // namespace
}  // namespace tenure::cli

int main(int argc, char** argv) {
  tenure::cli::OccupyStandardStreams();
  try {
    return tenure::cli::Main(argc, argv);
  } catch (const std::exception& error) {  // a bug, or memory ran out: said, not dumped
    tenure::cli::Terminal().Complain(
        {"internal", error.what(), "please report this with the command that led to it", tenure::Blame::kFault});
    return static_cast<int>(tenure::cli::Exit::kFault);
  }
}
