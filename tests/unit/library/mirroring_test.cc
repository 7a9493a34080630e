// Copying to a log with partitions whose clock moves between batches only, as brokers' clocks do within a millisecond.
#include "library/mirroring.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "conformance/memory_log.h"
#include "conformance/temporary_directory.h"

namespace tenure::library {
namespace {

std::string Written(const std::string& id, const std::string& type, const std::string& data,
                    const std::string& time = "2024-01-01") {
  return R"({"specversion":"1.0","source":"s","id":")" + id + R"(","type":"tenure.)" + type + R"(.v1","time":")" + time +
         R"(T00:00:00Z","data":)" + data + "}";
}
log::NewRecord Registered(const std::string& who, const std::string& time = "2024-01-01") {
  return {Topic::kIdentity, who, Written("reg-" + who, "identity.registered", R"({"identity":")" + who + "\"}", time), ""};
}
log::NewRecord Retired(const std::string& who) {
  return {Topic::kIdentity, who, Written("ret-" + who, "identity.retired", R"({"identity":")" + who + R"(","ends_all":true})"),
          ""};
}
log::NewRecord Granted(const std::string& who) {
  return {Topic::kAccess, who,
          Written("grant-" + who, "grant.issued",
                  R"({"grant":"g","principal":")" + who +
                      R"(","permissions":[{"effect":"allow","actions":["read"],"resources":["bucket:a"]}]})"),
          "writer:w"};
}
log::NewRecord Resolved(const std::string& id, const Position& at) {
  return {at.topic, "",
          Written(id, "dead_letter.resolved",
                  R"({"topic":")" + std::string(TopicName(at.topic)) + R"(","partition":0,"offset":)" +
                      std::to_string(at.offset) + R"(,"resolution":"void","reason":"looked at"})"),
          ""};
}

// All records of one append carry one stamp; a later append is `step_ms` later. An append can be made to fail halfway.
class Brokers : public log::MemoryLog {
 public:
  explicit Brokers(std::int32_t partitions, std::shared_ptr<RecordedTime> clock = std::make_shared<RecordedTime>(RecordedTime{0}))
      : MemoryLog({.partitions = partitions, .now = [clock] { return *clock; }, .id = {}}), clock_(std::move(clock)) {}

  Result<log::Appended> Append(const std::vector<log::NewRecord>& records) override {
    clock_->us += step_ms * 1000;
    if (appends_until_failure-- != 0) return MemoryLog::Append(records);
    const auto half = static_cast<std::ptrdiff_t>(records.size() / 2);
    static_cast<void>(MemoryLog::Append({records.begin(), records.begin() + half}));
    return Fail("log_append_unknown", "the broker is gone", "", Blame::kUnavailable);
  }

  std::int64_t step_ms = 1;
  int appends_until_failure = -1;

 private:
  std::shared_ptr<RecordedTime> clock_;
};

class MirroringTest : public testing::Test {
 protected:
  // Below its door, as a writer of another version could.
  void Record(const std::vector<log::NewRecord>& records) {
    if (!source_.log) {
      OpenOptions how;
      how.data_dir = folder_.In("source");
      how.write = how.create = true;
      auto opened = OpenRecord::Open(how);
      if (!opened) throw std::runtime_error(opened.error().ToString());
      source_ = std::move(*opened);
    }
    ASSERT_TRUE(source_.log->Append(records));
    ASSERT_TRUE(source_.CatchUp({}));
  }

  void To(std::unique_ptr<Brokers> brokers) {
    brokers_ = brokers.get();
    target_.dir = {folder_.In("target"), {}, {}};
    std::filesystem::create_directory(target_.dir.path);
    target_.write = true;
    target_.now = [] { return EffectiveTime{0}; };
    target_.log = std::move(brokers);
    ASSERT_TRUE(target_.OpenModel());
  }

  MirrorReport Mirrored() {
    auto report = CopyRecord(source_, target_, {});
    if (!report) throw std::runtime_error(report.error().ToString());
    return *report;
  }

  std::vector<log::Record> There() const {
    std::vector<log::Record> all;
    const auto end = target_.log->End();
    for (const auto& [where, next] : end->next) {
      const auto records = target_.log->Read(where, 0, static_cast<std::size_t>(next));
      all.insert(all.end(), records->begin(), records->end());
    }
    return all;
  }

  std::vector<projection::ModelDeadLetter> LettersThere() const {
    return *target_.model->DeadLetters(target_.model->Projected());
  }

  log::TemporaryDirectory folder_;
  OpenRecord source_, target_;
  Brokers* brokers_ = nullptr;
};

TEST_F(MirroringTest, EveryRecordIsCopiedWithItsKeyBytesAndWriter) {
  const std::vector<log::NewRecord> records{Registered("user:a"), Granted("user:a"), Registered("user:b")};
  Record(records);
  To(std::make_unique<Brokers>(3));
  const MirrorReport report = Mirrored();
  EXPECT_EQ(report.copied, 3);
  EXPECT_TRUE(report.equal);
  EXPECT_FALSE(report.fault);
  std::set<std::string> sent, there;
  for (const auto& r : records) sent.insert(std::string(TopicName(r.topic)) + r.key + r.value + r.verified_writer);
  for (const auto& r : There()) there.insert(std::string(TopicName(r.position.topic)) + r.key + r.value + r.verified_writer);
  EXPECT_EQ(there, sent);
}

TEST_F(MirroringTest, ASecondTimeCopiesNothing) {
  Record({Registered("user:a"), Granted("user:a"), {Topic::kAccess, "user:a", "garbage", ""}});
  To(std::make_unique<Brokers>(3));
  EXPECT_EQ(Mirrored().copied, 3);
  const MirrorReport again = Mirrored();
  EXPECT_EQ(again.copied, 0);
  EXPECT_EQ(again.already, 3);
  EXPECT_EQ(There().size(), 3u);
}

TEST_F(MirroringTest, WhatWasAppendedSinceIsCopied) {
  Record({Registered("user:a")});
  To(std::make_unique<Brokers>(3));
  EXPECT_EQ(Mirrored().copied, 1);
  Record({Granted("user:a")});
  EXPECT_EQ(Mirrored().copied, 1);
  EXPECT_EQ(There().size(), 2u);
}

// Whom a retirement takes the grants of, depends on which of the two was first on record.
TEST_F(MirroringTest, EventsOfOneMomentKeepTheirOrderOverTopics) {
  std::vector<log::NewRecord> records;
  for (int i = 0; i < 20; ++i) records.push_back(Registered("user:" + std::to_string(i), "2023-01-01"));
  for (int i = 0; i < 20; ++i) {
    records.push_back(Granted("user:" + std::to_string(i)));
    records.push_back(Retired("user:" + std::to_string(i)));
  }
  Record(records);
  To(std::make_unique<Brokers>(4));
  const MirrorReport report = Mirrored();
  EXPECT_TRUE(report.equal);
  EXPECT_FALSE(report.fault) << report.fault->ToString();
}

TEST_F(MirroringTest, AnOrderThatIsLostByTheClocksIsTold) {
  Record({Registered("user:a", "2023-01-01"), Granted("user:a"), Retired("user:a")});
  To(std::make_unique<Brokers>(4));
  brokers_->step_ms = 0;
  const MirrorReport report = Mirrored();
  EXPECT_EQ(report.copied, 3);
  EXPECT_FALSE(report.equal);
  ASSERT_TRUE(report.fault);
  EXPECT_EQ(report.fault->code, "mirror_order_lost");
}

TEST_F(MirroringTest, InterruptedHalfwayThroughABatchItIsCompletedByRunningItAgain) {
  std::vector<log::NewRecord> records;
  for (int i = 0; i < 50; ++i) {
    records.push_back(Registered("user:" + std::to_string(i), "2023-01-01"));
    records.push_back(Granted("user:" + std::to_string(i)));
  }
  Record(records);
  To(std::make_unique<Brokers>(4));
  brokers_->appends_until_failure = 0;
  const MirrorReport broken = Mirrored();
  ASSERT_TRUE(broken.fault);
  EXPECT_EQ(broken.fault->code, "log_append_unknown");
  EXPECT_EQ(There().size(), 50u);
  const MirrorReport report = Mirrored();
  EXPECT_EQ(report.copied, 50);
  EXPECT_EQ(report.already, 50);
  EXPECT_TRUE(report.equal);
  EXPECT_EQ(There().size(), 100u);
}

TEST_F(MirroringTest, AnotherContentUnderTheSameNameIsToldAndNotCopied) {
  Record({Registered("user:a"), Registered("user:b")});
  To(std::make_unique<Brokers>(1));
  auto other = Registered("user:a", "2022-02-02");
  ASSERT_TRUE(brokers_->Append({other}));
  ASSERT_TRUE(target_.CatchUp({}));
  const MirrorReport report = Mirrored();
  EXPECT_EQ(report.copied, 1);
  EXPECT_EQ(report.differing, 1);
  ASSERT_EQ(report.differences.size(), 1u);
  EXPECT_EQ(report.differences[0].name.id, "reg-user:a");
  EXPECT_EQ(report.differences[0].here, (Position{Topic::kIdentity, 0, 0}));
  EXPECT_EQ(report.differences[0].there, (Position{Topic::kIdentity, 0, 0}));
  EXPECT_TRUE(LettersThere().empty());
}

TEST_F(MirroringTest, AnOpenDeadLetterIsCopiedAsItIsAndOpenThere) {
  Record({Registered("user:a"), {Topic::kAccess, "user:a", "garbage", ""}, {Topic::kAccess, "user:a", "garbage", ""}});
  To(std::make_unique<Brokers>(3));
  const MirrorReport report = Mirrored();
  EXPECT_EQ(report.copied, 3);
  EXPECT_EQ(report.dead_letters, 2);
  EXPECT_FALSE(report.fault);
  ASSERT_EQ(LettersThere().size(), 2u);
  for (const auto& letter : LettersThere()) {
    EXPECT_EQ(letter.state, "open");
    EXPECT_EQ(letter.key, "user:a");
    EXPECT_EQ(target_.log->At(letter.position)->value, "garbage");
  }
}

// A resolution names a position; on the other log another record may stand there, and that one must not be closed by it.
TEST_F(MirroringTest, AClosedDeadLetterAndItsResolutionAreLeftOutAndTold) {
  Record({{Topic::kAccess, "user:a", "closed", ""}, {Topic::kAccess, "user:b", "open", ""}});
  auto resolution = Resolved("resolve", {Topic::kAccess, 0, 0});
  resolution.topic = Topic::kGovernance;
  Record({resolution});
  To(std::make_unique<Brokers>(1));
  const MirrorReport report = Mirrored();
  EXPECT_EQ(report.copied, 1);
  EXPECT_EQ(report.left_out, 2);
  ASSERT_EQ(report.omissions.size(), 2u);
  EXPECT_EQ(report.omissions[0].position, (Position{Topic::kAccess, 0, 0}));
  EXPECT_EQ(report.omissions[1].reason, "resolution");
  ASSERT_EQ(LettersThere().size(), 1u);
  EXPECT_EQ(LettersThere()[0].position, (Position{Topic::kAccess, 0, 0}));
  EXPECT_EQ(LettersThere()[0].state, "open");
}

TEST_F(MirroringTest, AConflictOfTheSourceIsOneThereWithTheSameFirstCopy) {
  for (int i = 0; i < 8; ++i) {
    auto first = Registered("user:" + std::to_string(i)), other = Registered("user:" + std::to_string(i), "2022-02-02");
    other.key = "elsewhere:" + std::to_string(i);  // so that the copies lie in two partitions, the second often in the lower one
    Record({first, other});
  }
  ASSERT_EQ(source_.model->DeadLetters(source_.model->Projected())->size(), 8u);
  To(std::make_unique<Brokers>(5));
  EXPECT_EQ(Mirrored().copied, 16);
  ASSERT_EQ(LettersThere().size(), 8u);
  for (const auto& letter : LettersThere()) {
    EXPECT_EQ(letter.reason, "conflict");
    EXPECT_TRUE(target_.log->At(letter.position)->key.starts_with("elsewhere:"));
  }
  EXPECT_EQ(Mirrored().copied, 0);
}

TEST_F(MirroringTest, RecordsThatTheSourcesReadModelHasNotReachedAreCounted) {
  Record({Registered("user:a")});
  ASSERT_TRUE(source_.log->Append({Registered("user:b")}));
  To(std::make_unique<Brokers>(1));
  const MirrorReport report = Mirrored();
  EXPECT_EQ(report.copied, 1);
  EXPECT_EQ(report.behind, 1);
}

}  // namespace
}  // namespace tenure::library
