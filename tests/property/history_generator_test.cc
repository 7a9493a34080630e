#include "property/history_generator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "property/history_corners.h"
#include "reference/pattern.h"
#include "reference/reference.h"

namespace tenure::property {
namespace {

using reference::Held;
using reference::RecordState;
using reference::Reference;
using reference::Tri;
using reference::View;

// TENURE_SEED replays one history, TENURE_HISTORIES says how many to make.
std::uint64_t FromEnvironment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

void ForHistories(std::uint64_t count, const std::function<void(const History&, Random&)>& property) {
  std::uint64_t first = FromEnvironment("TENURE_SEED", 1);
  if (std::getenv("TENURE_SEED")) count = 1;
  for (std::uint64_t seed = first; seed < first + FromEnvironment("TENURE_HISTORIES", count); ++seed) {
    SCOPED_TRACE("TENURE_SEED=" + std::to_string(seed));
    Random random(seed ^ 0x5eed);
    property(MakeHistory(seed), random);
    if (::testing::Test::HasFailure()) return;
  }
}

bool Holds(const std::vector<Interval>& intervals, EffectiveTime t) { return !reference::Around(intervals, t).empty(); }

TEST(HistoryGenerator, IsAFunctionOfItsSeed) {
  EXPECT_EQ(Describe(MakeHistory(7)), Describe(MakeHistory(7)));
  EXPECT_NE(Describe(MakeHistory(7)), Describe(MakeHistory(8)));
}

TEST(HistoryGenerator, MakesLogsThatALogCouldHold) {
  ForHistories(300, [](const History& history, Random&) {
    std::map<TopicPartition, std::pair<std::int64_t, RecordedTime>> ends;
    for (const Record& record : history.records) {
      auto& [next, last] = ends[record.entry.position.Where()];
      EXPECT_EQ(record.entry.position.offset, next++);
      EXPECT_LE(last, record.entry.recorded);
      last = record.entry.recorded;
      EXPECT_EQ(record.entry.event.has_value(), record.broken.empty());
    }
  });
}

TEST(HistoryGenerator, ReachesEveryCornerAndIsLongEnough) {
  std::map<std::string, std::int64_t> corners;
  std::vector<std::size_t> sizes;
  ForHistories(400, [&](const History& history, Random&) {
    sizes.push_back(history.records.size());
    for (const auto& [name, count] : history.corners) corners[name] += count;
    Reference reference(EntriesOf(history), history.configuration);
    View view = reference.At(reference.Everything());
    for (const auto& [position, state] : view.Record().states) ++corners[std::string("state_") + NameOf(state)];
    for (const auto& taint : view.Record().taints) ++corners[taint.open ? "taint_open" : "taint_closed"];
    for (const auto& fact : view.Record().facts)
      ++corners["type_" + std::string(tenure::TopicName(*reference::PlaneOf(fact.event->Type())).substr(7))];
  });
  std::sort(sizes.begin(), sizes.end());
  std::printf("%zu histories of %zu to %zu records, median %zu\n", sizes.size(), sizes.front(), sizes.back(),
              sizes[sizes.size() / 2]);
  for (const auto& [name, count] : corners) std::printf("  %-28s %lld\n", name.c_str(), static_cast<long long>(count));
  EXPECT_GE(sizes[sizes.size() / 2], 40u);
  for (const char* name : {"copy",
                           "conflict",
                           "misplaced",
                           "misrouted",
                           "resolution",
                           "retraction",
                           "retraction_anywhere",
                           "retraction_of_nothing",
                           "retraction_of_retraction",
                           "retraction_of_superseder",
                           "retraction_unauthorised",
                           "retractions_of_each_other",
                           "stamp_falls",
                           "supersedes",
                           "supersedes_across_topics",
                           "state_conflict",
                           "state_duplicate",
                           "state_dead_letter",
                           "state_retracted",
                           "state_unreadable",
                           "state_without_right",
                           "taint_closed",
                           "taint_open"})
    EXPECT_GT(corners[name], 0) << name;
}

// A corner that few histories visit is a rule that few histories test.
TEST(HistoryGenerator, VisitsEveryCornerInOneHistoryOfTwenty) {
  std::map<std::string, int> visited;
  int histories = 0;
  ForHistories(400, [&](const History& history, Random&) {
    ++histories;
    for (const auto& corner : CornersOf(history)) ++visited[corner];
  });
  for (const auto& [corner, count] : visited) std::printf("  %-28s %3d %%\n", corner.c_str(), count * 100 / histories);
  for (const char* corner : {"equal_times",
                             "zero_window",
                             "far_past",
                             "far_future",
                             "many_incarnations",
                             "retraction_of_retraction",
                             "group_cycle",
                             "assumption_cycle",
                             "displaced",
                             "retraction_copied_elsewhere",
                             "interleaved",
                             "copy",
                             "conflict",
                             "misplaced",
                             "misrouted",
                             "supersedes",
                             "taint_open",
                             "taint_closed",
                             "delegated",
                             "condition",
                             "deny",
                             "everyone",
                             "revoke_by_role",
                             "revoke_by_id",
                             "ends_all",
                             "observed",
                             "role_retired"})
    EXPECT_GE(visited[corner] * 20, histories) << corner;
}

TEST(HistoryGenerator, GivesEveryAnswerOftenEnough) {
  std::map<Tri, int> answers;
  ForHistories(150, [&](const History& history, Random& random) {
    Reference reference(EntriesOf(history), history.configuration);
    View view = reference.At(SomeKnowledge(history, random));
    for (int i = 0; i < 10; ++i) {
      Question q = SomeQuestion(history, random);
      ++answers[view.Check(q.ref, q.action, q.resource, q.time)];
    }
  });
  std::printf("no %d, unknown %d, yes %d\n", answers[Tri::kNo], answers[Tri::kMaybe], answers[Tri::kYes]);
  const int all = answers[Tri::kNo] + answers[Tri::kMaybe] + answers[Tri::kYes];
  for (Tri tri : {Tri::kNo, Tri::kMaybe, Tri::kYes}) EXPECT_GT(answers[tri], all / 20);
}

// --- laws of the reference model itself

TEST(ReferenceLaws, WhatMustHoldMayHoldAndNothingChangesBetweenMentionedTimes) {
  ForHistories(40, [](const History& history, Random& random) {
    Reference reference(EntriesOf(history), history.configuration);
    View view = reference.At(SomeKnowledge(history, random));
    Question q = SomeQuestion(history, random);
    Held held = view.CheckHeld(q.ref, q.action, q.resource);
    EXPECT_EQ(reference::Minus(held.must, held.may), std::vector<Interval>{});
    for (int i = 0; i < 10; ++i) {
      EffectiveTime t = SomeTime(history, random);
      auto truth = view.Effective(q.ref, q.action, q.resource, t);
      EXPECT_EQ(truth.must, Holds(held.must, t));
      EXPECT_EQ(truth.may, Holds(held.may, t));
    }
  });
}

TEST(ReferenceLaws, TheOrderInWhichRecordsAreGivenMakesNoDifference) {
  ForHistories(40, [](const History& history, Random& random) {
    auto entries = EntriesOf(history);
    Reference reference(entries, history.configuration);
    std::shuffle(entries.begin(), entries.end(), random);
    Reference shuffled(entries, history.configuration);
    auto known = SomeKnowledge(history, random);
    View a = reference.At(known), b = shuffled.At(known);
    EffectiveTime t = SomeTime(history, random);
    EXPECT_EQ(a.Record().states, b.Record().states);
    EXPECT_EQ(a.Identities(t), b.Identities(t));
    EXPECT_EQ(a.Who("read", "bucket:prod", t), b.Who("read", "bucket:prod", t));
  });
}

TEST(ReferenceLaws, WhatIsAppendedLaterChangesNothingThatIsKnownAtV) {
  ForHistories(40, [](const History& history, Random& random) {
    auto known = SomeKnowledge(history, random);
    std::vector<reference::Entry> within;
    for (const auto& entry : EntriesOf(history))
      if (known.Holds(entry.position)) within.push_back(entry);
    Reference all(EntriesOf(history), history.configuration), part(within, history.configuration);
    EffectiveTime t = SomeTime(history, random);
    View a = all.At(known), b = part.At(known);
    EXPECT_EQ(a.Record().states, b.Record().states);
    EXPECT_EQ(a.Who("write", "bucket:prod/ledger", t), b.Who("write", "bucket:prod/ledger", t));
  });
}

TEST(ReferenceLaws, WhoeverIsListedMayByACheckAndIsCertainOnlyIfCheckIs) {
  ForHistories(60, [](const History& history, Random& random) {
    Reference reference(EntriesOf(history), history.configuration);
    View view = reference.At(SomeKnowledge(history, random));
    EffectiveTime t = SomeTime(history, random);
    const std::string& resource = OneOf(TheUniverse().resources, random);
    for (const auto& row : view.Who("read", resource, t)) {
      Tri check = view.Check(row.principal, "read", resource, t);
      EXPECT_NE(check, Tri::kNo) << row.principal;
      EXPECT_TRUE(!row.holds.must || check == Tri::kYes) << row.principal;
    }
  });
}

TEST(ReferenceLaws, ACertainYesHasAnEffectiveRowOfWhat) {
  ForHistories(60, [](const History& history, Random& random) {
    Reference reference(EntriesOf(history), history.configuration);
    View view = reference.At(SomeKnowledge(history, random));
    EffectiveTime t = SomeTime(history, random);
    for (const auto& ref : TheUniverse().identities) {
      if (view.Check(ref, "read", "bucket:prod", t) != Tri::kYes) continue;
      auto rows = view.What(ref, t);
      EXPECT_TRUE(std::any_of(rows.begin(), rows.end(), [](const auto& row) {
        return row.key.effect == reference::RowEffect::kAllow && row.status == reference::RowStatus::kEffective;
      })) << ref;
    }
  });
}

// --- shrinking

TEST(HistoryShrink, LeavesOnlyWhatTheFailureNeeds) {
  History history = MakeHistory(3);
  auto has_a_suspension = [](const History& h) {
    return std::any_of(h.records.begin(), h.records.end(), [](const Record& record) {
      return record.entry.event && record.entry.event->Type() == EventType::kIdentitySuspended;
    });
  };
  for (std::uint64_t seed = 3; !has_a_suspension(history); ++seed) history = MakeHistory(seed);
  EXPECT_EQ(Shrink(history, has_a_suspension).records.size(), 1u);
}

TEST(HistoryShrink, KeepsResolutionsNamingTheirRecord) {
  ForHistories(50, [](const History& history, Random& random) {
    std::vector<bool> keep;
    for (std::size_t i = 0; i < history.records.size(); ++i) keep.push_back(random() % 2 == 0);
    History kept = Keeping(history, keep);
    std::map<Position, std::size_t> was, is;
    std::vector<std::size_t> left;
    for (std::size_t i = 0; i < history.records.size(); ++i) {
      was[history.records[i].entry.position] = i;
      if (keep[i]) left.push_back(i);
    }
    for (std::size_t i = 0; i < kept.records.size(); ++i) is[kept.records[i].entry.position] = left[i];
    for (std::size_t i = 0; i < kept.records.size(); ++i) {
      if (!kept.records[i].entry.event || kept.records[i].entry.event->Type() != EventType::kDeadLetterResolved) continue;
      auto before = std::get<DeadLetterResolved>(history.records[left[i]].entry.event->payload).position;
      auto after = std::get<DeadLetterResolved>(kept.records[i].entry.event->payload).position;
      if (keep[was[before]]) {
        EXPECT_EQ(is[after], was[before]);
      } else {
        EXPECT_FALSE(is.contains(after));
      }
    }
  });
}

}  // namespace
}  // namespace tenure::property
