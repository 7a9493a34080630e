// Records that were kept elsewhere, as a log: what it gives, gaps between offsets included, and what it refuses.
#include "log/kept_log.h"

#include <gtest/gtest.h>

namespace tenure::log {
namespace {

constexpr TopicPartition kHere{Topic::kAccess, 1};

Record At(std::int64_t offset, std::int64_t stamp_us) {
  return {{kHere.topic, kHere.partition, offset}, {stamp_us}, "key", "value " + std::to_string(offset), "door"};
}

PositionVector Until(std::int64_t next) {
  PositionVector end;
  end.next[kHere] = next;
  return end;
}

std::vector<std::int64_t> OffsetsOf(const std::vector<Record>& records) {
  std::vector<std::int64_t> offsets;
  for (const Record& record : records) offsets.push_back(record.position.offset);
  return offsets;
}

// Offsets 0, 1, 4 and 6 of 9, stamped 10, 30, 20 and 40.
std::unique_ptr<KeptLog> WithGaps() {
  auto log = KeptLog::Make("log", {At(0, 10), At(1, 30), At(4, 20), At(6, 40)}, Until(9));
  return log ? std::move(*log) : nullptr;
}

TEST(KeptLog, ReadsOnOverGapsToTheEnd) {
  const auto log = WithGaps();
  ASSERT_TRUE(log);
  const auto first = log->ReadOn(kHere, 0, 3);
  ASSERT_TRUE(first);
  EXPECT_EQ(OffsetsOf(first->records), (std::vector<std::int64_t>{0, 1, 4}));
  EXPECT_EQ(first->next, 6);
  const auto rest = log->ReadOn(kHere, first->next, 3);
  ASSERT_TRUE(rest);
  EXPECT_EQ(OffsetsOf(rest->records), (std::vector<std::int64_t>{6}));
  EXPECT_EQ(rest->next, 9);
  const auto end = log->ReadOn(kHere, 9, 3);
  ASSERT_TRUE(end);
  EXPECT_TRUE(end->records.empty());
  EXPECT_EQ(end->next, 9);
}

TEST(KeptLog, GivesRecordsAsTheyWereKept) {
  const auto log = WithGaps();
  ASSERT_TRUE(log);
  const auto record = log->At({kHere.topic, kHere.partition, 4});
  ASSERT_TRUE(record);
  EXPECT_EQ(record->stamp.us, 20);
  EXPECT_EQ(record->key + "/" + record->value + "/" + record->verified_writer, "key/value 4/door");
  EXPECT_EQ(log->At({kHere.topic, kHere.partition, 5}).error().code, "log_offset_out_of_range");
  EXPECT_EQ(log->At({Topic::kIdentity, 0, 0}).error().code, "log_offset_out_of_range");
}

TEST(KeptLog, KnowsByRecordedTimeWhateverStampsFall) {
  const auto log = WithGaps();
  ASSERT_TRUE(log);
  EXPECT_EQ(log->AtTime({9})->Next(kHere), 0);
  EXPECT_EQ(log->AtTime({20})->Next(kHere), 1);
  EXPECT_EQ(log->AtTime({30})->Next(kHere), 6);
  EXPECT_EQ(log->AtTime({40})->Next(kHere), 9);
}

TEST(KeptLog, RefusesWhatIsOutOfOrderOrBeyondItsEnd) {
  EXPECT_EQ(KeptLog::Make("log", {At(1, 1), At(0, 2)}, Until(9)).error().code, "known_malformed");
  EXPECT_EQ(KeptLog::Make("log", {At(1, 1), At(1, 2)}, Until(9)).error().code, "known_malformed");
  EXPECT_EQ(KeptLog::Make("log", {At(-1, 1)}, Until(9)).error().code, "known_malformed");
  EXPECT_EQ(KeptLog::Make("log", {At(9, 1)}, Until(9)).error().code, "known_malformed");
}

TEST(KeptLog, TakesNothing) {
  const auto log = WithGaps();
  ASSERT_TRUE(log);
  EXPECT_EQ(log->Append({}).error().code, "log_read_only");
  EXPECT_TRUE(*log->IsClosed({1'000}, {}));
}

}  // namespace
}  // namespace tenure::log
