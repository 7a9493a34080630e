// In random organisations, check, what, who and the witnesses say what the naive meaning says.
#include "unit/authority/naive.h"
#include "unit/authority/asking.h"
#include "unit/authority/random_office.h"

namespace tenure::authority::test {
namespace {

constexpr unsigned kOffices = 120;
constexpr std::int64_t kMoments[] = {5, 20, 33};

Decision DecisionOf(Truth truth) { return truth.must ? Decision::kYes : truth.may ? Decision::kUnknown : Decision::kNo; }

TEST(Naive, CheckSaysTheSame) {
  int counts[3] = {};
  for (unsigned seed = 0; seed < kOffices; ++seed) {
    RandomOffice view(seed);
    for (const std::int64_t t : kMoments) {
      Naive naive(view, At(t), true, true);
      for (const auto& ref : RandomOffice::Subjects()) {
        const Decision expected = DecisionOf(naive.Holds(ref, "read", "bucket:a"));
        ++counts[static_cast<int>(expected)];
        EXPECT_EQ(DecisionAt(view, ref, "read", "bucket:a", t), expected) << ref << " at " << t << ", seed " << seed;
      }
    }
  }
  for (const int count : counts)
    EXPECT_GT(count, static_cast<int>(kOffices) / 2);  // each answer is common enough to mean something
}

TEST(Naive, WhoListsTheSameWithoutInventingWhatATaintHides) {
  for (unsigned seed = 0; seed < kOffices; ++seed) {
    RandomOffice view(seed);
    for (const std::int64_t t : kMoments) {
      std::map<std::string, RowStatus> listed;
      for (const auto& row : WhoAt(view, "read", "bucket:a", t).rows) listed[row.principal] = row.status;
      RandomOffice clean(seed);
      clean.ForgetTaints();
      // Who may hold it at all is what there would be without the taint; what is certain counts all that the taint may hide.
      Naive without(clean, At(t), false, false), doubted(view, At(t), false, true);
      for (const auto& ref : RandomOffice::Subjects()) {
        const Decision plain = DecisionOf(without.Holds(ref, "read", "bucket:a"));
        const bool certain = DecisionOf(doubted.Holds(ref, "read", "bucket:a")) == Decision::kYes;
        const Decision expected = plain == Decision::kNo || certain ? plain : Decision::kUnknown;
        const Decision actual = listed.count(ref) == 0                 ? Decision::kNo
                                : listed[ref] == RowStatus::kEffective ? Decision::kYes
                                                                       : Decision::kUnknown;
        EXPECT_EQ(actual, expected) << ref << " at " << t << ", seed " << seed;
      }
    }
  }
}

TEST(Naive, WhatAPointSaysAWindowSaysThereAndExtentsAreMaximal) {
  const auto around = [](const std::vector<Interval>& parts, EffectiveTime t) {
    for (const auto& part : parts)
      if (part.Contains(t)) return std::optional<Interval>(part);
    return std::optional<Interval>();
  };
  for (unsigned seed = 0; seed < kOffices; ++seed) {
    RandomOffice view(seed);
    for (const auto& ref : RandomOffice::Subjects()) {
      const auto window = CheckWhen(view, ref, "read", "bucket:a", During(-1000, 1000)).result;
      for (const std::int64_t t : kMoments) {
        SCOPED_TRACE(ref + " at " + std::to_string(t) + ", seed " + std::to_string(seed));
        const auto point = CheckAt(view, ref, "read", "bucket:a", t);
        for (const auto& [at, over] : {std::pair(point.held, window.held), std::pair(point.possibly, window.possibly)}) {
          const auto expected = around(over, At(t));
          ASSERT_EQ(!at.empty(), expected.has_value());
          if (at.empty()) continue;
          EXPECT_EQ(IntervalClip(at[0], -1000, 1000), *expected);
        }
      }
    }
  }
}

TEST(Naive, EveryYesAndEveryRowHasAWayThatEndsInAGrant) {
  for (unsigned seed = 0; seed < kOffices; ++seed) {
    RandomOffice view(seed);
    for (const auto& ref : RandomOffice::Subjects()) {
      SCOPED_TRACE(ref + ", seed " + std::to_string(seed));
      const auto check = CheckAt(view, ref, "read", "bucket:a", 20);
      if (check.decision == Decision::kYes) {
        ASSERT_FALSE(check.path.empty());
        EXPECT_EQ(check.path.back().kind, StepKind::kGranted);
        EXPECT_TRUE(check.because.empty());
      } else {
        EXPECT_FALSE(check.because.empty());
      }
      for (const auto& row : WhatAt(view, ref, 20, true).rows) {
        ASSERT_FALSE(row.path.empty()) << row.grant;
        if (row.status == RowStatus::kEffective) {
          EXPECT_FALSE(row.held.empty()) << row.grant;
        } else {
          EXPECT_FALSE(row.because.empty()) << row.grant;
        }
      }
    }
  }
}

TEST(Naive, AnIrrelevantGrantChangesNoDecision) {
  for (unsigned seed = 0; seed < kOffices; ++seed) {
    RandomOffice view(seed), more(seed);
    more.Inline("zz", "user:u1", {Allow({"unrelated"}, {"thing:x"})});
    for (const auto& ref : RandomOffice::Subjects())
      EXPECT_EQ(DecisionAt(view, ref, "read", "bucket:a", 20), DecisionAt(more, ref, "read", "bucket:a", 20))
          << ref << ", seed " << seed;
  }
}

}  // namespace
}  // namespace tenure::authority::test
