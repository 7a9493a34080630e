// How the conformance tests look at a log: everything in it, in order of record.
#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

#include "conformance/log_conformance.h"

namespace tenure::log {
namespace {

void AddPartition(const Log& log, const TopicPartition& where, std::vector<Recorded>& all) {
  RecordedTime recorded{std::numeric_limits<std::int64_t>::min()};
  for (std::int64_t offset = 0;;) {
    auto records = log.Read(where, offset, 1000);
    ASSERT_TRUE(records) << records.error().ToString();
    if (records->empty()) return;
    for (Record& record : *records) {
      recorded = std::max(recorded, record.stamp);
      offset = record.position.offset + 1;
      all.push_back({std::move(record), recorded});
    }
  }
}

}  // namespace

NewRecord AccessRecord(std::string key, std::string value) { return {Topic::kAccess, std::move(key), std::move(value), ""}; }

std::vector<Recorded> AllOf(const Log& log) {
  std::vector<Recorded> all;
  auto partitions = log.Partitions();
  EXPECT_TRUE(partitions);
  if (!partitions) return all;
  PositionVector from;
  for (const TopicPartition& where : *partitions) from.next[where] = 0;
  log.Expect(from);
  for (const TopicPartition& where : *partitions) AddPartition(log, where, all);
  std::sort(all.begin(), all.end(), [](const Recorded& a, const Recorded& b) {
    return std::tie(a.recorded, a.record.position) < std::tie(b.recorded, b.record.position);
  });
  return all;
}

std::vector<std::string> ValuesOf(const Log& log) {
  std::vector<std::string> values;
  for (Recorded& one : AllOf(log)) values.push_back(std::move(one.record.value));
  return values;
}

}  // namespace tenure::log
