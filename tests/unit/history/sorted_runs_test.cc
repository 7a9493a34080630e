// Rows that go in in any order come out in order, through any number of runs.
#include "history/sorted_runs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>

#include "conformance/temporary_directory.h"

namespace tenure::history {
namespace {

using Rows = std::vector<std::pair<std::string, std::string>>;

class SortedRuns : public testing::Test {
 protected:
  // Keys of one length, many of them equal in their first bytes, some altogether.
  static Rows Some(std::size_t n) {
    std::mt19937_64 random(n);
    Rows rows;
    for (std::size_t i = 0; i < n; ++i) {
      const std::string number = std::to_string(1'000'000 + random() % (n + 1));
      rows.emplace_back("the same at the beginning " + number, std::string(random() % 50, static_cast<char>(random())));
    }
    return rows;
  }
  std::vector<history::Run> Sorted(const Rows& rows, std::size_t budget) {
    RunSorter sorter(folder_.In(std::to_string(budget) + "-" + std::to_string(rows.size()) + "-"), budget);
    for (const auto& [key, value] : rows) EXPECT_TRUE(sorter.Add(key, value));
    auto runs = sorter.Finish();
    EXPECT_TRUE(runs);
    return std::move(*runs);
  }
  static Rows Merged(const std::vector<history::Run>& runs, const std::string& from = "", const std::string& until = "") {
    std::vector<const history::Run*> pointers;
    for (const auto& run : runs) pointers.push_back(&run);
    RunMerge merge(pointers, from, until);
    Rows out;
    for (; merge.Valid(); merge.Next()) out.emplace_back(merge.Key(), merge.Value());
    EXPECT_TRUE(merge.Health());
    return out;
  }

  log::TemporaryDirectory folder_;
};

TEST_F(SortedRuns, AllRowsComeOutInOrderWhateverTheBudget) {
  for (const std::size_t n : {0, 1, 2, 1'000, 20'000}) {
    Rows rows = Some(n);
    const auto one = Sorted(rows, 1u << 30), many = Sorted(rows, 1 + n * 10);
    EXPECT_EQ(one.size(), n == 0 ? 0U : 1U);
    EXPECT_GE(many.size(), n > 2 ? 5U : one.size());
    std::sort(rows.begin(), rows.end());
    EXPECT_EQ(Merged(one), rows) << n;
    EXPECT_EQ(Merged(many), rows) << n;
  }
}

TEST_F(SortedRuns, ARangeIsWhatLiesInIt) {
  Rows rows = Some(20'000);
  const auto runs = Sorted(rows, 300'000);
  std::sort(rows.begin(), rows.end());
  const std::string from = rows[5'000].first, until = rows[15'000].first;
  std::erase_if(rows, [&](const auto& row) { return row.first < from || until <= row.first; });
  EXPECT_EQ(Merged(runs, from, until), rows);
}

TEST_F(SortedRuns, SkippingGoesToTheFirstRowNotBefore) {
  Rows rows = Some(20'000);
  const auto runs = Sorted(rows, 300'000);
  std::sort(rows.begin(), rows.end());
  std::vector<const history::Run*> pointers;
  for (const auto& run : runs) pointers.push_back(&run);
  RunMerge merge(pointers, "", "");
  for (std::size_t at = 0; at < rows.size(); at += at < 100 ? 3 : 1'001) {
    merge.SkipTo(rows[at].first);
    ASSERT_TRUE(merge.Valid());
    EXPECT_EQ(merge.Key(), rows[at].first);
  }
  merge.SkipTo("z");
  EXPECT_FALSE(merge.Valid());
  EXPECT_TRUE(merge.Health());
}

TEST_F(SortedRuns, ARunIsFoundAgainAndACutOneIsRefused) {
  const Rows rows = Some(5'000);
  const auto runs = Sorted(rows, 1u << 30);
  const auto again = OpenRun(runs[0].path);
  ASSERT_TRUE(again);
  EXPECT_EQ(Merged({*again}), Merged(runs));
  std::filesystem::resize_file(runs[0].path, std::filesystem::file_size(runs[0].path) - 1);
  const auto cut = OpenRun(runs[0].path);
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().code, "model_corrupt");
}

TEST_F(SortedRuns, AFileThatIsGoneIsAnErrorAndNoEnd) {
  const auto runs = Sorted(Some(5'000), 1u << 30);
  std::filesystem::remove(runs[0].path);
  RunMerge merge({&runs[0]}, "", "");
  EXPECT_FALSE(merge.Valid());
  EXPECT_FALSE(merge.Health());
}

TEST_F(SortedRuns, CutsAreAscendingAndFallEvenly) {
  const auto runs = Sorted(Some(50'000), 2'000'000);
  std::vector<const history::Run*> pointers;
  for (const auto& run : runs) pointers.push_back(&run);
  const auto cuts = CutsOf(pointers, 4);
  ASSERT_EQ(cuts.size(), 3U);
  EXPECT_TRUE(std::is_sorted(cuts.begin(), cuts.end()));
  for (std::size_t i = 0; i <= cuts.size(); ++i) {
    const auto part = Merged(runs, i == 0 ? "" : cuts[i - 1], i == cuts.size() ? "" : cuts[i]);
    EXPECT_GT(part.size(), 5'000U);
  }
}

}  // namespace
}  // namespace tenure::history
