// The log and the model over a disk that fails and loses what was not synced: no acknowledged event is lost, none is counted twice,
// and the model is always the log's.
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <random>

#include "conformance/temporary_directory.h"
#include "log/embedded.h"
#include "projection/read_model.h"
#include "unit/log/faulty_file_system.h"
#include "unit/projection/scratch_model.h"

namespace tenure::projection {
namespace {

using Fault = log::FaultyFileSystem::Fault;

int Rounds() {
  const char* text = std::getenv("TENURE_CRASH_RUNS");
  return text ? std::atoi(text) : 60;
}

class PowerCut : public testing::Test {
 protected:
  struct Opened {
    std::unique_ptr<log::EmbeddedLog> log;
    std::unique_ptr<ReadModel> model;
  };
  Result<Opened> Open() {
    log::EmbeddedOptions how;
    how.directory = folder_.In("log");
    how.env = env_.get();
    auto log = log::EmbeddedLog::Open(how);
    if (!log) return tl::unexpected<Error>(log.error());
    ModelOptions options;
    options.directory = folder_.In("model");
    options.log_id = (*log)->Id();
    options.memory_bytes = 1u << 20;  // files are written often
    options.env = env_.get();
    auto model = ReadModel::Open(options);
    if (!model) return tl::unexpected<Error>(model.error());
    return Opened{std::move(*log), std::move(*model)};
  }
  // Appends batches and projects each, until the disk fails or there are none left. Returns how many events were acknowledged.
  int Work(Opened& opened, int next, std::mt19937& random) {
    for (int batch = 0; batch < 30; ++batch) {
      std::vector<log::NewRecord> records;
      const int n = 1 + static_cast<int>(random() % 8);
      for (int i = 0; i < n; ++i)
        records.push_back({Topic::kIdentity, "user:u" + std::to_string(next + i), Registered(next + i), ""});
      if (!opened.log->Append(records)) break;
      next += n;
      if (!Project(opened)) break;
    }
    return next;
  }
  static bool Project(Opened& opened) { return CatchUp(*opened.model, *opened.log).has_value(); }

  log::TemporaryDirectory folder_;
  std::shared_ptr<log::FaultyFileSystem> disk_ = std::make_shared<log::FaultyFileSystem>();
  std::unique_ptr<rocksdb::Env> env_ = rocksdb::NewCompositeEnv(disk_);
};

TEST_F(PowerCut, AtAnyMomentLeavesAModelThatCatchesUpWithTheLog) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  int acknowledged = 0, cuts = 0;
  for (int round = 0; round < Rounds(); ++round) {
    const Fault fault = std::array{Fault::kBroken, Fault::kDiskFull, Fault::kSyncFails}[static_cast<std::size_t>(round % 3)];
    {
      disk_->FailAfter(static_cast<int>(random() % (fault == Fault::kSyncFails ? 40 : 160)), fault);
      auto opened = Open();
      if (opened) acknowledged = Work(*opened, acknowledged, random);
      cuts += disk_->HasFailed() ? 1 : 0;
    }
    disk_->LoseUnsynced();
    disk_->Heal();
    auto opened = Open();
    ASSERT_TRUE(opened) << "round " << round << ": " << opened.error().ToString();
    ASSERT_TRUE(Project(*opened));
    const auto events = static_cast<int>(opened->model->Count().events);
    ASSERT_GE(events, acknowledged) << "round " << round << ": an acknowledged event is lost";
    ASSERT_EQ(events, opened->log->End()->Next({Topic::kIdentity, 0})) << "round " << round;
    if (round % 6 == 0) {
      log::TemporaryDirectory elsewhere;
      ModelOptions fresh;
      fresh.directory = elsewhere.In("model");
      fresh.log_id = opened->log->Id();
      const auto rebuilt = Rebuild(fresh, *opened->log, opened->model->Projected());
      ASSERT_TRUE(rebuilt);
      ASSERT_EQ(opened->model->Digests(), (*rebuilt)->Digests()) << "round " << round;
    }
    acknowledged = events;
  }
  EXPECT_GT(cuts, Rounds() / 2) << "the disk hardly ever failed";
  std::printf("%d cuts, %d events\n", cuts, acknowledged);
}

}  // namespace
}  // namespace tenure::projection
