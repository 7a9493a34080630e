// A process of its own that has a log open, for the tests that kill one or need another user.
//
//   log_process append DIR   appends batch after batch for ever; a line "N" on standard output says that batch N is acknowledged
//   log_process read DIR     reads as a user who may not write there, prints the number of records
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <string>

#include "log/embedded.h"

namespace tenure::log {
namespace {

constexpr uid_t kNobody = 65534;

int Complain(const Error& error) {
  std::fprintf(stderr, "%s\n", error.ToString().c_str());
  return 4;
}

// Batch n has 1 + n % 20 records "n i", each on its topic in turn, padded so that memtables fill up.
std::vector<NewRecord> Batch(std::int64_t n) {
  std::vector<NewRecord> records;
  for (std::int64_t i = 0; i <= n % 20; ++i)
    records.push_back({static_cast<Topic>(i % kPlaneTopics), "k",
                       std::to_string(n) + " " + std::to_string(i) + " " + std::string(9000, 'x'), ""});
  return records;
}

int Append(EmbeddedOptions options) {
  auto log = EmbeddedLog::Open(options);
  if (!log) return Complain(log.error());
  // Batch n brings one record to the identity topic per four of its own; its first is always there, so the last one there names it.
  const std::int64_t end = (*log)->End()->Next({Topic::kIdentity, 0});
  std::int64_t n = end == 0 ? 0 : std::stoll((*log)->At({Topic::kIdentity, 0, end - 1})->value) + 1;
  for (;; ++n) {
    auto appended = (*log)->Append(Batch(n));
    if (!appended) return Complain(appended.error());
    const std::string line = std::to_string(n) + "\n";
    if (write(STDOUT_FILENO, line.data(), line.size()) < 0) return 1;
  }
}

int Read(EmbeddedOptions options) {
  if (geteuid() == 0 && (setgid(kNobody) != 0 || setuid(kNobody) != 0)) return 1;
  if (access(options.directory.c_str(), W_OK) == 0) return 2;
  options.read_only = true;
  auto log = EmbeddedLog::Open(options);
  if (!log) return Complain(log.error());
  if (auto s = (*log)->Refresh(); !s) return Complain(s.error());
  std::int64_t records = 0;
  const std::vector<TopicPartition> partitions = *(*log)->Partitions();
  for (const TopicPartition& where : partitions) records += static_cast<std::int64_t>((*log)->Read(where, 0, 1000)->size());
  std::printf("%lld\n", static_cast<long long>(records));
  options.read_only = false;
  auto writer = EmbeddedLog::Open(options);
  return !writer && writer.error().code == "log_read_only" ? 0 : 3;
}

}  // namespace
}  // namespace tenure::log

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  tenure::log::EmbeddedOptions options;
  options.directory = argv[2];
  return argv[1] == std::string("append") ? tenure::log::Append(options) : tenure::log::Read(options);
}
