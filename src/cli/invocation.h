#pragma once
// One run of the binary: what all commands share, and how each of them ends.
//
// A command file offers `void Add…(CLI::App&, Invocation&)`, which declares its options and sets `run` when its subcommand was
// named; main() calls `run` once the whole command line was understood. A run returns the exit code, or an error whose Blame
// decides it.
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/terminal.h"
#include "library/record.h"
#include "tenure/tenure.h"
#include "wire/client.h"

namespace CLI {
class App;
}

namespace tenure::cli {

// Usage and fault win, then unknown, then no, then partly (docs/reference/cli.md).
enum class Exit : int { kOk = 0, kNo = 1, kUsage = 2, kUnknown = 3, kFault = 4, kPartly = 5 };

struct Invocation {
  std::string data_dir;
  std::size_t memory_mib = kMemoryBytes >> 20;                // for the read model
  std::string server, server_ca, token_file, timeout = "5m";  // as given; SettleServer makes `served` of them
  std::optional<wire::ServerAccess> served;                   // the record is behind a server, and data_dir is unused
  bool wide = false;
  // As given on the command line; SettleKafka makes `kafka` of them.
  std::vector<std::string> kafka_properties, accept;
  std::string kafka_config, topic_prefix, door_key_file;
  std::optional<KafkaSettings> kafka;
  std::string policy;  // JSON: by which findings judge where no file is named; empty = the one in force
  EffectiveTime now;   // one moment for the whole command
  Terminal terminal;
  std::function<Result<std::unique_ptr<library::Record>>()> reach;  // where the record is, if nothing above says it
  std::function<Result<Exit>()> run;

  // --kafka NAME=VALUE, --kafka-config FILE and TENURE_KAFKA (NAME=VALUE with blanks between), the first named last so that it wins;
  // --door-key FILE, else the file that TENURE_DOOR_KEY_FILE names.
  Status SettleKafka();

  // That in the file; without one, `policy`. Errors: policy_unreadable, policy_malformed.
  Result<std::string> PolicyGiven(const std::string& file) const;

  // The record, wherever it is.
  Result<std::unique_ptr<library::Record>> Reach() const;
  Result<std::unique_ptr<library::Record>> ReachToWrite(bool create, std::vector<std::string> correctors = {}) const;

  // The one in data_dir, for commands that work beside it alone.
  Result<std::unique_ptr<Tenure>> OpenToRead() const;
  Result<std::unique_ptr<Tenure>> OpenToRebuild() const;
  // Catching up is shown as progress.
  Result<std::unique_ptr<Tenure>> OpenToWrite(bool create, std::vector<std::string> correctors = {}) const;
};

Exit ExitOf(const Error& error);

}  // namespace tenure::cli
