// Recorded time: it never falls, AtTime cuts by it, and a closed time stays as it is.
#include <algorithm>
#include <chrono>
#include <set>
#include <thread>

#include "conformance/log_conformance.h"

namespace tenure::log {
namespace {

constexpr std::int64_t kHourUs = 3'600'000'000;

PositionVector UpTo(const std::vector<Recorded>& all, RecordedTime k) {
  PositionVector known;
  for (const Recorded& one : all)
    if (one.recorded <= k) {
      std::int64_t& next = known.next[one.record.position.Where()];
      next = std::max(next, one.record.position.offset + 1);
    }
  return known;
}

// With so many keys that no partition is left out.
constexpr int kKeys = 32;
void AppendToEachPlane(Log& log, const std::string& value) {
  std::vector<NewRecord> records;
  for (int topic = 0; topic < kPlaneTopics; ++topic)
    for (int key = 0; key < kKeys; ++key)
      records.push_back({static_cast<Topic>(topic), "user:" + std::to_string(key), value, ""});
  auto appended = log.Append(records);
  ASSERT_TRUE(appended) << appended.error().ToString();
}

RecordedTime Last(const Log& log) { return AllOf(log).back().recorded; }

// On Kafka a time closes only a while after it has passed.
bool AwaitClosed(const Log& log, RecordedTime k) {
  for (int attempt = 0; attempt < 100; ++attempt) {
    auto closed = log.IsClosed(k, *log.End());
    EXPECT_TRUE(closed) << closed.error().ToString();
    if (*closed) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return false;
}

}  // namespace

TEST_P(LogConformance, AtTimeHoldsExactlyTheRecordsUpToThatTime) {
  auto log = Writer();
  for (int round = 0; round < 5; ++round) {
    AppendToEachPlane(*log, "v");
    ASSERT_TRUE(log->Append({AccessRecord("other:" + std::to_string(round), "w")}));
  }
  const auto all = AllOf(*log);
  ASSERT_EQ(all.size(), 5U * (kPlaneTopics * kKeys + 1));
  std::set<std::int64_t> times{0};
  for (const Recorded& one : all) times.insert({one.recorded.us - 1, one.recorded.us, one.recorded.us + 1});
  for (const std::int64_t us : times) {
    auto known = log->AtTime({us});
    ASSERT_TRUE(known) << known.error().ToString();
    EXPECT_EQ(*known, UpTo(all, {us})) << us;
  }
}

TEST_P(LogConformance, StampsComeFromTheClock) {
  if (!world_->SetClock({1'700'000'000'000'000})) GTEST_SKIP() << "this log's clock can't be set";
  auto log = Writer();
  auto appended = log->Append({AccessRecord("k", "v")});
  ASSERT_TRUE(appended);
  EXPECT_EQ(appended->stamps[0].us, 1'700'000'000'000'000);
  EXPECT_FALSE(appended->clock_behind);
}

TEST_P(LogConformance, RecordedTimeNeverFallsWhenTheClockDoes) {
  const std::int64_t noon = 1'700'000'000'000'000;
  if (!world_->SetClock({noon})) GTEST_SKIP() << "this log's clock can't be set";
  auto log = Writer();
  ASSERT_TRUE(log->Append({AccessRecord("k", "first")}));
  world_->SetClock({noon - kHourUs});
  auto behind = log->Append({AccessRecord("k", "second")});
  ASSERT_TRUE(behind);
  EXPECT_TRUE(behind->clock_behind);
  const auto all = AllOf(*log);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].record.value, "first");
  EXPECT_GE(all[1].recorded.us, noon);
  world_->SetClock({noon + kHourUs});
  auto again = log->Append({AccessRecord("k", "third")});
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->clock_behind);
  EXPECT_EQ(Last(*log).us, noon + kHourUs);
}

TEST_P(LogConformance, ATimeThatHasPassedCloses) {
  auto log = Writer();
  AppendToEachPlane(*log, "v");
  const RecordedTime k = Last(*log);
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  AppendToEachPlane(*log, "later");
  EXPECT_TRUE(AwaitClosed(*log, k));
}

TEST_P(LogConformance, ATimeThatHasNotComeIsNotClosed) {
  auto log = Writer();
  AppendToEachPlane(*log, "v");
  auto closed = log->IsClosed({Last(*log).us + 24 * kHourUs}, *log->End());
  ASSERT_TRUE(closed) << closed.error().ToString();
  EXPECT_FALSE(*closed);
}

TEST_P(LogConformance, NothingIsRecordedAtOrBeforeAClosedTime) {
  const std::int64_t noon = 1'700'000'000'000'000;
  const bool clock = world_->SetClock({noon});
  auto log = Writer();
  AppendToEachPlane(*log, "before");
  const RecordedTime k = Last(*log);
  if (clock) world_->SetClock({noon + kHourUs / 2});
  AppendToEachPlane(*log, "after");
  ASSERT_TRUE(AwaitClosed(*log, k));
  const PositionVector known = *log->AtTime(k);
  if (clock) world_->SetClock({noon - kHourUs});
  AppendToEachPlane(*log, "late");
  EXPECT_EQ(*log->AtTime(k), known);
  EXPECT_TRUE(*log->IsClosed(k, *log->End()));
}

}  // namespace tenure::log
