// Batches whose rows are written behind leave what batches written at once leave, through memtables and as tables.
#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include <atomic>
#include <filesystem>

#include "applied.h"
#include "conformance/temporary_directory.h"
#include "history/beside.h"
#include "history/one_behind.h"
#include "unit/log/faulty_file_system.h"

namespace tenure::history {
namespace {

class Behind : public ::testing::Test {
 protected:
  std::unique_ptr<Store> Open(const std::string& name, std::size_t rows_of_tables = 100'000, rocksdb::Env* env = nullptr) {
    StoreOptions options;
    options.database.directory = folder_.In(name);
    options.database.rows_of_tables = rows_of_tables;
    options.database.env = env;
    options.log_id = "log";
    auto store = Store::Open(options);
    if (!store) throw std::runtime_error(store.error().ToString());
    return std::move(*store);
  }
  // A few people whose grants come and go, some of it late or taken out again.
  std::vector<std::vector<Incoming>> Batches() {
    Recorder recorder;
    std::vector<std::vector<Incoming>> batches;
    for (std::int64_t b = 0; b < 12; ++b) {
      auto& batch = batches.emplace_back();
      for (std::int64_t i = 0; i < 20; ++i) {
        const std::string user = "user:" + std::to_string(i % 5), grant = "g" + std::to_string(i % 7);
        const std::int64_t at = 100 * b + (i % 3 == 0 ? -150 : i);
        if ((b + i) % 4 == 0) batch.push_back(recorder.At(at, GrantRevoked{.principal = user, .grant = grant}));
        else batch.push_back(recorder.At(at, GrantIssued{.grant = grant, .principal = user, .role = "role:r", .scope = "*"}));
        if (i == 7) batch.push_back(recorder.Retract(batch[3], user));
      }
    }
    return batches;
  }
  log::TemporaryDirectory folder_;
};

TEST_F(Behind, LeavesWhatBatchesWrittenAtOnceLeave) {
  for (const std::size_t rows_of_tables : {std::size_t{1}, std::size_t{100'000}}) {
    const std::string name = "behind" + std::to_string(rows_of_tables);
    auto now = Open("now" + std::to_string(rows_of_tables));
    auto behind = Open(name, rows_of_tables);
    for (const auto& batch : Batches()) {
      ASSERT_TRUE(now->Apply(batch));
      ASSERT_TRUE(behind->Apply(batch, {}, Commit::kBehind));
      EXPECT_EQ(behind->TableDigests(), now->TableDigests());
      EXPECT_EQ(behind->Projected(), now->Projected());
      const auto seen = [](const Store& store) { return *(*store.View(store.Projected()))->GrantsOf("user:1", Interval{}); };
      EXPECT_EQ(seen(*behind), seen(*now));
    }
    ASSERT_TRUE(behind->Settle());
    behind.reset();
    behind = Open(name);
    EXPECT_EQ(behind->TableDigests(), now->TableDigests());
    EXPECT_EQ(behind->Events(), now->Events());
    const auto a = behind->Snapshot()->Scan(Family::kFact), b = now->Snapshot()->Scan(Family::kFact);
    for (a->Seek(""), b->Seek(""); a->Valid() && b->Valid(); a->Next(), b->Next()) {
      EXPECT_EQ(a->Key(), b->Key());
      EXPECT_EQ(a->Value(), b->Value());
    }
    EXPECT_EQ(a->Valid(), b->Valid());
  }
}

TEST_F(Behind, WhatCouldNotBeWrittenIsToldAndTheStoreStandsWhereTheDatabaseDoes) {
  auto disk = std::make_shared<log::FaultyFileSystem>();
  const auto env = rocksdb::NewCompositeEnv(disk);
  const auto batches = Batches();
  auto store = Open("faulty", 100'000, env.get());
  ASSERT_TRUE(store->Apply(batches[0], {}, Commit::kBehind));
  ASSERT_TRUE(store->Settle());
  const auto before = store->Projected();
  disk->FailAfter(0, log::FaultyFileSystem::Fault::kDiskFull);
  ASSERT_TRUE(store->Apply(batches[1], {}, Commit::kBehind));
  EXPECT_NE(store->Projected(), before);
  const auto settled = store->Settle();
  ASSERT_FALSE(settled);
  EXPECT_EQ(settled.error().code, "model_disk_full");
  EXPECT_EQ(store->Projected(), before);
}

TEST_F(Behind, TheNextBatchIsToldAndIsNotIn) {
  auto disk = std::make_shared<log::FaultyFileSystem>();
  const auto env = rocksdb::NewCompositeEnv(disk);
  const auto batches = Batches();
  auto store = Open("faulty", 100'000, env.get());
  ASSERT_TRUE(store->Apply(batches[0]));
  const auto before = store->Projected();
  disk->FailAfter(0, log::FaultyFileSystem::Fault::kDiskFull);
  ASSERT_TRUE(store->Apply(batches[1], {}, Commit::kBehind));
  const auto next = store->Apply(batches[2], {}, Commit::kBehind);
  ASSERT_FALSE(next);
  EXPECT_EQ(next.error().code, "model_disk_full");
  EXPECT_EQ(store->Projected(), before);
}

TEST(OtherFormat, OfColumnFamiliesIsNamedAndNotTouched) {
  const log::TemporaryDirectory folder;
  rocksdb::Options options;
  options.create_if_missing = true;
  rocksdb::DB* db = nullptr;
  ASSERT_TRUE(rocksdb::DB::Open(options, folder.In("model"), &db).ok());
  rocksdb::ColumnFamilyHandle* event = nullptr;
  ASSERT_TRUE(db->CreateColumnFamily({}, "event", &event).ok());
  db->DestroyColumnFamilyHandle(event);
  delete db;
  for (const bool read_only : {true, false}) {
    DatabaseOptions how;
    how.directory = folder.In("model");
    how.read_only = read_only;
    const auto opened = Database::Open(how);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, "model_format_unknown") << opened.error().ToString();
  }
}

TEST(OneBehindWork, IsDoneInOrderAndItsErrorIsToldOnce) {
  OneBehind behind;
  std::vector<int> done;
  for (int i = 0; i < 100; ++i)
    ASSERT_TRUE(behind.Give([&done, i]() -> Status {
      done.push_back(i);
      return {};
    }));
  ASSERT_TRUE(behind.Wait());
  ASSERT_EQ(done.size(), 100U);
  EXPECT_TRUE(std::is_sorted(done.begin(), done.end()));
  ASSERT_TRUE(behind.Give([]() -> Status { return Fail("broken", "", "", Blame::kFault); }));
  const auto next = behind.Give([&]() -> Status {
    done.clear();
    return {};
  });
  ASSERT_FALSE(next);
  EXPECT_EQ(next.error().code, "broken");
  EXPECT_TRUE(behind.Wait());
  EXPECT_EQ(done.size(), 100U);
}

TEST(PartsBeside, CoverEverythingOnceFromManyCallers) {
  const auto caller = [] {
    for (std::size_t count : {0, 1, 63, 64, 65, 5'000}) {
      std::vector<std::atomic<int>> done(count);
      InParts(count, 64, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) ++done[i];
      });
      for (const auto& one : done) EXPECT_EQ(one, 1);
    }
  };
  std::vector<std::thread> callers;
  for (int i = 0; i < 4; ++i)
    callers.emplace_back([&] {
      for (int n = 0; n < 50; ++n) caller();
    });
  for (auto& one : callers) one.join();
}

}  // namespace
}  // namespace tenure::history
