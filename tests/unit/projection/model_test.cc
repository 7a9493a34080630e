// What the model promises beside its answers: which records it takes, and whose model it is.
#include "unit/projection/scratch_model.h"

namespace tenure::projection {
namespace {

log::Record At(std::int32_t partition, std::int64_t offset, std::int64_t stamp, std::string value) {
  return {{Topic::kIdentity, partition, offset}, RecordedTime{stamp}, "", std::move(value), ""};
}

TEST_F(ScratchModel, ARecordReadTwiceIsSkipped) {
  ASSERT_TRUE(Model().Apply({At(0, 0, 1, Registered(0)), At(0, 1, 2, Registered(1))}));
  const auto digests = Model().Digests();
  ASSERT_TRUE(Model().Apply({At(0, 0, 1, Registered(0)), At(0, 1, 2, Registered(1))}));
  EXPECT_EQ(Model().Digests(), digests);
  EXPECT_EQ(Model().Count().events, 2);
}

TEST_F(ScratchModel, AnOffsetWithoutARecordIsPassedOver) {
  ASSERT_TRUE(Model().Apply({At(0, 0, 1, Registered(0)), At(0, 2, 3, Registered(2))}));
  EXPECT_EQ(Model().Projected().Next({Topic::kIdentity, 0}), 3);
  ASSERT_TRUE(Model().Apply({At(0, 1, 2, Registered(1))}));
  EXPECT_EQ(Model().Count().events, 2);
}

TEST_F(ScratchModel, RecordedTimeNeverFallsInAPartition) {
  ASSERT_TRUE(Model().Apply({At(0, 0, 50, Registered(0)), At(0, 1, 20, Registered(1)), At(1, 0, 30, Registered(2))}));
  EXPECT_EQ(Model().RecordedAt({Topic::kIdentity, 0, 1})->us, 50);
  EXPECT_EQ(Model().RecordedAt({Topic::kIdentity, 1, 0})->us, 30);
  const auto v = Model().VectorAt(RecordedTime{30});
  ASSERT_TRUE(v);
  EXPECT_EQ(v->Next({Topic::kIdentity, 0}), 0);
  EXPECT_EQ(v->Next({Topic::kIdentity, 1}), 1);
}

TEST_F(ScratchModel, RecordedTimeIsKeptOverARestart) {
  ASSERT_TRUE(Model().Apply({At(0, 0, 50, Registered(0))}));
  model_.reset();
  ASSERT_TRUE(Model().Apply({At(0, 1, 20, Registered(1))}));
  EXPECT_EQ(Model().RecordedAt({Topic::kIdentity, 0, 1})->us, 50);
}

TEST_F(ScratchModel, AVectorBeyondWhatIsProjectedIsRefused) {
  ASSERT_TRUE(Model().Apply({At(0, 0, 1, Registered(0))}));
  PositionVector v;
  v.next[{Topic::kIdentity, 0}] = 2;
  const auto view = Model().View(v);
  ASSERT_FALSE(view);
  EXPECT_EQ(view.error().code, "vector_not_projected");
}

TEST_F(ScratchModel, OfAnotherLogOrOtherCorrectorsItStaysShut) {
  ASSERT_TRUE(Model().Apply({At(0, 0, 1, Registered(0))}));
  model_.reset();
  auto other = options_;
  other.log_id = "another";
  EXPECT_EQ(ReadModel::Open(other).error().code, "model_other_log");
  other = options_;
  other.config.correctors = {"corrector"};
  EXPECT_EQ(ReadModel::Open(other).error().code, "model_other_config");
}

TEST_F(ScratchModel, WhatCannotBeReadIsADeadLetterAndTheNextRecordGoesOn) {
  ASSERT_TRUE(Model().Apply({At(0, 0, 1, "not JSON"), At(0, 1, 2, Registered(1))}));
  const auto letters = Model().DeadLetters(Model().Projected());
  ASSERT_TRUE(letters);
  ASSERT_EQ(letters->size(), 1U);
  EXPECT_EQ(letters->front().position, (Position{Topic::kIdentity, 0, 0}));
  EXPECT_EQ(letters->front().state, "open");
  EXPECT_EQ(Model().Count().events, 1);
}

}  // namespace
}  // namespace tenure::projection
