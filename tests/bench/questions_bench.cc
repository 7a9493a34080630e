// Questions in process, about moments of an organisation's life and as known earlier.
#include <benchmark/benchmark.h>

#include "bench/bench_record.h"
#include "connect/generate/cast.h"

namespace {

using namespace tenure;
namespace cast = connect::generate;

// Filled once: appended in ten parts, so that a half-way token exists.
struct Organisation {
  bench::Record record;
  std::string half_way;
  std::vector<std::string> identities;

  Organisation() {
    const auto batches = bench::Batches(bench::EventsWanted(), 10'000);
    for (std::size_t i = 0; i < batches.size(); ++i) {
      const auto token = record.Append(batches[i]);
      if (i <= batches.size() / 2) half_way = token;
    }
    Ask ask;
    ask.when.as_of = cast::kIncident;
    ask.page.limit = 1000;
    for (const auto& row : bench::Require(record.Ask().Identities({}, ask)).rows) identities.push_back(row.ref);
  }
};

Organisation& TheOrganisation() {
  static Organisation organisation;
  return organisation;
}

Ask At(EffectiveTime t) {
  Ask ask;
  ask.when.as_of = t;
  return ask;
}

void CheckYes(benchmark::State& state) {
  auto& tenure = TheOrganisation().record.Ask();
  for (auto _ : state)
    benchmark::DoNotOptimize(bench::Require(tenure.Check(std::string(cast::kAdmin), std::string(cast::kAction),
                                                         std::string(cast::kLedger), false, At(cast::kIncident))));
}
BENCHMARK(CheckYes)->Unit(benchmark::kMicrosecond);

// Whoever is there, one after the other; nearly all are a no.
void CheckAnybody(benchmark::State& state) {
  auto& organisation = TheOrganisation();
  std::size_t i = 0;
  for (auto _ : state)
    benchmark::DoNotOptimize(bench::Require(
        organisation.record.Ask().Check(organisation.identities[i++ % organisation.identities.size()], std::string(cast::kAction),
                                        std::string(cast::kLedger), false, At(cast::kIncident))));
}
BENCHMARK(CheckAnybody)->Unit(benchmark::kMicrosecond);

void CheckAsKnownHalfWay(benchmark::State& state) {
  auto& organisation = TheOrganisation();
  Ask ask = At(cast::kGrantedByHand);
  ask.as_known_at = organisation.half_way;
  for (auto _ : state)
    benchmark::DoNotOptimize(bench::Require(organisation.record.Ask().Check(std::string(cast::kAdmin), std::string(cast::kAction),
                                                                            std::string(cast::kLedger), false, ask)));
}
BENCHMARK(CheckAsKnownHalfWay)->Unit(benchmark::kMicrosecond);

void Who(benchmark::State& state) {
  auto& tenure = TheOrganisation().record.Ask();
  WhoQuestion question;
  question.action = cast::kAction;
  question.resource = cast::kLedger;
  for (auto _ : state) benchmark::DoNotOptimize(bench::Require(tenure.Who(question, At(cast::kIncident))));
}
BENCHMARK(Who)->Unit(benchmark::kMicrosecond);

void WhoAsKnownHalfWay(benchmark::State& state) {
  auto& organisation = TheOrganisation();
  WhoQuestion question;
  question.action = cast::kAction;
  question.resource = cast::kLedger;
  Ask ask = At(cast::kGrantedByHand);
  ask.as_known_at = organisation.half_way;
  for (auto _ : state) benchmark::DoNotOptimize(bench::Require(organisation.record.Ask().Who(question, ask)));
}
BENCHMARK(WhoAsKnownHalfWay)->Unit(benchmark::kMicrosecond);

void What(benchmark::State& state) {
  auto& tenure = TheOrganisation().record.Ask();
  for (auto _ : state)
    benchmark::DoNotOptimize(bench::Require(tenure.What(std::string(cast::kRobot), false, At(cast::kIncident))));
}
BENCHMARK(What)->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();
