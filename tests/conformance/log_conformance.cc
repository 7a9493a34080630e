// Appending and reading: what one open log must hold.
#include "conformance/log_conformance.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <thread>
#include <utility>

namespace tenure::log {

// A test program may want only the worlds and no suite of its own.
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(LogConformance);

void LogConformance::SetUp() { world_ = GetParam().make(); }

std::unique_ptr<Log> LogConformance::Writer() {
  auto log = world_->OpenWriter();
  if (log) return std::move(*log);
  ADD_FAILURE() << log.error().ToString();
  std::abort();
}

namespace {

std::string EveryByte() {
  std::string bytes(256, '\0');
  std::iota(bytes.begin(), bytes.end(), '\0');
  return bytes;
}

std::vector<NewRecord> Numbered(int from, int until, const std::string& key = "user:a") {
  std::vector<NewRecord> records;
  for (int i = from; i < until; ++i) records.push_back(AccessRecord(key, std::to_string(i)));
  return records;
}

std::vector<std::string> Numbers(int from, int until) {
  std::vector<std::string> values;
  for (int i = from; i < until; ++i) values.push_back(std::to_string(i));
  return values;
}

}  // namespace

TEST_P(LogConformance, AnEmptyLogHoldsNothing) {
  auto log = Writer();
  const PositionVector end = *log->End();
  for (const auto& [where, next] : end.next)
    ADD_FAILURE() << TopicName(where.topic) << "/" << where.partition << " ends at " << next;
  EXPECT_TRUE(AllOf(*log).empty());
  auto nothing = log->Read({Topic::kUsage, 0}, 0, 10);
  ASSERT_TRUE(nothing) << nothing.error().ToString();
  EXPECT_TRUE(nothing->empty());
}

TEST_P(LogConformance, WhatIsAppendedIsReadBackByteForByte) {
  auto log = Writer();
  const NewRecord strange{Topic::kGovernance, EveryByte(), EveryByte() + EveryByte(), std::string("w\0r", 3)};
  const NewRecord bare{Topic::kGovernance, EveryByte(), "", ""};
  auto appended = log->Append({strange, bare});
  ASSERT_TRUE(appended) << appended.error().ToString();
  for (std::size_t i = 0; i < 2; ++i) {
    const NewRecord& given = i == 0 ? strange : bare;
    auto record = log->At(appended->positions[i]);
    ASSERT_TRUE(record) << record.error().ToString();
    EXPECT_EQ(record->position, appended->positions[i]);
    EXPECT_EQ(record->stamp, appended->stamps[i]);
    EXPECT_EQ(record->key, given.key);
    EXPECT_EQ(record->value, given.value);
    EXPECT_EQ(record->verified_writer, given.verified_writer);
  }
}

TEST_P(LogConformance, RecordsOfOneKeyKeepTheOrderOfAppend) {
  auto log = Writer();
  ASSERT_TRUE(log->Append(Numbered(0, 3)));
  ASSERT_TRUE(log->Append(Numbered(3, 4)));
  ASSERT_TRUE(log->Append(Numbered(4, 100)));
  EXPECT_EQ(ValuesOf(*log), Numbers(0, 100));
}

TEST_P(LogConformance, ABatchOverAllTopicsGivesEachRecordItsPosition) {
  auto log = Writer();
  std::vector<NewRecord> records;
  for (const Topic topic :
       {Topic::kUsage, Topic::kIdentity, Topic::kDeadLetter, Topic::kAccess, Topic::kGovernance, Topic::kUsage})
    records.push_back({topic, "k", std::string(TopicName(topic)), ""});
  auto appended = log->Append(records);
  ASSERT_TRUE(appended) << appended.error().ToString();
  ASSERT_EQ(appended->positions.size(), records.size());
  ASSERT_EQ(appended->stamps.size(), records.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    EXPECT_EQ(appended->positions[i].topic, records[i].topic);
    EXPECT_EQ(log->At(appended->positions[i])->value, records[i].value);
  }
  EXPECT_EQ(appended->positions[0].offset, 0);
  EXPECT_EQ(appended->positions[5].offset, 1);
}

TEST_P(LogConformance, AnAppendOfNothingChangesNothing) {
  auto log = Writer();
  auto appended = log->Append({});
  ASSERT_TRUE(appended) << appended.error().ToString();
  EXPECT_TRUE(appended->positions.empty());
  EXPECT_TRUE(log->End()->next.empty());
}

TEST_P(LogConformance, AValueAtTheLimitOfAnEventIsReadBack) {
  auto log = Writer();
  std::string value(256U << 10, 'x');
  for (std::size_t i = 0; i < value.size(); ++i)
    value[i] = static_cast<char>(i * 2654435761U >> 13);  // doesn't compress to nothing
  auto appended = log->Append({AccessRecord("user:a", value)});
  ASSERT_TRUE(appended) << appended.error().ToString();
  EXPECT_EQ(log->At(appended->positions[0])->value, value);
}

TEST_P(LogConformance, ABatchAtTheLimitIsReadBackAndOneMoreIsRefusedWhole) {
  auto log = Writer();
  auto whole = log->Append(Numbered(0, kAppendRecordsMax));
  ASSERT_TRUE(whole) << whole.error().ToString();
  auto refused = log->Append(Numbered(0, kAppendRecordsMax + 1));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "log_batch_too_large");
  EXPECT_EQ(ValuesOf(*log), Numbers(0, kAppendRecordsMax));
}

TEST_P(LogConformance, ARecordBeyondTheLimitTakesItsWholeBatchWithIt) {
  auto log = Writer();
  auto refused = log->Append({AccessRecord("user:a", "small"), AccessRecord("user:a", std::string(kRecordBytesMax, 'x'))});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "log_record_too_large");
  EXPECT_TRUE(AllOf(*log).empty());
}

TEST_P(LogConformance, EndIsOnePastTheLastRecordOfEachPartition) {
  auto log = Writer();
  ASSERT_TRUE(log->Append(Numbered(0, 5)));
  ASSERT_TRUE(log->Append({{Topic::kUsage, "k", "v", ""}}));
  PositionVector expected;
  for (const Recorded& one : AllOf(*log)) {
    std::int64_t& next = expected.next[one.record.position.Where()];
    next = std::max(next, one.record.position.offset + 1);
  }
  EXPECT_EQ(*log->End(), expected);
  EXPECT_EQ(expected.next.size(), 2U);
}

TEST_P(LogConformance, PartitionsAreAscendingAndHoldEveryEnd) {
  auto log = Writer();
  ASSERT_TRUE(log->Append({{Topic::kUsage, "k", "v", ""}, {Topic::kIdentity, "k", "v", ""}}));
  const auto partitions = *log->Partitions();
  EXPECT_TRUE(std::is_sorted(partitions.begin(), partitions.end()));
  const PositionVector end = *log->End();
  EXPECT_EQ(end.next.size(), 2U);
  for (const auto& [where, next] : end.next)
    EXPECT_TRUE(std::binary_search(partitions.begin(), partitions.end(), where)) << TopicName(where.topic);
}

TEST_P(LogConformance, ReadGivesAtMostWhatWasAskedForFromTheOffsetOn) {
  auto log = Writer();
  auto appended = log->Append(Numbered(0, 10));
  ASSERT_TRUE(appended);
  const TopicPartition where = appended->positions[0].Where();
  auto some = log->Read(where, 4, 3);
  ASSERT_TRUE(some) << some.error().ToString();
  ASSERT_EQ(some->size(), 3U);
  EXPECT_EQ(some->front().value, "4");
  EXPECT_EQ(some->front().position.offset, 4);
  EXPECT_EQ(log->Read(where, 8, 100)->size(), 2U);
  EXPECT_TRUE(log->Read(where, 4, 0)->empty());
  EXPECT_TRUE(log->Read(where, 10, 100)->empty()) << "the end itself is no error";
}

TEST_P(LogConformance, AnOffsetOutsideThePartitionIsAnErrorOfTheCaller) {
  auto log = Writer();
  auto appended = log->Append(Numbered(0, 10));
  ASSERT_TRUE(appended);
  const TopicPartition where = appended->positions[0].Where();
  for (const std::int64_t offset : {std::int64_t{-1}, std::int64_t{11}, std::int64_t{1} << 62}) {
    auto read = log->Read(where, offset, 1);
    ASSERT_FALSE(read) << offset;
    EXPECT_EQ(read.error().code, "log_offset_out_of_range");
    EXPECT_EQ(read.error().blame, Blame::kCaller);
  }
  for (const Position& nowhere : {Position{where.topic, where.partition, 10}, Position{where.topic, where.partition, -1},
                                  Position{Topic::kUsage, 0, 0}, Position{where.topic, 77, 0}})
    EXPECT_EQ(log->At(nowhere).error().code, "log_offset_out_of_range");
}

TEST_P(LogConformance, ConcurrentAppendersLoseNothingAndKeepTheirBatchesWhole) {
  auto log = Writer();
  constexpr int kThreads = 8, kBatches = 25, kInBatch = 4;
  std::vector<std::vector<Position>> positions(kThreads);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t)
    threads.emplace_back([&, t] {
      for (int b = 0; b < kBatches; ++b) {
        std::vector<NewRecord> batch;
        for (int i = 0; i < kInBatch; ++i) batch.push_back(AccessRecord("k", std::to_string(t) + "." + std::to_string(b)));
        auto appended = log->Append(batch);
        ASSERT_TRUE(appended) << appended.error().ToString();
        positions[static_cast<std::size_t>(t)].insert(positions[static_cast<std::size_t>(t)].end(), appended->positions.begin(),
                                                      appended->positions.end());
      }
    });
  for (auto& thread : threads) thread.join();
  std::map<Position, std::string> values;
  for (const auto& one : AllOf(*log)) values[one.record.position] = one.record.value;
  EXPECT_EQ(values.size(), static_cast<std::size_t>(kThreads * kBatches * kInBatch));
  for (int t = 0; t < kThreads; ++t) {
    const auto& mine = positions[static_cast<std::size_t>(t)];
    EXPECT_TRUE(std::is_sorted(mine.begin(), mine.end())) << "the order of one appender's own appends";
    for (std::size_t i = 0; i < mine.size(); ++i) {
      EXPECT_EQ(values[mine[i]], std::to_string(t) + "." + std::to_string(i / kInBatch));
      if (i % kInBatch != 0) {
        EXPECT_EQ(mine[i].offset, mine[i - 1].offset + 1) << "a batch of one key isn't torn apart";
      }
    }
  }
}

}  // namespace tenure::log
