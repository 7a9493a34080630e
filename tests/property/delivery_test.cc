// State is a function of the records: the order in which partitions are delivered, the size of batches and restarts change nothing.
#include <gtest/gtest.h>

#include "engine_under_test.h"

namespace tenure::property {
namespace {

// The same records, partitions interleaved anew; inside a partition the order stays.
std::vector<log::Record> Interleaved(const History& history, Random& random) {
  std::map<TopicPartition, std::vector<log::Record>> queues;
  for (auto& r : LogRecords(history)) queues[r.position.Where()].push_back(std::move(r));
  for (auto& [where, queue] : queues) {
    std::sort(queue.begin(), queue.end(), [](const auto& a, const auto& b) { return a.position.offset > b.position.offset; });
  }
  std::vector<log::Record> out;
  while (!queues.empty()) {
    auto it = std::next(queues.begin(), static_cast<std::ptrdiff_t>(random() % queues.size()));
    out.push_back(std::move(it->second.back()));
    it->second.pop_back();
    if (it->second.empty()) queues.erase(it);
  }
  return out;
}

void FeedInBatches(Engine& engine, const std::vector<log::Record>& records, Random& random, bool restarts) {
  for (std::size_t i = 0; i < records.size();) {
    const std::size_t n = std::min<std::size_t>(records.size() - i, 1 + random() % 9);
    engine.Apply({records.begin() + static_cast<std::ptrdiff_t>(i), records.begin() + static_cast<std::ptrdiff_t>(i + n)});
    i += n;
    if (restarts && random() % 20 == 0) engine.Reopen();
  }
}

TEST(Delivery, OrderBatchesAndRestartsChangeNoDigest) {
  const std::uint64_t first = Setting("TENURE_SEED", 1),
                      count = std::getenv("TENURE_SEED") ? 1 : Setting("TENURE_HISTORIES", 2000) / 10;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    SCOPED_TRACE("TENURE_SEED=" + std::to_string(seed));
    const History history = MakeHistory(seed);
    Random random(seed);
    Engine whole(history, "whole"), parts(history, "parts");
    whole.Apply(LogRecords(history));
    FeedInBatches(parts, Interleaved(history, random), random, seed % 10 == 0);
    for (const auto& [table, digest] : whole.Model().Digests()) {
      auto differs = whole.Model().Compare(parts.Model(), table, 3);
      ASSERT_TRUE(differs);
      ASSERT_TRUE(differs->empty()) << table << ": " << differs->front();
    }
    ASSERT_EQ(whole.Model().Digests(), parts.Model().Digests());
  }
}

TEST(Delivery, WhatIsDeliveredTwiceIsKnownOnce) {
  const History history = MakeHistory(Setting("TENURE_SEED", 3));
  Engine once(history, "once"), twice(history, "twice");
  once.Apply(LogRecords(history));
  twice.Apply(LogRecords(history));
  twice.Apply(LogRecords(history));
  EXPECT_EQ(once.Model().Digests(), twice.Model().Digests());
}

TEST(Delivery, TheDigestChangesWithTheContentOfOneEvent) {
  const History history = MakeHistory(Setting("TENURE_SEED", 5));
  auto records = LogRecords(history);
  Engine as_is(history, "as_is"), changed(history, "changed");
  as_is.Apply(records);
  for (auto& r : records) {
    const auto at = r.value.find("\"data\":{");
    if (at == std::string::npos) continue;
    r.value.insert(at + 8, "\"x_changed\":1,");
    break;
  }
  changed.Apply(records);
  EXPECT_NE(as_is.Model().Digests(), changed.Model().Digests());
}

}  // namespace
}  // namespace tenure::property
