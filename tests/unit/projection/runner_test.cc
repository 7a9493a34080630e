// Following a log, and building a model anew.
#include "unit/projection/scratch_model.h"

namespace tenure::projection {
namespace {

TEST_F(ScratchModel, CatchUpReadsEveryPartitionToItsEndAndThenNothing) {
  Tell(0, 30, 0);
  Tell(30, 20, 1);
  EXPECT_EQ(*CatchUp(Model(), log_), 50);
  EXPECT_EQ(Model().Projected(), *log_.End());
  EXPECT_EQ(*CatchUp(Model(), log_), 0);
  Tell(50, 1, 1);
  EXPECT_EQ(*CatchUp(Model(), log_), 1);
  EXPECT_EQ(Model().Count().events, 51);
}

TEST_F(ScratchModel, ProgressRisesToWhatThereIsToDo) {
  Tell(0, 5000, 0);
  std::vector<std::pair<std::int64_t, std::int64_t>> told;
  ASSERT_TRUE(CatchUp(Model(), log_, [&](std::int64_t done, std::int64_t to_do) { told.emplace_back(done, to_do); }));
  ASSERT_GT(told.size(), 1U);
  EXPECT_TRUE(std::is_sorted(told.begin(), told.end()));
  EXPECT_EQ(told.back(), (std::pair<std::int64_t, std::int64_t>{5000, 5000}));
}

// A log that can't be read beyond an offset.
class Torn : public log::MemoryLog {
 public:
  Torn() : MemoryLog({.partitions = 1, .now = {}, .id = "scratch"}) {}
  Result<std::vector<log::Record>> Read(const TopicPartition& where, std::int64_t offset, std::size_t max) const override {
    if (offset >= readable) return Fail("log_io", "torn", "", Blame::kFault);
    return MemoryLog::Read(where, offset, max);
  }
  std::int64_t readable = 0;
};

// Runs of a few records.
class LoadedModel : public ScratchModel {
 protected:
  LoadedModel() {
    options_.bulk_from = 1'000;
    options_.bulk.sort_bytes = 100'000;
    options_.bulk.part_bytes = 20'000;
  }
  // A load that stops after 2,500 of 3,000 records.
  void Interrupt(Torn& torn) {
    for (int n = 0; n < 3'000; ++n)
      torn.AppendTo({Topic::kIdentity, 0}, RecordedTime{n + 1}, "user:u" + std::to_string(n), Registered(n));
    torn.readable = 2'500;
    ASSERT_FALSE(CatchUp(Model(), torn));
  }
};

TEST_F(LoadedModel, ProgressOfALoadRisesToWhatThereIsToDo) {
  Tell(0, 5000, 0);
  Tell(5000, 500, 1);
  std::vector<std::pair<std::int64_t, std::int64_t>> told;
  EXPECT_EQ(CatchUp(Model(), log_, [&](std::int64_t done, std::int64_t to_do) { told.emplace_back(done, to_do); }), 5500);
  ASSERT_GT(told.size(), 20U);  // a round has 200 records
  EXPECT_TRUE(std::is_sorted(told.begin(), told.end()));
  EXPECT_EQ(told.back(), (std::pair<std::int64_t, std::int64_t>{5500, 5500}));
  EXPECT_EQ(Model().Count().events, 5500);
  EXPECT_EQ(Model().Count().identities, 5500);
}

TEST_F(LoadedModel, WhatComesAfterALoadIsApplied) {
  Tell(0, 2000, 0);
  ASSERT_TRUE(CatchUp(Model(), log_));
  Tell(2000, 1500, 1);
  EXPECT_EQ(*CatchUp(Model(), log_), 1500);
  EXPECT_EQ(Model().Projected(), *log_.End());
  auto fresh = options_;
  fresh.directory = folder_.In("fresh");
  fresh.bulk_from = 1'000'000;
  const auto applied = Rebuild(fresh, log_, Model().Projected());
  ASSERT_TRUE(applied);
  EXPECT_EQ((*applied)->Digests(), Model().Digests());
}

TEST_F(LoadedModel, ALoadThatReadFurtherThanIsAskedForBeginsAnew) {
  Torn torn;
  Interrupt(torn);
  EXPECT_TRUE(Model().Projected().next.empty());
  PositionVector half;
  half.next[{Topic::kIdentity, 0}] = 1'500;
  const auto loaded = CatchUp(Model(), torn, half, {}, nullptr);
  ASSERT_TRUE(loaded) << loaded.error().ToString();
  EXPECT_EQ(Model().Projected(), half);
  EXPECT_EQ(Model().Count().events, 1'500);
}

TEST_F(LoadedModel, ALoadIsGoneOnWithWhereItWasInterrupted) {
  Torn torn;
  Interrupt(torn);
  model_.reset();
  torn.readable = 3'000;
  std::int64_t first = -1;
  ASSERT_TRUE(CatchUp(Model(), torn, [&](std::int64_t done, std::int64_t) { first = first < 0 ? done : first; }));
  EXPECT_GT(first, 1'000);  // of what stood before the fault more than half was read, and counts for half of the whole way
  EXPECT_EQ(Model().Count().events, 3'000);
}

TEST_F(ScratchModel, ARebuildStopsAtTheVectorAndEqualsTheLiveModel) {
  Tell(0, 40, 0);
  ASSERT_TRUE(CatchUp(Model(), log_));
  const auto until = Model().Projected();
  Tell(40, 10, 0);
  auto fresh = options_;
  fresh.directory = folder_.In("fresh");
  const auto rebuilt = Rebuild(fresh, log_, until);
  ASSERT_TRUE(rebuilt);
  EXPECT_EQ((*rebuilt)->Projected(), until);
  EXPECT_EQ((*rebuilt)->Digests(), Model().Digests());
}

TEST_F(ScratchModel, ARebuildGoesOnWhereAnEarlierOneStopped) {
  Tell(0, 40, 0);
  ASSERT_TRUE(CatchUp(Model(), log_));
  auto fresh = options_;
  fresh.directory = folder_.In("fresh");
  PositionVector half;
  half.next[{Topic::kIdentity, 0}] = 20;
  ASSERT_TRUE(Rebuild(fresh, log_, half));
  std::int64_t to_do = 0;
  const auto rebuilt = Rebuild(fresh, log_, Model().Projected(), [&](std::int64_t, std::int64_t all) { to_do = all; });
  ASSERT_TRUE(rebuilt);
  EXPECT_EQ(to_do, 20);
  EXPECT_EQ((*rebuilt)->Digests(), Model().Digests());
}

TEST_F(ScratchModel, ARebuildMakesRoomWhereSomethingElseStands) {
  Tell(0, 10, 0);
  ASSERT_TRUE(CatchUp(Model(), log_));
  auto fresh = options_;
  fresh.directory = folder_.In("fresh");
  auto other = fresh;
  other.log_id = "another log";
  ASSERT_TRUE(ReadModel::Open(other));
  const auto rebuilt = Rebuild(fresh, log_, Model().Projected());
  ASSERT_TRUE(rebuilt) << rebuilt.error().ToString();
  EXPECT_EQ((*rebuilt)->Digests(), Model().Digests());
}

TEST_F(ScratchModel, WhatStandsBeforeAFaultIsProjectedAndWhatFollowsWhenItIsGone) {
  Torn torn;
  for (int n = 0; n < 9'000; ++n)
    torn.AppendTo({Topic::kIdentity, 0}, RecordedTime{n + 1}, "user:u" + std::to_string(n), Registered(n));
  std::int64_t told = 0;
  const auto progress = [&](std::int64_t done, std::int64_t) { told = done; };
  for (const std::int64_t readable : {1, 2'001, 4'001}) {  // of each batch the first record is beyond it
    torn.readable = readable;
    const auto faulty = CatchUp(Model(), torn, progress);
    ASSERT_FALSE(faulty);
    EXPECT_EQ(faulty.error().code, "log_io");
    EXPECT_EQ(Model().Projected().Next({Topic::kIdentity, 0}), readable + 1'999);
  }
  torn.readable = 9'000;
  EXPECT_EQ(*CatchUp(Model(), torn, progress), 3'000);
  EXPECT_EQ(told, 3'000);
  EXPECT_EQ(Model().Count().events, 9'000);
}

// A log that others write to, which says when it was disturbed.
class Shared : public log::MemoryLog {
 public:
  Shared() : MemoryLog({.partitions = 2, .now = {}, .id = "scratch"}) {}
  bool HasOneWriter() const override { return false; }
  std::int64_t Disturbances() const override { return disturbances; }
  void Tell(int first, int count) {
    for (int n = first; n < first + count; ++n)
      AppendTo({Topic::kIdentity, 0}, RecordedTime{n + 1}, "user:u" + std::to_string(n), Registered(n));
  }
  std::int64_t disturbances = 0;
};

TEST_F(ScratchModel, ATopicMadeAnewBehindADisturbanceIsNotGoneOnWith) {
  Shared log, anew;
  PlacesGuard guard;
  log.Tell(0, 10);
  ASSERT_TRUE(CatchUp(Model(), log, {}, &guard));
  anew.Tell(100, 20);
  anew.disturbances = 1;
  const auto caught_up = CatchUp(Model(), anew, {}, &guard);
  ASSERT_FALSE(caught_up);
  EXPECT_EQ(caught_up.error().code, "log_replaced");
  EXPECT_EQ(Model().Projected(), *log.End());
}

TEST_F(ScratchModel, PlacesOfALoadAreHeldAgainstTheLog) {
  options_.bulk_from = 1;
  options_.bulk.sort_bytes = 2'000;
  Shared log, anew;
  log.Tell(0, 40);
  ASSERT_TRUE(CatchUp(Model(), log));
  const auto places = Model().Places();
  ASSERT_TRUE(places);
  ASSERT_EQ(places->size(), 1U);
  EXPECT_EQ(places->begin()->second.last, 39);
  EXPECT_TRUE(CheckPlaces(Model(), log));
  anew.Tell(100, 60);
  const auto other = CheckPlaces(Model(), anew);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, "log_replaced");
}

TEST_F(ScratchModel, ATopicMadeAnewWhileNobodyLookedIsNotGoneOnWith) {
  Shared log, anew;
  PlacesGuard guard;
  log.Tell(0, 10);
  ASSERT_TRUE(CatchUp(Model(), log, {}, &guard));
  anew.Tell(100, 20);  // stamped later
  const auto caught_up = CatchUp(Model(), anew, {}, &guard);
  ASSERT_FALSE(caught_up);
  EXPECT_EQ(caught_up.error().code, "log_replaced");
  EXPECT_EQ(Model().Projected(), *log.End());
}

TEST_F(ScratchModel, ADisturbanceAfterWhichAllIsAsItWasIsGoneOnWith) {
  Shared log;
  PlacesGuard guard;
  log.Tell(0, 10);
  ASSERT_TRUE(CatchUp(Model(), log, {}, &guard));
  log.disturbances = 1;
  log.Tell(10, 5);
  EXPECT_EQ(CatchUp(Model(), log, {}, &guard), 5);
}

TEST_F(ScratchModel, ALogThatEndsBeforeWhatWasProjectedIsAnother) {
  Shared log, shorter;
  PlacesGuard guard;
  log.Tell(0, 10);
  ASSERT_TRUE(CatchUp(Model(), log, {}, &guard));
  shorter.Tell(0, 9);
  const auto caught_up = CatchUp(Model(), shorter, {}, &guard);
  ASSERT_FALSE(caught_up);
  EXPECT_EQ(caught_up.error().code, "log_replaced");
}

}  // namespace
}  // namespace tenure::projection
