// The stream as a whole: its length, its order, its repetition, its memory.
#include <gtest/gtest.h>

#include <set>

#include "connect/generate/agenda.h"
#include "connect/generate/life.h"
#include "recording.h"

namespace tenure::connect {
namespace {

TEST(GeneratedStream, HoldsExactlyAsManyEventsAsAskedFor) {
  for (const std::int64_t count : {250, 251, 500, 1'234, 60'000})
    EXPECT_EQ(Recorded(7, count).size(), static_cast<std::size_t>(count));
}

TEST(GeneratedStream, TooFewEventsAreTheCallersMistake) {
  const Status told = Generate({.seed = 1, .events = kGenerateEventsMin - 1}, [](const Event&) { return Status{}; });
  ASSERT_FALSE(told);
  EXPECT_EQ(told.error().code, "generate_events_too_few");
  EXPECT_EQ(told.error().blame, Blame::kCaller);
}

TEST(GeneratedStream, StopsAtTheFirstErrorOfItsReceiver) {
  int taken = 0;
  const Status told = Generate({.seed = 1, .events = 500}, [&](const Event&) -> Status {
    if (++taken == 300) return Fail("disk_full", "no room");
    return {};
  });
  ASSERT_FALSE(told);
  EXPECT_EQ(told.error().code, "disk_full");
  EXPECT_EQ(taken, 300);
}

// A deliberate change of the generator, or of how events are written, pins new values here.
TEST(GeneratedStream, IsTheSameForASeedOnEveryMachine) {
  EXPECT_EQ(Fingerprint(Recorded(42, 20'000)), 453623059614972121u);
  EXPECT_EQ(Fingerprint(Recorded(0xffffffffffffffff, 500)), 5261731062707498536u);
  EXPECT_EQ(Fingerprint(RecordedCorrection()), 1053833174688749109u);
}

TEST(GeneratedStream, IsAnotherForAnotherSeed) { EXPECT_NE(Fingerprint(Recorded(1, 500)), Fingerprint(Recorded(2, 500))); }

TEST(GeneratedStream, NoTwoEventsShareAName) {
  for (const std::uint64_t seed : {1, 2, 3, 4, 5}) {
    std::vector<Event> events = Recorded(seed, 5'000);
    for (const Event& event : RecordedCorrection()) events.push_back(event);
    std::set<EventName> names;
    for (const Event& event : events) EXPECT_TRUE(names.insert(event.name).second) << event.name.source << " " << event.name.id;
  }
}

TEST(GeneratedStream, IsInOrderOfTimeButForWhatIsSaidToBeLate) {
  EffectiveTime latest = kAlways;
  for (const Event& event : Recorded(11, 20'000)) {
    if (!event.recordedtime.empty()) continue;
    if (!event.supersedes.empty()) continue;  // said again with its old time
    EXPECT_GE(event.time, latest) << event.name.id;
    latest = std::max(latest, event.time);
  }
}

TEST(GeneratedStream, FillsItsSpanEvenlyWhateverItsLength) {
  for (const std::int64_t count : {500, 50'000}) {
    const std::vector<Event> events = Recorded(3, count);
    const EffectiveTime middle = events[events.size() / 2].time, last = events.back().time;
    EXPECT_GT(middle, generate::Utc(2024, 9, 1)) << count;
    EXPECT_LT(middle, generate::Utc(2025, 12, 31)) << count;
    EXPECT_GT(last, generate::Utc(2026, 5, 15)) << count;
    EXPECT_LT(last, generate::Utc(2026, 9, 15)) << count;
  }
}

TEST(GeneratedStream, TellsEveryTypeButTheOneThatNeedsADeadLetter) {
  std::set<EventType> told;
  for (const Event& event : Recorded(5, 20'000)) told.insert(event.Type());
  EXPECT_EQ(told.size(), static_cast<std::size_t>(kEventTypes - 1));
  EXPECT_FALSE(told.contains(EventType::kDeadLetterResolved));
}

TEST(GeneratedStream, MemoryDoesNotGrowOnceTheOrganisationIsFullSize) {
  generate::Agenda agenda;
  generate::Life life(9, 20'000, agenda);
  EffectiveTime now = generate::kBegin;
  const auto live = [&](int happenings) {
    for (int i = 0; i < happenings; ++i) {
      life.Happen(now);
      while (!agenda.Empty() && agenda.NextAt() <= now) agenda.Take();
      now = generate::Later(now, generate::kMinute);
    }
    return life.Remembered();
  };
  const std::int64_t early = live(60'000);
  const std::int64_t late = live(180'000);
  EXPECT_LT(late, early + early / 10);
}

}  // namespace
}  // namespace tenure::connect
