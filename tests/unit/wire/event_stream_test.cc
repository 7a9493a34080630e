// Server-sent events in any portions.
#include "wire/event_stream.h"

#include <gtest/gtest.h>

#include <vector>

namespace tenure::wire {
namespace {

constexpr std::string_view kStream =
    "id: 1\nevent: event\ndata: {\"a\":1}\n\nid: 2\n: alive\n\nid: 3\r\ndata:x\r\ndata: y\r\n\r\ndata: half";

TEST(EventStreamTest, ReadsTheSameInAnyPortions) {
  for (std::size_t portion = 1; portion <= kStream.size(); ++portion) {
    std::vector<std::string> taken;
    EventStream stream([&](const std::string& data) {
      taken.push_back(data);
      return true;
    });
    for (std::size_t at = 0; at < kStream.size(); at += portion) EXPECT_TRUE(stream.Add(kStream.substr(at, portion)));
    EXPECT_EQ(taken, (std::vector<std::string>{"{\"a\":1}", "x\ny"})) << portion;
    EXPECT_EQ(stream.Reached(), "3");
  }
}

TEST(EventStreamTest, AnEventIsReachedOnceItIsTakenWhole) {
  EventStream stream([](const std::string&) { return true; });
  stream.Add("id: 1\ndata: a\n\nid: 2\ndata: b\n");
  EXPECT_EQ(stream.Reached(), "1");
  stream.Add("\n");
  EXPECT_EQ(stream.Reached(), "2");
  stream.Add("id: 7\n: alive\n\n");
  EXPECT_EQ(stream.Reached(), "7");
}

TEST(EventStreamTest, WhatIsNotTakenIsNotReachedAndNothingFollows) {
  int taken = 0;
  EventStream stream([&](const std::string&) { return ++taken < 2; });
  EXPECT_FALSE(stream.Add("id: 1\ndata: a\n\nid: 2\ndata: b\n\nid: 3\ndata: c\n\n"));
  EXPECT_EQ(taken, 2);
  EXPECT_EQ(stream.Reached(), "1");
}

TEST(EventStreamTest, ALineWithoutEndIsLeft) {
  EventStream stream([](const std::string&) { return true; });
  const std::string much(8u << 20, 'x');
  int portions = 0;
  while (stream.Add(much)) ASSERT_LT(++portions, 20);
  EXPECT_TRUE(stream.TooLong());
}

}  // namespace
}  // namespace tenure::wire
