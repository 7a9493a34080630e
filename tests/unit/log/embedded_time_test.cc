// Stamps, and what closes a recorded time on the embedded log.
#include "unit/log/embedded_fixture.h"

namespace tenure::log {
namespace {

constexpr std::int64_t kNoonUs = 1'700'000'000'000'000;
constexpr std::int64_t kHourUs = 3'600'000'000;

class EmbeddedTime : public EmbeddedFixture {
 protected:
  EmbeddedTime() {
    now_ = [this] { return RecordedTime{clock_us_}; };
  }
  RecordedTime AppendOne(Log& log) {
    auto appended = log.Append({AccessRecord("k", "v")});
    EXPECT_TRUE(appended);
    return appended->stamps[0];
  }

  std::int64_t clock_us_ = kNoonUs;
};

TEST_F(EmbeddedTime, StampsRiseStrictlyOverAllTopicsInOrderOfAppend) {
  auto log = OpenWriter();
  auto appended = log->Append({AccessRecord("k", "v"), {Topic::kIdentity, "k", "v", ""}, AccessRecord("k", "v")});
  ASSERT_TRUE(appended);
  for (std::int64_t i = 0; i < 3; ++i) EXPECT_EQ(appended->stamps[static_cast<std::size_t>(i)].us, kNoonUs + i);
  EXPECT_EQ(AppendOne(*log).us, kNoonUs + 3);
}

TEST_F(EmbeddedTime, NumberingALargeBatchIsNotTheClocksFault) {
  auto log = OpenWriter();
  ASSERT_TRUE(log->Append(std::vector<NewRecord>(5000, AccessRecord("k", "v"))));
  clock_us_ += 10;
  EXPECT_FALSE(log->Append({AccessRecord("k", "v")})->clock_behind);
  clock_us_ -= 11;
  EXPECT_TRUE(log->Append({AccessRecord("k", "v")})->clock_behind);
}

TEST_F(EmbeddedTime, AClockBehindAfterARestartIsSaidAtEachAppend) {
  OpenWriter()->Append({AccessRecord("k", "v")}).value();
  clock_us_ -= kHourUs;
  auto log = OpenWriter();
  for (int i = 0; i < 2; ++i) {
    auto appended = log->Append({AccessRecord("k", "v")});
    EXPECT_TRUE(appended->clock_behind);
    EXPECT_GT(appended->stamps[0].us, kNoonUs);
  }
}

TEST_F(EmbeddedTime, TheLastStampIsClosedAtOnce) {
  auto log = OpenWriter();
  const RecordedTime last = AppendOne(*log);
  EXPECT_TRUE(*log->IsClosed(last, {}));
  EXPECT_TRUE(*OpenReader()->IsClosed(last, {}));
}

TEST_F(EmbeddedTime, AReaderCannotCloseATimeAndAWriterCan) {
  auto log = OpenWriter();
  AppendOne(*log);
  clock_us_ += kHourUs;
  const RecordedTime k{clock_us_ - 5};
  auto reader = OpenReader();
  EXPECT_FALSE(*reader->IsClosed(k, {}));
  EXPECT_EQ(CodeOf(reader->GuaranteeLaterThan(k)), "log_read_only");
  EXPECT_TRUE(*log->IsClosed(k, {}));
  ASSERT_TRUE(reader->Refresh());
  EXPECT_TRUE(*reader->IsClosed(k, {})) << "the guarantee is written down";
}

TEST_F(EmbeddedTime, AGuaranteeOutlivesARestartWithTheClockTurnedBack) {
  clock_us_ += kHourUs;
  const RecordedTime k{clock_us_};
  ASSERT_TRUE(OpenWriter()->GuaranteeLaterThan(k));
  clock_us_ = kNoonUs;
  auto log = OpenWriter();
  EXPECT_TRUE(*log->IsClosed(k, {}));
  EXPECT_EQ(AppendOne(*log).us, k.us + 1);
}

TEST_F(EmbeddedTime, ATimeTheClockHasNotReachedCannotBeClosed) {
  auto log = OpenWriter();
  EXPECT_EQ(CodeOf(log->GuaranteeLaterThan({clock_us_ + 1})), "log_time_in_future");
  EXPECT_FALSE(*log->IsClosed({clock_us_ + 1}, {}));
  EXPECT_EQ(AppendOne(*log).us, clock_us_) << "stamps don't run ahead of the clock";
}

TEST_F(EmbeddedTime, AnEarlierGuaranteeDoesNotLowerALaterOne) {
  auto log = OpenWriter();
  ASSERT_TRUE(log->GuaranteeLaterThan({kNoonUs}));
  ASSERT_TRUE(log->GuaranteeLaterThan({kNoonUs - kHourUs}));
  EXPECT_EQ(AppendOne(*log).us, kNoonUs + 1);
}

}  // namespace
}  // namespace tenure::log
