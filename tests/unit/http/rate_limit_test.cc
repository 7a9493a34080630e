#include "http/rate_limit.h"

#include <gtest/gtest.h>

namespace tenure::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const RateLimit::Moment kBegin = RateLimit::Moment{} + seconds(1000);

TEST(RateLimitTest, ABurstIsGrantedAndThenTheRate) {
  RateLimit limit;
  const Rate rate{5, 10};
  for (int i = 0; i < 10; ++i) EXPECT_EQ(limit.Take("a", rate, kBegin), 0) << i;
  EXPECT_EQ(limit.Take("a", rate, kBegin), 1);
  EXPECT_EQ(limit.Take("a", rate, kBegin + milliseconds(199)), 1);
  EXPECT_EQ(limit.Take("a", rate, kBegin + milliseconds(201)), 0);
  EXPECT_EQ(limit.Take("a", rate, kBegin + milliseconds(202)), 1);
}

TEST(RateLimitTest, TheWaitIsTheTimeUntilOneIsThere) {
  RateLimit limit;
  const Rate rate{0.1, 1};
  EXPECT_EQ(limit.Take("a", rate, kBegin), 0);
  EXPECT_EQ(limit.Take("a", rate, kBegin), 10);
  EXPECT_EQ(limit.Take("a", rate, kBegin + seconds(4)), 6) << "asking in vain costs nothing";
  EXPECT_EQ(limit.Take("a", rate, kBegin + seconds(10)), 0);
}

TEST(RateLimitTest, NamesHaveBucketsOfTheirOwnAndNoneHoldsMoreThanItsBurst) {
  RateLimit limit;
  const Rate rate{1, 2};
  EXPECT_EQ(limit.Take("a", rate, kBegin), 0);
  EXPECT_EQ(limit.Take("a", rate, kBegin), 0);
  EXPECT_NE(limit.Take("a", rate, kBegin), 0);
  EXPECT_EQ(limit.Take("b", rate, kBegin), 0);
  const auto later = kBegin + seconds(3600);
  EXPECT_EQ(limit.Take("a", rate, later), 0);
  EXPECT_EQ(limit.Take("a", rate, later), 0);
  EXPECT_NE(limit.Take("a", rate, later), 0);
}

TEST(RateLimitTest, WaitTakesNothing) {
  RateLimit limit;
  const Rate rate{1, 1};
  for (int i = 0; i < 5; ++i) EXPECT_EQ(limit.Wait("a", rate, kBegin), 0);
  EXPECT_EQ(limit.Take("a", rate, kBegin), 0);
  EXPECT_EQ(limit.Wait("a", rate, kBegin), 1);
}

TEST(RateLimitTest, AClockThatGoesBackGivesNothing) {
  RateLimit limit;
  const Rate rate{1, 1};
  EXPECT_EQ(limit.Take("a", rate, kBegin), 0);
  EXPECT_NE(limit.Take("a", rate, kBegin - seconds(100)), 0);
}

TEST(RateLimitTest, NamesBeyondTheMostShareOneBucketUntilOthersAreFull) {
  RateLimit limit(3);
  const Rate rate{1, 2};
  for (const char* name : {"a", "b", "c"}) EXPECT_EQ(limit.Take(name, rate, kBegin), 0);
  EXPECT_EQ(limit.Take("d", rate, kBegin), 0);
  EXPECT_EQ(limit.Take("e", rate, kBegin), 0);
  EXPECT_NE(limit.Take("f", rate, kBegin), 0) << "d and e took what the rest share";
  EXPECT_EQ(limit.Take("a", rate, kBegin), 0) << "who was here before keeps its own";
  const auto later = kBegin + seconds(60);
  EXPECT_EQ(limit.Take("f", rate, later), 0);
  EXPECT_EQ(limit.Take("g", rate, later), 0);
}

}  // namespace
}  // namespace tenure::http
