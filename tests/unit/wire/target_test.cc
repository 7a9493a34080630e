// Paths and queries.
#include "wire/target.h"

#include <gtest/gtest.h>

namespace tenure::wire {
namespace {

TEST(TargetTest, EncodesAllThatHasAMeaningInAUrl) {
  EXPECT_EQ(Encoded("user:a/b ?#&=+%.-_~"), "user%3Aa%2Fb%20%3F%23%26%3D%2B%25.-_~");
  EXPECT_EQ(Encoded("\xC3\xBC"), "%C3%BC");
}

TEST(TargetTest, WhatIsNotGivenIsLeftOut) {
  Target target("/v1/identities");
  target.Add("type", "").AddFlag("unowned", false).Add(Ask{});
  EXPECT_EQ(target.Text(), "/v1/identities");
  target.Add("type", "user").AddFlag("unowned", true);
  EXPECT_EQ(target.Text(), "/v1/identities?type=user&unowned=true");
}

TEST(TargetTest, MomentKnowledgeAndPage) {
  Ask ask;
  ask.when.as_of = EffectiveTime{1'000'001};
  ask.as_known_at = RecordedTime{0};
  ask.page = {7, "c"};
  EXPECT_EQ(Target("/x").Add(ask).Text(),
            "/x?as_of=1970-01-01T00%3A00%3A01.000001Z&as_known_at=1970-01-01T00%3A00%3A00Z&cursor=c&limit=7");
  Ask window;
  window.when.during = Interval{{0}, {60'000'000}};
  window.as_known_at = std::string("TOKEN");
  EXPECT_EQ(Target("/x").Add(window).Text(), "/x?during=1970-01-01T00%3A00%3A00Z%2F1970-01-01T00%3A01%3A00Z&as_known_at=TOKEN");
}

}  // namespace
}  // namespace tenure::wire
