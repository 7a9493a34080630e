// Sets of half-open intervals, held to membership of single moments; and must/may pairs.
#include <gtest/gtest.h>

#include <random>

#include "authority/gather.h"
#include "history/interval_set.h"

namespace tenure::history {
namespace {

constexpr EffectiveTime T(std::int64_t us) { return {us}; }
IntervalSet Set(std::initializer_list<Interval> parts) {
  IntervalSet set;
  for (const auto& part : parts) set = set.Union(IntervalSet(part));
  return set;
}
const Interval kTen{T(10), T(20)};

TEST(IntervalSet, IsHalfOpen) {
  const IntervalSet set(kTen);
  EXPECT_FALSE(set.Contains(T(9)));
  EXPECT_TRUE(set.Contains(T(10)));
  EXPECT_TRUE(set.Contains(T(19)));
  EXPECT_FALSE(set.Contains(T(20)));
}

TEST(IntervalSet, AnIntervalThatEndsBeforeItBeginsIsEmpty) {
  EXPECT_TRUE(IntervalSet::Between(T(5), T(5)).Empty());
  EXPECT_TRUE(IntervalSet::Between(T(6), T(5)).Empty());
}

TEST(IntervalSet, AdjoiningIntervalsBecomeOne) {
  EXPECT_EQ(Set({{T(20), T(30)}, kTen}).Parts(), (std::vector<Interval>{{T(10), T(30)}}));
  EXPECT_EQ(Set({{T(21), T(30)}, kTen}).Parts().size(), 2u);
  EXPECT_EQ(Set({{T(5), T(40)}, kTen}).Parts(), (std::vector<Interval>{{T(5), T(40)}}));
}

TEST(IntervalSet, AtGivesTheMaximalIntervalThere) {
  const auto set = Set({kTen, {T(20), T(30)}, {T(40), kForever}});
  EXPECT_EQ(set.At(T(25)), (Interval{T(10), T(30)}));
  EXPECT_EQ(set.At(T(1000)), (Interval{T(40), kForever}));
  EXPECT_EQ(set.At(T(35)), std::nullopt);
}

TEST(IntervalSet, MeetsAndCoversLookAtTheWindowOnly) {
  const auto set = Set({kTen, {T(30), T(40)}});
  EXPECT_TRUE(set.Meets({T(19), T(30)}));
  EXPECT_FALSE(set.Meets({T(20), T(30)}));
  EXPECT_FALSE(set.Meets({T(15), T(15)}));
  EXPECT_TRUE(set.Covers({T(10), T(20)}));
  EXPECT_FALSE(set.Covers({T(10), T(21)}));
  EXPECT_FALSE(set.Covers({T(15), T(35)}));
}

TEST(IntervalSet, OperationsAreThoseOfMembership) {
  std::mt19937 random(7);
  const auto some = [&] {
    IntervalSet set;
    for (unsigned i = random() % 5; i > 0; --i) {
      const auto from = static_cast<std::int64_t>(random() % 30);
      set = set.Union(IntervalSet::Between(T(from), T(from + static_cast<std::int64_t>(random() % 8))));
    }
    return random() % 4 == 0 ? set.Union(IntervalSet::Between(T(25), kForever)) : set;
  };
  for (int round = 0; round < 2000; ++round) {
    const IntervalSet a = some(), b = some();
    const Interval window{T(5), T(20)};
    for (std::int64_t t = -1; t < 45; ++t) {
      const bool in_a = a.Contains(T(t)), in_b = b.Contains(T(t));
      ASSERT_EQ(a.Union(b).Contains(T(t)), in_a || in_b);
      ASSERT_EQ(a.Intersect(b).Contains(T(t)), in_a && in_b);
      ASSERT_EQ(a.Minus(b).Contains(T(t)), in_a && !in_b);
      ASSERT_EQ(a.Clip(window).Contains(T(t)), in_a && window.Contains(T(t)));
    }
    for (const IntervalSet& set : {a.Union(b), a.Intersect(b), a.Minus(b), a.Clip(window)})
      for (std::size_t i = 0; i < set.Parts().size(); ++i) {
        ASSERT_LT(set.Parts()[i].from, set.Parts()[i].until);
        if (i > 0) {
          ASSERT_LT(set.Parts()[i - 1].until, set.Parts()[i].from);
        }
      }
  }
}

TEST(TimeSet, SubtractingADenyIsCertainOnlyWhereTheDenyIsExcluded) {
  const TimeSet allow = TimeSet::Certain(IntervalSet::Between(T(0), T(30)));
  const TimeSet deny{IntervalSet::Between(T(10), T(20)), IntervalSet::Between(T(10), T(25))};
  const TimeSet left = allow.Minus(deny);
  EXPECT_EQ(left.must, Set({{T(0), T(10)}, {T(25), T(30)}}));
  EXPECT_EQ(left.may, Set({{T(0), T(10)}, {T(20), T(30)}}));
  EXPECT_EQ(left.Possibly(), Set({{T(20), T(25)}}));
}

TEST(TimeSet, DoubtTakesCertaintyInsideTheRangeAndNothingElse) {
  const TimeSet set = TimeSet::Certain(IntervalSet::Between(T(0), T(30)));
  EXPECT_EQ(set.Doubt(IntervalSet(kTen)).must, Set({{T(0), T(10)}, {T(20), T(30)}}));
  EXPECT_EQ(set.Doubt(IntervalSet(kTen)).may, set.may);
}

TEST(Gather, UnitesWhateverOrderAndOverlap) {
  EXPECT_EQ(authority::UnionOf({{T(40), T(50)}, kTen, {T(15), T(22)}, {T(22), T(30)}, {T(9), T(9)}}),
            Set({{T(10), T(30)}, {T(40), T(50)}}));
  authority::Gather gather;
  gather.Certain(kTen);
  gather.Uncertain({T(15), T(30)});
  EXPECT_EQ(gather.Done().must, IntervalSet(kTen));
  EXPECT_EQ(gather.Done().may, Set({{T(10), T(30)}}));
}

}  // namespace
}  // namespace tenure::history
