// The audit read backwards: pages, filters, and lines that are none.
#include "http/audit_reader.h"

#include <gtest/gtest.h>

#include "event/clock.h"
#include "unit/http/scratch_directory.h"

namespace tenure::http {
namespace {

std::string LineOf(int day, int hour, const std::string& who = "a", const std::string& question = "check",
                   const std::string& more = "") {
  char time[32];
  std::snprintf(time, sizeof time, "2023-11-%02dT%02d:00:00Z", day, hour);
  return R"({"time":")" + std::string(time) + R"(","who":")" + who + R"(","question":")" + question + R"(","parameters":{)" +
         more + "}}\n";
}

EffectiveTime At(const std::string& text) { return *event::ParseRfc3339(text); }

std::string TimesOf(const AuditAnswer& answer) {
  std::string times;
  for (const AuditRow& row : answer.rows) times += row.json.Get("time")->AsString().substr(8, 5) + " ";
  return times;
}

class AuditReaderTest : public testing::Test {
 protected:
  AuditAnswer Read(const AuditQuestion& question) {
    auto answer = ReadAudit(dir_.Path(), question);
    EXPECT_TRUE(answer) << answer.error().ToString();
    return answer ? std::move(*answer) : AuditAnswer();
  }
  ScratchDirectory dir_;
};

TEST_F(AuditReaderTest, TheNewestFirstOverAllDays) {
  dir_.Put("2023-11-01.ndjson", LineOf(1, 8) + LineOf(1, 9));
  dir_.Put("2023-11-03.ndjson", LineOf(3, 7));
  dir_.Put("2023-11-03.ndjson.gz", "no file of ours");
  EXPECT_EQ(TimesOf(Read({})), "03T07 01T09 01T08 ");
  EXPECT_EQ(ReadAudit(dir_ / "nowhere", {})->rows.size(), 0U);
}

TEST_F(AuditReaderTest, PagesFollowEachOtherWithoutGapOrDouble) {
  std::string all, expected;
  for (int day = 1; day <= 3; ++day) {
    std::string text;
    for (int hour = 0; hour < 8; ++hour) text += LineOf(day, hour);
    dir_.Put("2023-11-0" + std::to_string(day) + ".ndjson", text);
  }
  AuditQuestion whole;
  expected = TimesOf(Read(whole));
  ASSERT_EQ(expected.size(), 24 * 6U);
  for (const std::int64_t limit : {1, 5, 8, 23, 24}) {
    AuditQuestion question;
    question.limit = limit;
    all.clear();
    do {
      const AuditAnswer page = Read(question);
      all += TimesOf(page);
      question.cursor = page.next;
    } while (!question.cursor.empty());
    EXPECT_EQ(all, expected) << limit;
  }
}

TEST_F(AuditReaderTest, APageHoldsNewLinesOutOfWhatFollowsIt) {
  dir_.Put("2023-11-01.ndjson", LineOf(1, 1) + LineOf(1, 2) + LineOf(1, 3));
  AuditQuestion question;
  question.limit = 2;
  const AuditAnswer page = Read(question);
  dir_.Put("2023-11-01.ndjson", LineOf(1, 1) + LineOf(1, 2) + LineOf(1, 3) + LineOf(1, 4));
  dir_.Put("2023-11-02.ndjson", LineOf(2, 1));
  question.cursor = page.next;
  EXPECT_EQ(TimesOf(Read(question)), "01T01 ");
}

TEST_F(AuditReaderTest, WhoWhatAndWhen) {
  dir_.Put("2023-11-01.ndjson", LineOf(1, 1, "a", "check") + LineOf(1, 2, "b", "check") + LineOf(1, 3, "a", "who"));
  dir_.Put("2023-11-02.ndjson", LineOf(2, 1, "b", "who", R"("who":"a","question":"check")"));
  AuditQuestion question;
  question.who = "a";
  EXPECT_EQ(TimesOf(Read(question)), "01T03 01T01 ") << "a parameter called who is not who asks";
  question.question = "check";
  EXPECT_EQ(TimesOf(Read(question)), "01T01 ");
  AuditQuestion times;
  times.from = At("2023-11-01T02:00:00Z");
  EXPECT_EQ(TimesOf(Read(times)), "02T01 01T03 01T02 ");
  times.to = At("2023-11-02T01:00:00Z");
  EXPECT_EQ(TimesOf(Read(times)), "01T03 01T02 ");
  times.to = times.from;
  EXPECT_EQ(ReadAudit(dir_.Path(), times).error().code, "when_empty");
}

TEST_F(AuditReaderTest, LinesLongerThanABlockAndFilesLongerThanOne) {
  std::string text;
  for (int hour = 0; hour < 20; ++hour)
    text += LineOf(1, hour, "a", "check", R"("x":")" + std::string(100'000 + 7'777 * hour, 'y') + "\"");
  dir_.Put("2023-11-01.ndjson", text);
  AuditQuestion question;
  question.limit = 3;
  std::string times;
  do {
    const AuditAnswer page = Read(question);
    times += TimesOf(page);
    question.cursor = page.next;
  } while (!question.cursor.empty());
  EXPECT_EQ(times.size(), 20 * 6U);
  EXPECT_EQ(times.substr(0, 12), "01T19 01T18 ");
}

TEST_F(AuditReaderTest, AFewLinesAreLookedThroughAtATimeAndAllInTheEnd) {
  std::string text;
  for (int i = 0; i < 2000; ++i)
    text += LineOf(1, i % 24, i == 3 ? "rare" : "often", "check", R"("x":")" + std::string(1000, 'y') + "\"");
  dir_.Put("2023-11-01.ndjson", text);
  AuditQuestion question;
  question.who = "rare";
  question.bytes_max = 300'000;
  int pages = 0;
  std::size_t found = 0;
  do {
    const AuditAnswer page = Read(question);
    found += page.rows.size();
    question.cursor = page.next;
    ++pages;
  } while (!question.cursor.empty());
  EXPECT_EQ(found, 1U);
  EXPECT_GT(pages, 2);
}

TEST_F(AuditReaderTest, WhatIsBeingWrittenIsNoLineYetAndWhatIsNoneIsCounted) {
  dir_.Put("2023-11-01.ndjson", LineOf(1, 1) + "torn{\n\n[1]\n" + LineOf(1, 2) + "{\"time\":\"2023-11-01T03");
  const AuditAnswer answer = Read({});
  EXPECT_EQ(TimesOf(answer), "01T02 01T01 ");
  EXPECT_EQ(answer.unreadable, 2);
  dir_.Put("2023-11-01.ndjson", "{\"time\":");
  EXPECT_EQ(Read({}).rows.size(), 0U);
  dir_.Put("2023-11-01.ndjson", "");
  EXPECT_EQ(Read({}).rows.size(), 0U);
}

TEST_F(AuditReaderTest, WrongCursors) {
  dir_.Put("2023-11-01.ndjson", LineOf(1, 1));
  for (const char* cursor :
       {"x", "2023-11-01", "2023-11-01@", "2023-11-01@-1", "2023-11-01@1x", "2023/11/01@1", "../../../etc@1"}) {
    AuditQuestion question;
    question.cursor = cursor;
    EXPECT_EQ(ReadAudit(dir_.Path(), question).error().code, "cursor_malformed") << cursor;
  }
  AuditQuestion beyond;
  beyond.cursor = "2023-11-01@999999";
  EXPECT_EQ(TimesOf(Read(beyond)), "01T01 ");
}

TEST_F(AuditReaderTest, TheAnswerHoldsTheLinesAsTheyStand) {
  dir_.Put("2023-11-01.ndjson", LineOf(1, 1));
  std::string line = LineOf(1, 1);
  line.pop_back();
  EXPECT_EQ(ToJson(Read({})), R"({"question":"audit","results":[)" + line + R"(],"unreadable":0,"next":null})");
}

}  // namespace
}  // namespace tenure::http
