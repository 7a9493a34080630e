// Globs: what they match, and that no pattern costs more than its length times the text's.
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "event/reference.h"

namespace tenure::event {
namespace {

std::string Times(std::string_view piece, int n) {
  std::string out;
  while (n-- > 0) out += piece;
  return out;
}

// The definition, by dynamic programming.
bool MatchesByDefinition(std::string_view pattern, std::string_view text) {
  std::vector<bool> reached(text.size() + 1);
  reached[0] = true;
  for (const char c : pattern) {
    std::vector<bool> next(text.size() + 1);
    for (std::size_t i = 0; i <= text.size(); ++i)
      next[i] = c == '*' ? reached[i] || (i > 0 && next[i - 1]) : i > 0 && reached[i - 1] && (c == '?' || c == text[i - 1]);
    reached = next;
  }
  return reached[text.size()];
}

// The n-th text over an alphabet, counting all texts of each length.
std::string Nth(std::string_view alphabet, std::size_t n) {
  std::string out;
  for (; n > 0; n = (n - 1) / alphabet.size()) out.push_back(alphabet[(n - 1) % alphabet.size()]);
  return out;
}

TEST(Pattern, AStarIsAnyRunAndAQuestionMarkOneByte) {
  EXPECT_TRUE(Matches("s3:*", "s3:"));
  EXPECT_TRUE(Matches("s3:Get*", "s3:GetObject"));
  EXPECT_TRUE(Matches("*", "a/b/c"));
  EXPECT_TRUE(Matches("a*b*c", "axxbyyc"));
  EXPECT_TRUE(Matches("log-?", "log-7"));
  EXPECT_FALSE(Matches("log-?", "log-"));
  EXPECT_FALSE(Matches("log-?", "log-77"));
  EXPECT_FALSE(Matches("ab*ba", "aba"));  // head and tail may not overlap
  EXPECT_FALSE(Matches("S3:*", "s3:Get"));
  EXPECT_TRUE(Matches("", ""));
  EXPECT_FALSE(Matches("", "a"));
}

TEST(Pattern, AgreesWithTheDefinitionOnEverySmallCase) {
  for (std::size_t p = 0; p < 1365; ++p)    // patterns of up to 5 over a b * ?
    for (std::size_t t = 0; t < 63; ++t) {  // texts of up to 5 over a b
      const std::string pattern = Nth("ab*?", p), text = Nth("ab", t);
      ASSERT_EQ(Matches(pattern, text), MatchesByDefinition(pattern, text)) << pattern << " on " << text;
    }
}

TEST(Pattern, LongPiecesWithQuestionMarksAgreeWithTheDefinition) {
  const std::string text = Times("abcab", 300) + "abd" + Times("abcab", 100);
  for (int length : {1, 63, 64, 65, 128, 200}) {
    const std::string hit = "*" + Times("?", length) + "abd" + Times("?", length) + "*", miss = "*" + Times("?", length) + "dd*";
    EXPECT_EQ(Matches(hit, text), MatchesByDefinition(hit, text)) << length;
    EXPECT_TRUE(Matches(hit, text)) << length;
    EXPECT_FALSE(Matches(miss, text)) << length;
  }
}

// A backtracking matcher needs exponential time for the first, one without memory of its pieces the product of lengths for the others.
TEST(Pattern, HostilePatternsEndAtOnce) {
  const auto began = std::chrono::steady_clock::now();
  EXPECT_FALSE(Matches(Times("a*", 1000) + "b", Times("a", 200'000)));
  EXPECT_FALSE(Matches("*" + Times("a", 1000) + "?b*", Times("a", 200'000)));
  EXPECT_FALSE(CoversResource(Times("*a", 1000) + "b", "x:" + Times("a/", 100'000) + "a", true));
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(20));
}

TEST(Pattern, OnlyStarsCoverTheQuestionForEverything) {
  EXPECT_TRUE(CoversAction("*", "*"));
  EXPECT_TRUE(CoversAction("**", "*"));
  EXPECT_FALSE(CoversAction("?", "*"));
  EXPECT_FALSE(CoversAction("s3:*", "*"));
  EXPECT_TRUE(CoversResource("***", "*", true));
  EXPECT_FALSE(CoversResource("bucket:*", "*", true));
  EXPECT_FALSE(CoversResource("?", "*", true));
  EXPECT_FALSE(CoversResource("?", "*", false));
  EXPECT_FALSE(IsEverything(""));
}

TEST(Pattern, ASubtreeIsTheResourceAndWhatLiesBelow) {
  EXPECT_TRUE(CoversResource("bucket:prod", "bucket:prod", true));
  EXPECT_TRUE(CoversResource("bucket:prod", "bucket:prod/ledger/2026", true));
  EXPECT_FALSE(CoversResource("bucket:prod", "bucket:production", true));
  EXPECT_FALSE(CoversResource("bucket:prod", "bucket:prod/ledger", false));
  EXPECT_FALSE(CoversResource("bucket:prod/ledger", "bucket:prod", true));
  EXPECT_TRUE(CoversResource("bucket:*-logs", "bucket:eu-logs/2026/01", true));
  EXPECT_TRUE(CoversResource("bucket:p?od", "bucket:prod/ledger", true));
  EXPECT_FALSE(CoversResource("bucket:*-logs", "bucket:eu-logs/2026/01", false));
}

TEST(Pattern, ASchemesSlashesAreNoBoundary) {
  EXPECT_FALSE(CoversResource("workload:spiffe:", "workload:spiffe://prod/ns", true));
  EXPECT_FALSE(CoversResource("workload:*:", "workload:spiffe://prod/ns", true));
  EXPECT_TRUE(CoversResource("workload:spiffe://prod", "workload:spiffe://prod/ns", true));
}

TEST(Pattern, CoveringAgreesWithMatchingEachAncestor) {
  for (std::size_t p = 0; p < 1365; ++p)
    for (std::size_t r = 0; r < 1093; ++r) {  // resources of up to 6 over a / :
      const std::string pattern = Nth("a/*?", p), resource = Nth("a/:", r);
      bool covers = Matches(pattern, resource);
      for (const auto ancestor : Ancestors(resource)) covers = covers || Matches(pattern, ancestor);
      ASSERT_EQ(CoversResource(pattern, resource, true), covers) << pattern << " on " << resource;
    }
}

}  // namespace
}  // namespace tenure::event
