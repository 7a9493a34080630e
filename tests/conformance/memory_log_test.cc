// The in-memory log of the tests is a log, too: with one partition a topic, and with several.
#include "conformance/memory_log.h"

#include <optional>

#include "conformance/log_conformance.h"

namespace tenure::log {
namespace {

class MemoryWorld : public LogWorld {
 public:
  explicit MemoryWorld(std::int32_t partitions) {
    MemoryLogOptions options;
    options.partitions = partitions;
    options.now = [this] { return clock_ ? *clock_ : RecordedTime{++ticks_}; };
    log_ = std::make_unique<MemoryLog>(options);
  }
  Result<std::unique_ptr<Log>> OpenWriter() override { return log_->Share(); }
  Result<std::unique_ptr<Log>> OpenReader() override { return log_->Share(); }
  Status Refresh(Log&) override { return {}; }
  bool SetClock(RecordedTime now) override {
    clock_ = now;
    return true;
  }
  bool HasOneWriter() const override { return false; }
  bool ReadersCannotAppend() const override { return false; }

 private:
  std::optional<RecordedTime> clock_;
  std::int64_t ticks_ = 0;
  std::unique_ptr<MemoryLog> log_;
};

INSTANTIATE_TEST_SUITE_P(Memory, LogConformance,
                         testing::Values(LogFactory{"OnePartition", [] { return std::make_unique<MemoryWorld>(1); }},
                                         LogFactory{"ThreePartitions", [] { return std::make_unique<MemoryWorld>(3); }}),
                         NameOfFactory);

TEST(MemoryLog, AStampThatFallsLeavesRecordedTimeWhereItWas) {
  MemoryLog log;
  log.AppendTo({Topic::kAccess, 0}, {100}, "k", "first");
  log.AppendTo({Topic::kAccess, 0}, {40}, "k", "second");
  const auto all = AllOf(log);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[1].record.stamp.us, 40);
  EXPECT_EQ(all[1].recorded.us, 100);
  EXPECT_EQ(log.AtTime({99})->next.size(), 0U);
  EXPECT_EQ(log.AtTime({100})->Next({Topic::kAccess, 0}), 2);
}

TEST(MemoryLog, OrderOfRecordGoesOverPartitions) {
  MemoryLogOptions options;
  options.partitions = 3;
  MemoryLog log(options);
  log.AppendTo({Topic::kAccess, 2}, {10}, "k", "a");
  log.AppendTo({Topic::kAccess, 0}, {20}, "k", "c");
  log.AppendTo({Topic::kIdentity, 1}, {20}, "k", "b");
  log.AppendTo({Topic::kAccess, 1}, {30}, "k", "d");
  EXPECT_EQ(ValuesOf(log), (std::vector<std::string>{"a", "b", "c", "d"}));
  EXPECT_EQ(log.Partitions()->size(), 6U);
}

TEST(MemoryLog, ATimeIsOpenWhileOnePartitionHasShownNothingLater) {
  MemoryLogOptions options;
  options.partitions = 2;
  MemoryLog log(options);
  for (int topic = 0; topic < kPlaneTopics; ++topic)
    for (std::int32_t i = 0; i < 2; ++i)
      if (topic != 2 || i != 1) log.AppendTo({static_cast<Topic>(topic), i}, {50}, "k", "v");
  EXPECT_FALSE(*log.IsClosed({49}, {}));
  log.AppendTo({Topic::kGovernance, 1}, {50}, "k", "v");
  EXPECT_TRUE(*log.IsClosed({49}, {}));
  EXPECT_FALSE(*log.IsClosed({50}, {})) << "another record may be given the same recorded time";
}

TEST(MemoryLog, AClosedTimeLiftsLaterStampsAboveIt) {
  MemoryLog log;
  log.CloseUpTo({100});
  log.AppendTo({Topic::kAccess, 0}, {7}, "k", "v");
  EXPECT_TRUE(*log.IsClosed({100}, {}));
  EXPECT_EQ(AllOf(log)[0].recorded.us, 101);
}

}  // namespace
}  // namespace tenure::log
