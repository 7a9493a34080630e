// What the findings of random histories must show for them to judge anything by, and laws of the model that finds them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>

#include "property/history_policy.h"

namespace tenure::property {
namespace {

using reference::Finding;
using reference::Reference;

constexpr const char* kRules[] = {"authority_after_retirement",
                                  "break_glass_unreviewed",
                                  "compromised_credential",
                                  "credential_after_retirement",
                                  "dormant_authority",
                                  "dormant_identity",
                                  "environment_crossing",
                                  "evidence_gap",
                                  "hand_made_change",
                                  "human_use",
                                  "identifier_reuse",
                                  "implausible_time",
                                  "long_lived_secret",
                                  "new_external_trust",
                                  "not_rotated_after_leave",
                                  "orphaned",
                                  "over_privilege",
                                  "revoke_ended_nothing",
                                  "self_approval",
                                  "self_grant",
                                  "separation_of_duties",
                                  "shared_identity",
                                  "standing_privilege",
                                  "temporary_overrun",
                                  "temporary_renewed",
                                  "unapproved_grant",
                                  "unconditional_trust",
                                  "unreviewed_privilege"};

// A rule that few histories break is a rule that few histories test.
TEST(HistoryFindings, EveryRuleIsBrokenInOneHistoryOfFiftyAndPossiblyInSome) {
  constexpr int kHistories = 150;
  std::map<std::string, int> certain, possible, rows;
  for (std::uint64_t seed = 1; seed <= kHistories; ++seed) {
    const History history = MakeHistory(seed);
    Random random(seed ^ 0xf1d);
    const Reference reference(EntriesOf(history), history.configuration);
    std::set<std::string> is_certain, is_possible;
    for (const Finding& finding : Findings(reference.At(reference.Everything()), SomePolicy(random))) {
      ++rows[finding.rule];
      (finding.certain ? is_certain : is_possible).insert(finding.rule);
    }
    for (const auto& rule : is_certain) ++certain[rule];
    for (const auto& rule : is_possible) ++possible[rule];
  }
  for (const char* rule : kRules) {
    std::printf("  %-28s %5d rows, certain in %3d %%, possible in %3d %%\n", rule, rows[rule], certain[rule] * 100 / kHistories,
                possible[rule] * 100 / kHistories);
    EXPECT_GE(certain[rule] * 50, kHistories) << rule;
    EXPECT_GT(possible[rule], 0) << rule;
  }
  for (const auto& [rule, count] : rows)
    EXPECT_TRUE(std::find(std::begin(kRules), std::end(kRules), rule) != std::end(kRules)) << rule << " is no rule";
}

TEST(HistoryFindings, RowsOfOneThingNeitherOverlapNorTouchWithOneStatus) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    const History history = MakeHistory(seed);
    Random random(seed);
    const Reference reference(EntriesOf(history), history.configuration);
    const auto findings = Findings(reference.At(SomeKnowledge(history, random)), SomePolicy(random));
    for (std::size_t i = 0; i < findings.size(); ++i) {
      EXPECT_LT(findings[i].span.from, findings[i].span.until);
      if (i == 0) continue;
      const Finding &a = findings[i - 1], &b = findings[i];
      if (std::tie(a.rule, a.subject, a.about) != std::tie(b.rule, b.subject, b.about)) continue;
      EXPECT_LE(a.span.until, b.span.from) << a.rule << " " << a.subject << " " << a.about;
      EXPECT_TRUE(a.span.until < b.span.from || a.certain != b.certain) << a.rule << " " << a.subject << " " << a.about;
    }
  }
}

TEST(HistoryFindings, WhatIsAppendedLaterChangesNothingThatIsKnownAtV) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    const History history = MakeHistory(seed);
    Random random(seed);
    const auto known = SomeKnowledge(history, random);
    std::vector<reference::Entry> within;
    for (const auto& entry : EntriesOf(history))
      if (known.Holds(entry.position)) within.push_back(entry);
    const auto policy = SomePolicy(random);
    const Reference all(EntriesOf(history), history.configuration), part(within, history.configuration);
    EXPECT_EQ(Findings(all.At(known), policy), Findings(part.At(known), policy));
  }
}

}  // namespace
}  // namespace tenure::property
