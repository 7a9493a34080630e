// A directory that was changed bit by bit is the one made anew, and counts as one that looks at each.
#include "history/directory.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace tenure::history {
namespace {

using Told = std::map<std::string, std::vector<Standing>>;

struct Directories : testing::Test {
  std::vector<Standing> SomeStandings() {
    std::vector<Standing> standings{{kAlways, IdentityStatus::kAbsent, false}};
    for (std::int64_t t = 0; random() % 4 != 0; ++t) {
      t += static_cast<std::int64_t>(random() % 20);
      standings.push_back({{t}, static_cast<IdentityStatus>(random() % 7), random() % 8 == 0});
    }
    return standings;
  }
  std::vector<Directory::Entry> Entries(const Told& told) {
    std::vector<Directory::Entry> entries;
    for (const auto& [ref, standings] : told) entries.push_back({names.Add(ref), standings});
    return entries;
  }
  static IdentityStatus At(const std::vector<Standing>& standings, EffectiveTime t) {
    IdentityStatus status = standings.front().status;
    for (const Standing& standing : standings)
      if (standing.from <= t) status = standing.status;
    return status;
  }
  void ExpectSays(const Directory& directory, const Told& told) {
    for (const EffectiveTime t : {kAlways, EffectiveTime{0}, EffectiveTime{7}, EffectiveTime{33}, EffectiveTime{1000}}) {
      const std::string after = random() % 2 == 0 || told.empty() ? "" : std::next(told.begin(), random() % told.size())->first;
      std::vector<std::string> active, listed;
      std::int64_t count = 0;
      for (const auto& [ref, standings] : told) {
        const Directory::Place place = directory.PlaceOf(names.Add(ref));
        ASSERT_NE(place, Directory::kNowhere) << ref;
        ASSERT_EQ(directory.At(place, t).status, At(standings, t)) << ref;
        if (At(standings, t) != IdentityStatus::kActive) continue;
        ++count;
        if (ref > after) active.push_back(ref);
      }
      ASSERT_EQ(directory.CountActive(t), count) << t.us;
      directory.EachActive(t, after, names, [&](NameId ref) {
        listed.push_back(names.Text(ref));
        return true;
      });
      ASSERT_EQ(listed, active) << t.us << " after " << after;
    }
  }

  std::mt19937 random{7};
  Names names;
};

TEST_F(Directories, ChangesLeaveWhatMakingItAnewGives) {
  Told told;
  auto directory = std::make_shared<const Directory>(Entries(told), names);
  for (int batch = 0; batch < 60; ++batch) {
    Told changed;
    for (std::size_t n = random() % (batch % 10 == 0 ? 900 : 20); n > 0; --n) {
      auto& standings = changed["user:" + std::to_string(random() % 3000)];
      standings = random() % 3 == 0 ? std::vector<Standing>{} : SomeStandings();
    }
    directory = std::make_shared<const Directory>(*directory, Entries(changed), names);
    for (const auto& [ref, standings] : changed) {
      if (!standings.empty()) told[ref] = standings;
      else told.erase(ref);
      ASSERT_EQ(directory->PlaceOf(names.Add(ref)) == Directory::kNowhere, standings.empty()) << ref;
    }
    ASSERT_NO_FATAL_FAILURE(ExpectSays(*directory, told)) << batch;
  }
  ASSERT_NO_FATAL_FAILURE(ExpectSays(Directory(Entries(told), names), told));
}

}  // namespace
}  // namespace tenure::history
