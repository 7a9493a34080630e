// Rows written, bytes and allocations an event: none depends on the machine, so that each has a bound, near what it is. Lower a bound
// when it gets better; a change that needs a higher one says why.
#include <gtest/gtest.h>

#include <filesystem>

#include "conformance/memory_log.h"
#include "conformance/temporary_directory.h"
#include "connect/generate/organisation.h"
#include "counts/allocations.h"
#include "counts/small_record.h"
#include "event/codec.h"
#include "projection/read_model.h"
#include "tenure/tenure.h"

namespace tenure::counts {
namespace {

class RowsAnEvent : public testing::Test {
 protected:
  RowsAnEvent() {
    projection::ModelOptions options;
    options.directory = folder_.In("model");
    options.log_id = log_.Id();
    model_ = *projection::ReadModel::Open(options);
    Take({Registered("user:a"), Reader(), Issue("user:a", "first")});  // so that nothing is for the first time
  }

  std::int64_t Take(const std::vector<Payload>& payloads) {
    std::vector<Event> events;
    for (const Payload& payload : payloads) events.push_back(teller_.Tell(Day(++day_), payload));
    return TakeEvents(events);
  }
  // Rows that these write as one batch.
  std::int64_t TakeEvents(const std::vector<Event>& events) {
    for (const Event& event : events) {
      const bool identity = std::holds_alternative<IdentityRegistered>(event.payload);
      log_.AppendTo({identity ? Topic::kIdentity : Topic::kAccess, 0}, RecordedTime{++recorded_}, "", event::Encode(event));
    }
    const auto before = model_->Count();
    const auto taken = projection::CatchUp(*model_, log_);
    EXPECT_TRUE(taken) << taken.error().ToString();
    EXPECT_EQ(model_->Count().events - before.events, static_cast<std::int64_t>(events.size()));
    EXPECT_TRUE(model_->DeadLetters(model_->Projected())->empty());
    const auto rows = model_->Count().rows_written - before.rows_written;
    RecordProperty("rows", std::to_string(rows));
    return rows;
  }

  log::TemporaryDirectory folder_;
  log::MemoryLog log_{{.partitions = 1, .now = {}, .id = "counts"}};
  std::unique_ptr<projection::ReadModel> model_;
  Teller teller_;
  std::int64_t day_ = 0, recorded_ = 0;
};

TEST_F(RowsAnEvent, AnIssue) { EXPECT_LE(Take({Issue("user:a", "g")}), 8); }

TEST_F(RowsAnEvent, ARevokeOfAStandingGrant) {
  Take({Issue("user:a", "g")});
  EXPECT_LE(Take({Revoke("user:a", "g")}), 11);
}

TEST_F(RowsAnEvent, AnEarlyRevokeOfAnExpiringGrant) {
  Take({Issue("user:a", "g", Day(1000))});
  EXPECT_LE(Take({Revoke("user:a", "g")}), 11);
}

TEST_F(RowsAnEvent, ALateRevoke) {
  Take({Issue("user:a", "g")});
  const EffectiveTime then = Day(day_ + 1);
  day_ += 100;
  Take({Issue("user:a", "later")});
  EXPECT_LE(TakeEvents({teller_.Tell(then, Revoke("user:a", "g"))}), 9);
}

TEST_F(RowsAnEvent, TheSameAfterTenAsAfterAThousandOfTheSameSubject) {
  const auto regrants = [&](int from, int count) {
    std::int64_t rows = 0;
    for (int n = from; n < from + count; ++n)
      rows = Take({Issue("user:a", "g" + std::to_string(n)), Revoke("user:a", "g" + std::to_string(n))});
    return rows;
  };
  const std::int64_t early = regrants(0, 10);
  EXPECT_EQ(regrants(10, 1000), early);
}

// An organisation's events, told to a model in batches as an append does.
class OrganisationTold : public RowsAnEvent {
 protected:
  static constexpr std::int64_t kEvents = 5'000, kBatch = 1'000;

  OrganisationTold() {
    std::vector<Event> batch;
    connect::GenerateOptions options;
    options.events = kEvents;
    const auto told = connect::Generate(options, [&](const Event& event) -> tenure::Status {
      log_.AppendTo({*event::TopicOf(event.Type()), 0}, RecordedTime{++recorded_}, "", event::Encode(event));
      if (++told_ % kBatch == 0) Project();
      return {};
    });
    EXPECT_TRUE(told);
    Project();
  }

  void Project() {
    const auto rows = model_->Count().rows_written;
    const auto allocations = Allocations();
    EXPECT_TRUE(projection::CatchUp(*model_, log_));
    allocations_ += Allocations() - allocations;
    rows_ += model_->Count().rows_written - rows;
  }

  double Each(std::int64_t count) const { return static_cast<double>(count) / static_cast<double>(told_); }

  std::int64_t told_ = 0, rows_ = 0, allocations_ = 0;
};

TEST_F(OrganisationTold, RowsAnEvent) {
  RecordProperty("rows", std::to_string(Each(rows_)));
  EXPECT_LE(Each(rows_), 5.1);
}

TEST_F(OrganisationTold, AllocationsAnEvent) {
  RecordProperty("allocations", std::to_string(Each(allocations_)));
  EXPECT_LE(Each(allocations_), 90);
}

TEST(BytesAnEvent, OfLogAndModelTogether) {
  const log::TemporaryDirectory folder;
  OpenOptions options;
  options.data_dir = folder.In("data");
  options.write = options.create = true;
  std::int64_t count = 0, written = 0;
  {
    const auto tenure = *Tenure::Open(options);
    std::vector<Event> events;
    connect::GenerateOptions generate;
    generate.events = 9'000;
    ASSERT_TRUE(connect::Generate(generate, [&](const Event& event) -> tenure::Status {
      events.push_back(event);
      written += static_cast<std::int64_t>(event::Encode(event).size());
      return {};
    }));
    const auto report = tenure->Append(events, {});
    ASSERT_TRUE(report);
    count = report->answer.appended;
  }
  std::int64_t bytes = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.Path()))
    if (entry.is_regular_file()) bytes += static_cast<std::int64_t>(entry.file_size());
  ASSERT_GE(count, 9'000);
  EXPECT_LE(static_cast<double>(bytes) / static_cast<double>(written), 3.2) << bytes << " bytes for " << count << " events";
}

}  // namespace
}  // namespace tenure::counts
