// The question of POST /access/v1/evaluation without HTTP: the same decisions from the public library, on as many threads.
//
//   http_in_process DATA PROBES THREADS SECONDS     PROBES: a line each, "SUBJECT ACTION RESOURCE"; SECONDS --count: each probe
//                                                     once. Prints one JSON object
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <thread>

#include "bench/bench_record.h"

namespace {

using namespace tenure;
using Clock = std::chrono::steady_clock;

struct Probe {
  std::string subject, action, resource;
};

struct Round {
  std::vector<double> latencies_us;
  std::int64_t permitted = 0;
};

// From the first probe on, for `most` probes or until then.
void Decide(Tenure& tenure, const std::vector<Probe>& probes, std::size_t first, std::size_t most, Clock::time_point until,
            Round& round) {
  for (std::size_t i = first; i < first + most && Clock::now() < until; ++i) {
    const Probe& probe = probes[i % probes.size()];
    const auto began = Clock::now();
    const auto snapshot = bench::Require(tenure.SnapshotAt({}));
    round.permitted += bench::Require(snapshot->Decide(probe.subject, probe.action, probe.resource)) == Decision::kYes;
    round.latencies_us.push_back(std::chrono::duration<double, std::micro>(Clock::now() - began).count());
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  std::vector<Probe> probes;
  std::ifstream file(argv[2]);
  for (Probe p; file >> p.subject >> p.action >> p.resource;) probes.push_back(p);
  const std::size_t threads = std::stoul(argv[3]);
  const bool count = std::string_view(argv[4]) == "--count";
  const double seconds = count ? 3600 : std::stod(argv[4]);
  const std::size_t each = count ? probes.size() / threads : SIZE_MAX / 2;
  OpenOptions options;
  options.data_dir = argv[1];
  options.write = true;
  const auto writer = bench::Require(Tenure::Open(options));
  std::vector<std::unique_ptr<Tenure>> readers;
  for (std::size_t t = 0; t < threads; ++t) readers.push_back(writer->Reader());
  std::vector<Round> rounds(threads);
  const auto began = Clock::now();
  const auto until = began + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  std::vector<std::thread> running;
  for (std::size_t t = 0; t < threads; ++t)
    running.emplace_back([&, t] { Decide(*readers[t], probes, t * probes.size() / threads, each, until, rounds[t]); });
  for (auto& thread : running) thread.join();
  const double took = std::chrono::duration<double>(Clock::now() - began).count();
  std::vector<double> all;
  std::int64_t permitted = 0;
  for (const Round& round : rounds) {
    all.insert(all.end(), round.latencies_us.begin(), round.latencies_us.end());
    permitted += round.permitted;
  }
  std::sort(all.begin(), all.end());
  fmt::print("{{\"rate\":{:.1f},\"p50_us\":{:.1f},\"p99_us\":{:.1f},\"requests\":{},\"permitted\":{},\"errors\":0}}\n",
             static_cast<double>(all.size()) / took, all[all.size() / 2], all[all.size() * 99 / 100], all.size(), permitted);
}
