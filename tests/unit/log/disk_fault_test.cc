// What an append says when the disk is full or broken, and that the log is itself again afterwards.
#include "unit/log/embedded_fixture.h"
#include "unit/log/faulty_file_system.h"

#include <algorithm>
#include <thread>

namespace tenure::log {
namespace {

using Fault = FaultyFileSystem::Fault;
using Values = std::vector<std::string>;

class DiskFault : public EmbeddedFixture {
 protected:
  DiskFault() { env_ = env_on_faulty_.get(); }

  std::shared_ptr<FaultyFileSystem> disk_ = std::make_shared<FaultyFileSystem>();
  std::unique_ptr<rocksdb::Env> env_on_faulty_ = rocksdb::NewCompositeEnv(disk_);
};

TEST_F(DiskFault, AFullDiskRefusesTheAppendAndKeepsTheLogReadable) {
  auto log = OpenWriter();
  ASSERT_TRUE(log->Append({AccessRecord("k", "before")}));
  disk_->FailAfter(0, Fault::kDiskFull);
  auto refused = log->Append({AccessRecord("k", "lost"), AccessRecord("k", "lost too")});
  EXPECT_EQ(CodeOf(refused), "log_disk_full");
  EXPECT_FALSE(refused.error().hint.empty());
  EXPECT_EQ(CodeOf(log->Append({AccessRecord("k", "lost again")})), "log_disk_full");
  EXPECT_EQ(ValuesOf(*log), Values{"before"});
  disk_->Heal();
  auto appended = log->Append({AccessRecord("k", "after")});
  ASSERT_TRUE(appended) << appended.error().ToString();
  EXPECT_EQ(appended->positions[0].offset, 1);
  EXPECT_EQ(ValuesOf(*log), (Values{"before", "after"}));
  log.reset();
  EXPECT_EQ(ValuesOf(*OpenWriter()), (Values{"before", "after"}));
}

TEST_F(DiskFault, AWriteThatFailsOnceLeavesNothingHalfAppended) {
  auto log = OpenWriter();
  ASSERT_TRUE(log->Append({AccessRecord("k", "before")}));
  disk_->FailAfter(0, Fault::kBroken, 1);
  std::vector<NewRecord> batch(100, AccessRecord("k", std::string(2000, 'x')));
  EXPECT_EQ(CodeOf(log->Append(batch)), "log_io");
  EXPECT_EQ(ValuesOf(*log), Values{"before"});
  ASSERT_TRUE(log->Append({AccessRecord("k", "after")}));
  log.reset();
  EXPECT_EQ(ValuesOf(*OpenWriter()), (Values{"before", "after"}));
}

TEST_F(DiskFault, ASyncThatFailsOnceIsMadeGoodByTakingTheLogUpAnew) {
  auto log = OpenWriter();
  ASSERT_TRUE(log->Append({AccessRecord("k", "before")}));
  disk_->FailAfter(0, Fault::kSyncFails, 1);
  auto appended = log->Append({AccessRecord("k", "in doubt")});
  ASSERT_TRUE(disk_->HasFailed());
  ASSERT_TRUE(appended) << appended.error().ToString();
  log.reset();
  disk_->LoseUnsynced();
  EXPECT_EQ(ValuesOf(*OpenWriter()), (Values{"before", "in doubt"})) << "an acknowledged record is durable";
}

TEST_F(DiskFault, WrittenAndNeverSyncedIsUnknown) {
  auto log = OpenWriter();
  ASSERT_TRUE(log->Append({AccessRecord("k", "before")}));
  disk_->FailAfter(0, Fault::kSyncFails);
  EXPECT_EQ(CodeOf(log->Append({AccessRecord("k", "in doubt")})), "log_append_unknown");
  EXPECT_EQ(ValuesOf(*log), Values{"before"}) << "what isn't acknowledged isn't shown";
  disk_->Heal();
  ASSERT_TRUE(log->Append({AccessRecord("k", "after")}));
  EXPECT_EQ(ValuesOf(*log), (Values{"before", "in doubt", "after"}));
}

TEST_F(DiskFault, OpeningOnAFullDiskSaysSo) {
  OpenWriter();
  disk_->FailAfter(0, Fault::kDiskFull);
  EXPECT_EQ(CodeOf(TryOpen(false)), "log_disk_full");
  disk_->Heal();
  EXPECT_EQ(CodeOf(TryOpen(false)), "ok") << "the lock wasn't left behind";
}

// The whole life of a log under a disk that fails at each operation in turn: appended or not, never half, never lost.
TEST_F(DiskFault, WhereverTheDiskFailsWhatWasSaidIsTrue) {
  for (const Fault fault : {Fault::kDiskFull, Fault::kBroken, Fault::kSyncFails}) {
    for (int at = 0; at < 16; ++at) {
      std::filesystem::remove_all(log_dir_);
      disk_->Heal();
      auto log = OpenWriter();
      disk_->FailAfter(at, fault);
      Values surely, possibly;
      for (int batch = 0; batch < 5; ++batch) {
        const std::string value = std::to_string(batch);
        auto appended = log->Append({AccessRecord("k", value), AccessRecord("k", value)});
        if (appended) surely.insert(surely.end(), 2, value);
        if (appended || appended.error().code == "log_append_unknown") possibly.insert(possibly.end(), 2, value);
        EXPECT_EQ(ValuesOf(*log), surely);
      }
      disk_->Heal();
      log.reset();
      log = OpenWriter();
      const Values found = ValuesOf(*log);
      EXPECT_TRUE(std::includes(found.begin(), found.end(), surely.begin(), surely.end())) << "fault at " << at;
      EXPECT_TRUE(std::includes(possibly.begin(), possibly.end(), found.begin(), found.end())) << "fault at " << at;
      EXPECT_EQ(found.size() % 2, 0U) << "fault at " << at;
    }
  }
}

TEST_F(DiskFault, AppendersThatWaitShareOneSync) {
  auto log = OpenWriter();
  disk_->SlowSyncs(5);
  const int before = disk_->Syncs();
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 10; ++i) ASSERT_TRUE(log->Append({AccessRecord("k", "v")}));
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(ValuesOf(*log).size(), 80U);
  EXPECT_LT(disk_->Syncs() - before, 40) << "80 appends";
}

}  // namespace
}  // namespace tenure::log
