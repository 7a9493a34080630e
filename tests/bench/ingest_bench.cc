// From NDJSON to the synced log and the projected read model, in batches of 1,000 and one by one.
#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include "bench/bench_record.h"

namespace {

using namespace tenure;

double PeakMemoryMib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

void Append(benchmark::State& state) {
  const std::int64_t lines = state.range(0), events = lines == 1 ? 2'000 : bench::EventsWanted();
  const auto batches = bench::Batches(events, lines);
  std::int64_t bytes = 0;
  for (auto _ : state) {
    bench::Record record;
    for (const auto& batch : batches) record.Append(batch);
    state.PauseTiming();
    bytes = record.BytesOnDisk();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * events);
  state.counters["disk_bytes_per_event"] = static_cast<double>(bytes) / static_cast<double>(events);
  state.counters["peak_memory_mib"] = PeakMemoryMib();
}
BENCHMARK(Append)->ArgName("events_per_batch")->Arg(1000)->Arg(10'000)->Arg(1)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
