// The names of an import: in memory while they are few, in a file's sorted runs when they are many.
#include "library/unprojected.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace tenure::library {
namespace {

EventName NameOf(int i) { return {"source.example", "event-" + std::to_string(i)}; }
Unprojected::Known KnownOf(int i) {
  Unprojected::Known known{{Topic::kAccess, i % 3, i}, {}};
  known.content[0] = static_cast<std::uint8_t>(i), known.content[31] = static_cast<std::uint8_t>(i / 7);
  return known;
}

TEST(Unprojected, FindsWhatItWasGivenAndNothingElseHoweverManyRunsThereAre) {
  for (const std::size_t run_names : {std::size_t{1}, std::size_t{16}, std::size_t{1000}}) {
    Unprojected names(::testing::TempDir(), run_names);
    for (int i = 0; i < 300; ++i) {
      ASSERT_TRUE(names.Find(NameOf(i)).has_value());
      EXPECT_FALSE(names.Find(NameOf(i))->has_value()) << i;
      ASSERT_TRUE(names.Add(NameOf(i), KnownOf(i)));
      EXPECT_EQ(names.Size(), static_cast<std::size_t>(i) + 1);
    }
    for (int i = 0; i < 300; ++i) {
      const auto found = names.Find(NameOf(i));
      ASSERT_TRUE(found && *found) << i << " in runs of " << run_names;
      EXPECT_EQ((*found)->position, KnownOf(i).position);
      EXPECT_EQ((*found)->content, KnownOf(i).content);
    }
    for (int i = 300; i < 3000; ++i) EXPECT_FALSE(names.Find(NameOf(i))->has_value()) << i;
  }
}

TEST(Unprojected, LeavesNoFileAndSaysWhereItCanWriteNone) {
  const std::string folder = ::testing::TempDir() + "/unprojected";
  std::filesystem::create_directories(folder);
  {
    Unprojected names(folder, 2);
    for (int i = 0; i < 9; ++i) ASSERT_TRUE(names.Add(NameOf(i), KnownOf(i)));
    EXPECT_TRUE(std::filesystem::is_empty(folder));
  }
  Unprojected nowhere(folder + "/missing", 2);
  ASSERT_TRUE(nowhere.Add(NameOf(0), KnownOf(0)));
  const auto full = nowhere.Add(NameOf(1), KnownOf(1));
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code, "data_io");
}

}  // namespace
}  // namespace tenure::library
