// Closing and opening again, and several that have one log open.
#include "conformance/log_conformance.h"

namespace tenure::log {

TEST_P(LogConformance, IdAndRecordsSurviveReopening) {
  auto log = Writer();
  const std::string id = log->Id();
  EXPECT_FALSE(id.empty());
  auto first = log->Append({AccessRecord("k", "before")});
  ASSERT_TRUE(first);
  log.reset();
  log = Writer();
  EXPECT_EQ(log->Id(), id);
  auto second = log->Append({AccessRecord("k", "after")});
  ASSERT_TRUE(second);
  EXPECT_EQ(second->positions[0].offset, first->positions[0].offset + 1);
  EXPECT_EQ(log->At(first->positions[0])->stamp, first->stamps[0]);
  EXPECT_EQ(ValuesOf(*log), (std::vector<std::string>{"before", "after"}));
}

TEST_P(LogConformance, TwoLogsHaveDifferentIds) {
  auto log = Writer();
  const auto other_world = GetParam().make();
  auto other = other_world->OpenWriter();
  ASSERT_TRUE(other) << other.error().ToString();
  EXPECT_NE(log->Id(), (*other)->Id());
}

TEST_P(LogConformance, ASecondWriterIsRefusedUntilTheFirstIsGone) {
  if (!world_->HasOneWriter()) GTEST_SKIP() << "this log has many writers";
  auto first = Writer();
  auto second = world_->OpenWriter();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, "log_locked");
  EXPECT_EQ(second.error().blame, Blame::kUnavailable);
  EXPECT_TRUE(first->Append({AccessRecord("k", "v")})) << "the first isn't disturbed";
  first.reset();
  EXPECT_TRUE(world_->OpenWriter());
}

TEST_P(LogConformance, AReaderSeesWhatWasAcknowledgedBeforeItOpened) {
  auto writer = Writer();
  ASSERT_TRUE(writer->Append({AccessRecord("k", "one"), AccessRecord("k", "two")}));
  auto reader = world_->OpenReader();
  ASSERT_TRUE(reader) << reader.error().ToString();
  EXPECT_EQ((*reader)->Id(), writer->Id());
  EXPECT_EQ(ValuesOf(**reader), (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(*(*reader)->End(), *writer->End());
}

TEST_P(LogConformance, AReaderCatchesUpAgainAndAgain) {
  auto writer = Writer();
  ASSERT_TRUE(writer->Append({AccessRecord("k", "0")}));
  auto reader = world_->OpenReader();
  ASSERT_TRUE(reader) << reader.error().ToString();
  for (int i = 1; i < 10; ++i) {
    ASSERT_TRUE(writer->Append({AccessRecord("k", std::to_string(i))}));
    auto refreshed = world_->Refresh(**reader);
    ASSERT_TRUE(refreshed) << refreshed.error().ToString();
    EXPECT_EQ(ValuesOf(**reader), ValuesOf(*writer));
  }
}

TEST_P(LogConformance, AReaderCannotAppend) {
  if (!world_->ReadersCannotAppend()) GTEST_SKIP() << "readers of this log may append";
  auto writer = Writer();
  ASSERT_TRUE(writer->Append({AccessRecord("k", "v")}));
  auto reader = world_->OpenReader();
  ASSERT_TRUE(reader) << reader.error().ToString();
  auto refused = (*reader)->Append({AccessRecord("k", "w")});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "log_read_only");
}

}  // namespace tenure::log
