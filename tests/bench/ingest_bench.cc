// From NDJSON to the synced log and the projected read model, in batches of 1,000 and one by one.
#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <sstream>

#include "bench/bench_record.h"
#include "event/codec.h"
#include "projection/read_model.h"

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

// The read model alone: no log, no door.
void Project(benchmark::State& state) {
  const auto batches = bench::Batches(bench::EventsWanted(), state.range(0));
  std::vector<std::vector<log::Record>> records;
  PositionVector next;
  event::Decoder decoder;
  for (const auto& batch : batches) {
    auto& out = records.emplace_back();
    std::istringstream lines(batch);
    for (std::string line; std::getline(lines, line);) {
      const Event event = bench::Require(decoder.Decode(line));
      const TopicPartition where{event::TopicOf(event.Type()).value_or(Topic::kAccess), 0};
      out.push_back({{where.topic, 0, next.next[where]++}, RecordedTime{event.time.us}, event::KeyOf(event), line, ""});
    }
  }
  std::int64_t rows = 0;
  for (auto _ : state) {
    log::TemporaryDirectory folder;
    projection::ModelOptions options;
    options.directory = folder.In("model");
    options.log_id = "bench";
    auto model = bench::Require(projection::ReadModel::Open(options));
    for (const auto& batch : records) (void)bench::Require(model->Apply(batch).map([] { return 0; }));
    rows = model->Count().rows_written;
  }
  state.SetItemsProcessed(state.iterations() * bench::EventsWanted());
  state.counters["rows_written_per_event"] = static_cast<double>(rows) / static_cast<double>(bench::EventsWanted());
}
BENCHMARK(Project)->ArgName("events_per_batch")->Arg(1000)->Arg(10'000)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
