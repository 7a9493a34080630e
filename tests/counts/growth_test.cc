// Questions whose cost grows with what they look at, not with its square: eight times as much in one run, against the time of the least. The
// bound lies between eight and sixty-four, so that no machine, fast or busy, comes near it.
#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <functional>

#include "conformance/temporary_directory.h"
#include "counts/small_record.h"
#include "tenure/tenure.h"

namespace tenure::counts {
namespace {

constexpr std::int64_t kTimesAsMany = 8;
constexpr double kTimesAsLong = 28;

EffectiveTime Second(std::int64_t n) { return {kBegin.us + n * 1'000'000}; }

class Growth : public testing::Test {
 protected:
  using Tell = std::function<void(std::int64_t second, Payload payload)>;

  // Opens a record of what `told` tells.
  Tenure& RecordOf(const std::function<void(const Tell&)>& told) {
    OpenOptions options;
    options.data_dir = folder_.In("data" + std::to_string(open_.size()));
    options.write = options.create = true;
    open_.push_back(*Tenure::Open(options));
    std::vector<Event> events;
    Teller teller;
    told([&](std::int64_t second, Payload payload) { events.push_back(teller.Tell(Second(second), std::move(payload))); });
    const auto report = open_.back()->Append(events, {});
    EXPECT_TRUE(report);
    EXPECT_EQ(report->answer.appended, static_cast<std::int64_t>(events.size()));
    return *open_.back();
  }
  // Of this thread, the least of three: what else the machine does counts for little.
  static double ComputingOf(const std::function<void()>& question) {
    const auto now = [] {
      std::timespec time{};
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
      return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
    };
    question();
    double least = 0;
    for (int n = 0; n < 3; ++n) {
      const double before = now();
      question();
      const double took = now() - before;
      least = n == 0 ? took : std::min(least, took);
    }
    return least;
  }

 private:
  log::TemporaryDirectory folder_;
  std::vector<std::unique_ptr<Tenure>> open_;
};

Ask FirstTen() {
  Ask ask;
  ask.page.limit = 10;
  return ask;
}

TEST_F(Growth, TheDifferenceOfAnIdentityWithManyGrants) {
  const auto computing = [&](std::int64_t grants) {
    Tenure& tenure = RecordOf([&](const Tell& tell) {
      tell(0, Reader());
      tell(0, Registered("user:a"));
      for (std::int64_t n = 0; n < grants; ++n) {
        GrantIssued issued = Issue("user:a", "g" + std::to_string(n));
        issued.scope = "bucket:" + std::to_string(n);
        tell(1 + n, std::move(issued));
      }
    });
    return ComputingOf([&] {
      const auto answer = tenure.DiffEffective("user:a", Second(0), Day(100), FirstTen());
      ASSERT_TRUE(answer);
      ASSERT_EQ(answer->rows.size(), 10U);
    });
  };
  const double few = computing(1'500), many = computing(1'500 * kTimesAsMany);
  RecordProperty("ratio", std::to_string(many / few));
  EXPECT_LE(many / few, kTimesAsLong);
}

TEST_F(Growth, TheFindingsOfAnIdentityWithManyLives) {
  const auto computing = [&](std::int64_t lives) {
    Tenure& tenure = RecordOf([&](const Tell& tell) {
      tell(0, Reader());
      for (std::int64_t n = 0; n < lives; ++n) {
        tell(3 * n, Registered("user:a"));
        tell(3 * n + 1, Issue("user:a", "g"));
        IdentityRetired retired;
        retired.identity = "user:a";
        retired.ends_all = true;
        tell(3 * n + 2, retired);
      }
    });
    return ComputingOf([&] {
      Ask ask = FirstTen();
      ask.when.during = Interval{Day(-1), Day(100)};
      const auto answer = tenure.Findings({}, ask);
      ASSERT_TRUE(answer);
      ASSERT_EQ(answer->rows.size(), 10U);
    });
  };
  const double few = computing(500), many = computing(500 * kTimesAsMany);
  RecordProperty("ratio", std::to_string(many / few));
  EXPECT_LE(many / few, kTimesAsLong);
}

TEST_F(Growth, WhoInALongChainOfAssumptions) {
  const auto computing = [&](std::int64_t links) {
    const auto link = [](std::int64_t n) { return "service_account:m" + std::to_string(n); };
    Tenure& tenure = RecordOf([&](const Tell& tell) {
      tell(0, Reader());
      for (std::int64_t n = 0; n <= links; ++n) {
        tell(1, Registered(link(n)));
        GrantIssued issued = Issue(link(n), "g");
        if (n < links) {
          Permission assume;
          assume.actions = {"assume"};
          assume.resources = {link(n + 1)};
          issued.role = "role:as" + std::to_string(n);
          issued.scope = "*";
          tell(1, RoleDefined{issued.role, {assume}, {}});
        }
        tell(1, std::move(issued));
      }
    });
    return ComputingOf([&] {
      const auto answer = tenure.Who({"read", "bucket:prod/x", {}, {}}, FirstTen());
      ASSERT_TRUE(answer);
      ASSERT_EQ(answer->rows.size(), 10U);
    });
  };
  const double few = computing(150), many = computing(150 * kTimesAsMany);
  RecordProperty("ratio", std::to_string(many / few));
  EXPECT_LE(many / few, kTimesAsLong);
}

}  // namespace
}  // namespace tenure::counts
