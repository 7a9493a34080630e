// The audited organisation as a whole: what it tells, and what it says is to be found in it.
#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "connect/generate/audited_organisation.h"
#include "decoding.h"
#include "event/clock.h"
#include "recording.h"

namespace tenure::connect {
namespace {

constexpr std::uint64_t kSeeds[] = {1, 2, 77, 4'096, 0xffffffffffffffff};

bool IsOfRecordedTime(const PlantedFinding& planted) { return planted.rule == "implausible_time"; }

// The names in the first column of the table of rules.
std::set<std::string> RulesOfTheTable() {
  std::set<std::string> rules;
  std::ifstream page(TENURE_FINDINGS);
  bool in_table = false;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("| rule | severity |")) in_table = true;
    if (!in_table || !line.starts_with("| `")) continue;
    rules.insert(line.substr(3, line.find('`', 3) - 3));
  }
  return rules;
}

TEST(AuditedOrganisation, IsTheSameForASeedOnEveryMachine) {
  // A deliberate change of the script, or of how events are written, pins new values here.
  EXPECT_EQ(Fingerprint(MakeAudited({.seed = 42}).events), 10686224073192829644u);
  EXPECT_EQ(Fingerprint(MakeAudited({.seed = 42, .clean = true}).events), 11524006875233306659u);
  EXPECT_EQ(Fingerprint(MakeAudited({.seed = 0xffffffffffffffff}).events), 14503039342361475618u);
}

TEST(AuditedOrganisation, IsAnotherForAnotherSeed) {
  const AuditedOrganisation one = MakeAudited({.seed = 1}), other = MakeAudited({.seed = 2});
  EXPECT_NE(Fingerprint(one.events), Fingerprint(other.events));
  EXPECT_NE(PlantedJson({.seed = 1}, one), PlantedJson({.seed = 1}, other));
  EXPECT_EQ(one.policy, other.policy);
}

TEST(AuditedOrganisation, TellsWhatTheDoorAccepts) {
  event::Decoder decoder;
  for (const std::uint64_t seed : kSeeds)
    for (const Event& event : MakeAudited({.seed = seed}).events) ExpectDecodes(decoder, event);
}

TEST(AuditedOrganisation, NoTwoEventsShareAName) {
  for (const std::uint64_t seed : kSeeds) {
    std::set<EventName> names;
    for (const Event& event : MakeAudited({.seed = seed}).events)
      EXPECT_TRUE(names.insert(event.name).second) << event.name.source << " " << event.name.id;
  }
}

TEST(AuditedOrganisation, IsToldInOrderOfTimeButForWhatIsSaidToBeLate) {
  EffectiveTime latest = kAlways;
  for (const Event& event : MakeAudited({.seed = 3}).events) {
    if (!event.recordedtime.empty()) continue;
    EXPECT_GE(event.time, latest) << event.name.id;
    latest = event.time;
  }
}

TEST(AuditedOrganisation, IsToldBeforeTheAuditIsOver) {
  for (const std::uint64_t seed : kSeeds) {
    const AuditedOrganisation organisation = MakeAudited({.seed = seed});
    for (const Event& event : organisation.events) {
      EXPECT_TRUE(event.time < organisation.during.until || event.name.id.starts_with("clock-")) << event.name.id;
      if (event.recordedtime.empty()) continue;
      EXPECT_LT(event.recordedtime, event::FormatTime(organisation.during.until.us)) << event.name.id;
    }
  }
}

TEST(PlantedFindings, AreOfEveryRuleThatThereIs) {
  const std::set<std::string> rules = RulesOfTheTable();
  ASSERT_GE(rules.size(), 28u);
  for (const std::uint64_t seed : kSeeds) {
    std::set<std::string> planted;
    for (const PlantedFinding& one : MakeAudited({.seed = seed}).planted) planted.insert(one.rule);
    EXPECT_EQ(planted, rules) << seed;
  }
}

TEST(PlantedFindings, AreStretchesOfTheAuditAndApartFromEachOther) {
  for (const std::uint64_t seed : kSeeds) {
    const AuditedOrganisation organisation = MakeAudited({.seed = seed});
    const PlantedFinding* before = nullptr;
    for (const PlantedFinding& one : organisation.planted) {
      if (IsOfRecordedTime(one)) continue;
      EXPECT_LT(one.span.from, one.span.until) << one.rule << " " << one.subject;
      EXPECT_LT(one.span.from, organisation.during.until) << one.rule << " " << one.subject;
      EXPECT_GT(one.span.until, organisation.during.from) << one.rule << " " << one.subject;
      if (before != nullptr && before->rule == one.rule && before->subject == one.subject && before->about == one.about) {
        EXPECT_LT(before->span.until, one.span.from) << one.rule << " " << one.subject;
      }
      before = &one;
    }
  }
}

TEST(PlantedFindings, HaveEndsInTheAuditOpenOnesAndShortOnes) {
  int ended = 0, open = 0, shortest = 0, excused = 0;
  for (const std::uint64_t seed : kSeeds)
    for (const PlantedFinding& one : MakeAudited({.seed = seed}).planted) {
      if (IsOfRecordedTime(one)) continue;
      (one.span.until == kForever ? open : ended) += 1;
      shortest += one.span.until.us - one.span.from.us == 1 ? 1 : 0;
      excused += one.excused ? 1 : 0;
    }
  EXPECT_GT(ended, 5 * open);
  EXPECT_GT(open, 0);
  EXPECT_GT(shortest, 5);  // of one microsecond
  EXPECT_GT(excused, 0);
}

TEST(PlantedFindings, OfAnImplausibleTimeAreRelativeToWhenItIsLearnt) {
  const AuditedOptions options{.seed = 5};
  const AuditedOrganisation organisation = MakeAudited(options);
  bool past = false, future = false;
  for (const PlantedFinding& one : organisation.planted) {
    EXPECT_EQ(one.from_recorded, IsOfRecordedTime(one));
    if (!one.from_recorded) continue;
    const Event* told = Find(organisation.events, one.about.substr(one.about.find(' ') + 1));
    ASSERT_NE(told, nullptr) << one.about;
    EXPECT_EQ(one.about, told->name.source + " " + told->name.id);
    (one.lasts_us > 0 ? past : future) = true;
    EXPECT_EQ(one.span.until, one.lasts_us == 0 ? told->time : kForever);
  }
  EXPECT_TRUE(past && future);
  const std::string json = PlantedJson(options, organisation);
  EXPECT_NE(json.find(R"("since":"recorded","until":"recorded+2592000s")"), std::string::npos);
}

TEST(PlantedFindings, AreNoneWhereAllIsClean) {
  for (const std::uint64_t seed : kSeeds) {
    const AuditedOptions options{.seed = seed, .clean = true};
    const AuditedOrganisation organisation = MakeAudited(options);
    EXPECT_TRUE(organisation.planted.empty());
    EXPECT_TRUE(PlantedJson(options, organisation).ends_with("\"planted\":[]}\n"));
    EXPECT_GT(organisation.events.size(), 1'000u);
  }
}

}  // namespace
}  // namespace tenure::connect
