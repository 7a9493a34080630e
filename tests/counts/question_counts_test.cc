// What a question reads: none of it depends on the machine, so that each has a bound, near what it is. Lower a bound when it gets better;
// a change that needs a higher one says why.
#include <gtest/gtest.h>
#include <rocksdb/perf_context.h>

#include <functional>

#include "conformance/temporary_directory.h"
#include "counts/allocations.h"
#include "counts/small_record.h"
#include "tenure/tenure.h"

namespace tenure::counts {
namespace {

struct Cost {
  std::int64_t seeks = 0, gets = 0;  // in the read model and the log
  std::int64_t rows = 0;             // stepped over
  std::int64_t blocks = 0;           // read, from the cache or the disk
  std::int64_t allocations = 0;
};

// Of one question on this thread; RocksDB counts for each thread.
Cost CostOf(const std::function<void()>& question) {
  rocksdb::SetPerfLevel(rocksdb::PerfLevel::kEnableCount);
  rocksdb::get_perf_context()->Reset();
  const std::int64_t before = Allocations();
  question();
  const auto& counted = *rocksdb::get_perf_context();
  const Cost cost{.seeks = static_cast<std::int64_t>(counted.seek_on_memtable_count),
                  .gets = static_cast<std::int64_t>(counted.get_from_memtable_count),
                  .rows = static_cast<std::int64_t>(counted.next_on_memtable_count + counted.prev_on_memtable_count),
                  .blocks = static_cast<std::int64_t>(counted.block_cache_hit_count + counted.block_read_count),
                  .allocations = Allocations() - before};
  rocksdb::SetPerfLevel(rocksdb::PerfLevel::kDisable);
  return cost;
}

std::ostream& operator<<(std::ostream& out, const Cost& cost) {
  return out << cost.seeks << " seeks, " << cost.gets << " gets, " << cost.rows << " rows, " << cost.blocks << " blocks, "
             << cost.allocations << " allocations";
}

// user:a is in group:1, which is in group:2; each holds three grants, and so do fifty other users. user:few has 100 past grants, user:many
// 3,000; what they hold now is the same.
class QuestionCounts : public testing::Test {
 protected:
  static constexpr std::int64_t kAsked = 4'000;
  // What is over is stepped over, one row a grant; it should be none.
  static constexpr std::int64_t kPastFew = 100, kPastMany = 3'000, kPastMore = kPastMany - kPastFew;

  static void SetUpTestSuite() {
    folder_ = std::make_unique<log::TemporaryDirectory>();
    OpenOptions options;
    options.data_dir = folder_->In("data");
    options.write = options.create = true;
    tenure_ = *Tenure::Open(options);
    std::vector<Event> events;
    Teller teller;
    const auto tell = [&](std::int64_t day, Payload payload) { events.push_back(teller.Tell(Day(day), std::move(payload))); };
    tell(0, Reader());
    std::vector<std::string> everybody{"user:a", "group:1", "group:2", "user:few", "user:many"};
    for (int n = 0; n < 50; ++n) everybody.push_back("user:" + std::to_string(n));
    for (const std::string& one : everybody) {
      tell(1, Registered(one));
      for (int n = 0; n < 3; ++n) tell(2, Issue(one, one + "/" + std::to_string(n)));
    }
    tell(2, MembershipAdded{"user:a", "group:1", {}, {}});
    tell(2, MembershipAdded{"group:1", "group:2", {}, {}});
    for (const auto& [subject, grants] : {std::pair{"user:few", kPastFew}, std::pair{"user:many", kPastMany}})
      for (std::int64_t n = 0; n < grants; ++n) {
        const std::string grant = std::string(subject) + "/past" + std::to_string(n);
        tell(3 + n, Issue(subject, grant));
        tell(4 + n, Revoke(subject, grant));
      }
    const auto report = tenure_->Append(events, {});
    ASSERT_TRUE(report) << report.error().ToString();
    ASSERT_EQ(report->answer.appended, static_cast<std::int64_t>(events.size()));
    known_ = *(*tenure_->SnapshotAt({}))->Head().known_time;
    // More than there are states whose rows are kept.
    for (std::int64_t n = 0; n < 6; ++n) ASSERT_TRUE(tenure_->Append({teller.Tell(Day(n), Registered("user:later"))}, {}));
  }
  static void TearDownTestSuite() {
    tenure_.reset();
    folder_.reset();
  }

  static Ask At(std::int64_t day) {
    Ask ask;
    ask.when.as_of = Day(day);
    return ask;
  }
  // The second time it is asked: what is read once for all questions is no part of it.
  static Cost CheckOf(const std::string& subject, std::int64_t day) {
    const auto check = [&] {
      const auto answer = tenure_->Check(subject, "read", "bucket:prod/x", false, At(day));
      ASSERT_TRUE(answer) << answer.error().ToString();
      ASSERT_EQ(answer->result.decision, Decision::kYes);
    };
    check();
    return CostOf(check);
  }

  static std::unique_ptr<log::TemporaryDirectory> folder_;
  static std::unique_ptr<Tenure> tenure_;
  static RecordedTime known_;  // of all that was told before user:later
};
RecordedTime QuestionCounts::known_;
std::unique_ptr<log::TemporaryDirectory> QuestionCounts::folder_;
std::unique_ptr<Tenure> QuestionCounts::tenure_;

TEST_F(QuestionCounts, CheckThroughTwoGroups) {
  const Cost cost = CheckOf("user:a", kAsked);
  EXPECT_GT(cost.seeks + cost.gets, 0);  // else nothing is counted
  EXPECT_LE(cost.seeks, 37) << cost;
  EXPECT_LE(cost.gets, 4) << cost;
  EXPECT_LE(cost.rows, 33) << cost;
  EXPECT_LE(cost.allocations, 1'500) << cost;
}

// What it reads is in memory, whatever the subject's past.
TEST_F(QuestionCounts, BriefAnswersAskedAgainReadNoRow) {
  for (const std::string subject : {"user:a", "user:few", "user:many"}) {
    const auto check = [&] {
      const auto answer = (*tenure_->SnapshotAt(At(kAsked)))->Check(subject, "read", "bucket:prod/x");
      ASSERT_TRUE(answer);
      ASSERT_EQ(answer->decision, Decision::kYes);
      ASSERT_FALSE(answer->evidence.empty());
    };
    check();
    const Cost cost = CostOf(check);
    EXPECT_EQ(cost.seeks + cost.gets + cost.rows, 0) << cost;
    EXPECT_LE(cost.allocations, 90) << cost;
  }
  const auto sets = [&] {
    const auto snapshot = *tenure_->SnapshotAt(At(kAsked));
    ASSERT_EQ(snapshot->What("user:a")->rows.size(), 9U);
    ASSERT_EQ(snapshot->Who({"read", "bucket:prod/x", {}, {}})->rows.size(), 53U);
    ASSERT_EQ(snapshot->Existed()->rows.size(), 56U);
  };
  sets();
  const Cost cost = CostOf(sets);
  EXPECT_EQ(cost.seeks + cost.gets + cost.rows, 0) << cost;
  EXPECT_LE(cost.allocations, 700) << cost;
}

// At other moments than it was asked about before, too.
TEST_F(QuestionCounts, BriefAnswersAboutAPastKnowledgeReadNoRowAgain) {
  for (const std::string subject : {"user:a", "user:few", "user:many"}) {
    std::int64_t day = kAsked;
    const auto check = [&] {
      Ask ask = At(day);
      ask.as_known_at = known_;
      const auto answer = (*tenure_->SnapshotAt(ask))->Check(subject, "read", "bucket:prod/x");
      ASSERT_TRUE(answer);
      ASSERT_EQ(answer->decision, Decision::kYes);
    };
    check();
    day = 3;
    const Cost cost = CostOf(check);
    EXPECT_EQ(cost.seeks + cost.gets + cost.rows, 0) << subject << ": " << cost;
    EXPECT_LE(cost.allocations, 200) << cost;
  }
}

TEST_F(QuestionCounts, CheckNowSeeksAsOftenAfterALongPast) {
  const Cost few = CheckOf("user:few", kAsked), many = CheckOf("user:many", kAsked);
  EXPECT_LE(many.blocks, few.blocks + 10) << few << " against " << many;
  EXPECT_LE(many.seeks, few.seeks + 2) << few << " against " << many;
  EXPECT_LE(many.rows, few.rows + kPastMore + 10) << few << " against " << many;
}

TEST_F(QuestionCounts, CheckThenSeeksAsOftenAfterALongPast) {
  const Cost few = CheckOf("user:few", 50), many = CheckOf("user:many", 50);
  EXPECT_LE(many.blocks, few.blocks + 10) << few << " against " << many;
  EXPECT_LE(many.seeks, few.seeks + 2) << few << " against " << many;
  EXPECT_LE(many.rows, few.rows + kPastMore + 10) << few << " against " << many;
}

TEST_F(QuestionCounts, WhatThroughTwoGroups) {
  const auto what = [&] {
    const auto answer = tenure_->What("user:a", false, At(kAsked));
    ASSERT_TRUE(answer);
    ASSERT_EQ(answer->rows.size(), 9U);
  };
  what();
  const Cost cost = CostOf(what);
  EXPECT_LE(cost.seeks, 37) << cost;
  EXPECT_LE(cost.gets, 14) << cost;
}

TEST_F(QuestionCounts, WhoOfFiftyThree) {
  const auto who = [&] {
    const auto answer = tenure_->Who({"read", "bucket:prod/x", {}, {}}, At(kAsked));
    ASSERT_TRUE(answer);
    ASSERT_EQ(answer->rows.size(), 53U);
  };
  who();
  const Cost cost = CostOf(who);
  EXPECT_LE(cost.seeks / 53, 9) << cost;
  EXPECT_LE(cost.gets / 53, 2) << cost;
}

}  // namespace
}  // namespace tenure::counts
