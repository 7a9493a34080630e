#include "cli/invocation.h"

#include <utility>

namespace tenure::cli {
namespace {

Status CheckServer(const std::string& server) {
  if (server.empty()) return {};
  return Fail("server_not_supported", "this version of tenure can't ask a server", "name a data directory with --data DIR",
              Blame::kCaller);
}

}  // namespace

Result<std::unique_ptr<Tenure>> Invocation::OpenToRead() const {
  if (auto s = CheckServer(server); !s) return tl::unexpected<Error>(s.error());
  OpenOptions options;
  options.data_dir = data_dir;
  options.now = [moment = now] { return moment; };
  return Tenure::Open(options);
}

Result<std::unique_ptr<Tenure>> Invocation::OpenToRebuild() const {
  if (auto s = CheckServer(server); !s) return tl::unexpected<Error>(s.error());
  OpenOptions options;
  options.data_dir = data_dir;
  options.write = true;
  options.rebuild = true;
  options.now = [moment = now] { return moment; };
  return Tenure::Open(options);
}

Result<std::unique_ptr<Tenure>> Invocation::OpenToWrite(bool create, std::vector<std::string> correctors) const {
  if (auto s = CheckServer(server); !s) return tl::unexpected<Error>(s.error());
  ProgressLine progress("projecting", "records");
  OpenOptions options;
  options.data_dir = data_dir;
  options.write = true;
  options.create = create;
  options.correctors = std::move(correctors);
  options.now = [moment = now] { return moment; };
  options.progress = [&progress](std::int64_t done, std::int64_t to_do) { progress(done, to_do); };
  return Tenure::Open(options);
}

Exit ExitOf(const Error& error) {
  switch (error.blame) {
    case Blame::kCaller:
      return Exit::kUsage;
    case Blame::kInput:
      return Exit::kNo;
    case Blame::kFault:
    case Blame::kUnavailable:
      return Exit::kFault;
  }
  return Exit::kFault;
}

}  // namespace tenure::cli
