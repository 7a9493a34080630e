#include "bench/bench_record.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "connect/generate/organisation.h"
#include "event/codec.h"

namespace tenure::bench {

std::int64_t EventsWanted() {
  const char* wanted = std::getenv("TENURE_BENCH_EVENTS");
  return wanted != nullptr ? std::atoll(wanted) : 100'000;
}

std::vector<std::string> Batches(std::int64_t events, std::int64_t lines) {
  std::vector<std::string> batches;
  std::int64_t told = 0;
  connect::GenerateOptions options;
  options.events = events;
  const Status done = connect::Generate(options, [&](const Event& event) -> Status {
    if (told++ % lines == 0) batches.emplace_back();
    batches.back() += event::Encode(event) + '\n';
    return {};
  });
  if (!done) Require<int>(tl::unexpected<Error>(done.error()));
  return batches;
}

Record::Record() {
  OpenOptions options;
  options.data_dir = folder_.In("data");
  options.write = options.create = true;
  tenure_ = Require(Tenure::Open(options));
}
Record::~Record() = default;

std::string Record::Append(const std::string& batch) {
  std::istringstream lines(batch);
  const auto report = Require(tenure_->Append(lines, {}));
  if (report.stopped || report.fault) {
    std::fprintf(stderr, "the organisation was refused\n");
    std::abort();
  }
  return report.answer.token;
}

std::int64_t Record::BytesOnDisk() const {
  std::int64_t bytes = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.Path()))
    if (entry.is_regular_file()) bytes += static_cast<std::int64_t>(entry.file_size());
  return bytes;
}

}  // namespace tenure::bench
