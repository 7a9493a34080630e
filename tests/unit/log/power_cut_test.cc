// What was acknowledged survives the loss of everything that wasn't synced.
#include <atomic>
#include <random>
#include <thread>

#include "unit/log/embedded_fixture.h"
#include "unit/log/faulty_file_system.h"

namespace tenure::log {
namespace {

class PowerCut : public EmbeddedFixture {
 protected:
  PowerCut() { env_ = env_on_faulty_.get(); }

  std::shared_ptr<FaultyFileSystem> disk_ = std::make_shared<FaultyFileSystem>();
  std::unique_ptr<rocksdb::Env> env_on_faulty_ = rocksdb::NewCompositeEnv(disk_);
};

TEST_F(PowerCut, RightAfterTheFirstAppendLosesNothing) {
  auto log = OpenWriter();
  const std::string id = log->Id();
  ASSERT_TRUE(log->Append({AccessRecord("k", "v")}));
  disk_->FailAfter(0, FaultyFileSystem::Fault::kBroken);
  log.reset();
  disk_->LoseUnsynced();
  disk_->Heal();
  log = OpenWriter();
  EXPECT_EQ(log->Id(), id);
  EXPECT_EQ(ValuesOf(*log), std::vector<std::string>{"v"});
}

TEST_F(PowerCut, DuringTheFirstOpeningLeavesALogThatOpens) {
  for (int at = 0; at < 20; ++at) {
    std::filesystem::remove_all(log_dir_);
    disk_->FailAfter(at, FaultyFileSystem::Fault::kBroken);
    auto failed = TryOpen(false);
    if (failed) failed->reset();
    disk_->LoseUnsynced();
    disk_->Heal();
    auto log = TryOpen(false);
    ASSERT_TRUE(log) << "cut at " << at << ": " << log.error().ToString();
    EXPECT_TRUE((*log)->Append({AccessRecord("k", "v")}));
  }
}

// One log over many cuts, four appenders at a time, batches large enough that memtables are flushed in between.
TEST_F(PowerCut, AtAnyMomentLosesNoAcknowledgedBatchAndHalvesNone) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  std::vector<std::atomic<int>> acknowledged(4);
  for (auto& count : acknowledged) count = 0;
  for (int round = 0; round < 15; ++round) {
    auto log = OpenWriter();
    disk_->FailAfter(static_cast<int>(random() % 120), FaultyFileSystem::Fault::kBroken);
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < acknowledged.size(); ++t)
      threads.emplace_back([&, t] {
        for (int i = 0; i < 60; ++i) {
          const std::string key = std::to_string(t), value = std::to_string(acknowledged[t]) + std::string(20'000, 'x');
          if (!log->Append({AccessRecord(key, value), {Topic::kUsage, key, value, ""}, AccessRecord(key, value)})) return;
          ++acknowledged[t];
        }
      });
    for (auto& thread : threads) thread.join();
    log.reset();
    disk_->LoseUnsynced();
    disk_->Heal();
    log = OpenWriter();
    std::vector<int> batches(acknowledged.size(), 0), records(acknowledged.size(), 0);
    for (const Recorded& one : AllOf(*log)) {
      const auto t = static_cast<std::size_t>(std::stoi(one.record.key));
      EXPECT_EQ(std::stoi(one.record.value), records[t] / 3) << "each batch once, whole, in order";
      ++records[t];
    }
    for (std::size_t t = 0; t < acknowledged.size(); ++t) {
      ASSERT_EQ(records[t] % 3, 0) << "round " << round;
      batches[t] = records[t] / 3;
      ASSERT_GE(batches[t], acknowledged[t]) << "round " << round;
      ASSERT_LE(batches[t], acknowledged[t] + 1) << "only what was under way may have made it";
      acknowledged[t] = batches[t];
    }
  }
}

}  // namespace
}  // namespace tenure::log
