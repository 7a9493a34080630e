#include "event/clock.h"

#include <gtest/gtest.h>

#include <limits>

namespace tenure::event {
namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr EffectiveTime kNow{1'700'000'000 * kSecond};  // 2023-11-14T22:13:20Z

std::string Again(std::string_view text) {
  const auto time = ParseRfc3339(text);
  return time ? FormatTime(time->us) : time.error().code;
}
std::string Asked(std::string_view text) {
  const auto time = ParseQuestionTime(text, kNow);
  return time ? FormatTime(time->us) : time.error().code;
}

TEST(Rfc3339, CountsMicrosecondsFrom1970) {
  EXPECT_EQ(ParseRfc3339("1970-01-01T00:00:00Z")->us, 0);
  EXPECT_EQ(ParseRfc3339("2023-11-14T22:13:20Z")->us, kNow.us);
  EXPECT_EQ(ParseRfc3339("1969-12-31T23:59:59.999999Z")->us, -1);
}

TEST(Rfc3339, OffsetsAreTakenOutOfTheTime) {
  EXPECT_EQ(Again("2023-07-10T14:26:00+02:00"), "2023-07-10T12:26:00Z");
  EXPECT_EQ(Again("2023-07-10T06:56:00-05:30"), "2023-07-10T12:26:00Z");
  EXPECT_EQ(Again("2023-07-10t12:26:00z"), "2023-07-10T12:26:00Z");
}

TEST(Rfc3339, DigitsPastMicrosecondsAreCutNotRounded) {
  EXPECT_EQ(Again("2023-07-10T12:26:00.1234569Z"), "2023-07-10T12:26:00.123456Z");
  EXPECT_EQ(Again("2023-07-10T12:26:00.9999999999Z"), "2023-07-10T12:26:00.999999Z");
  EXPECT_EQ(Again("1969-12-31T23:59:59.1Z"), "1969-12-31T23:59:59.100Z");
}

TEST(Rfc3339, IsWrittenWithNoneThreeOrSixDigits) {
  EXPECT_EQ(FormatTime(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(FormatTime(5'000), "1970-01-01T00:00:00.005Z");
  EXPECT_EQ(FormatTime(5'010), "1970-01-01T00:00:00.005010Z");
}

TEST(Rfc3339, ATimeWithoutAZoneIsRefusedWithTheTextToWrite) {
  const auto time = ParseRfc3339("2023-07-10 12:26");
  ASSERT_FALSE(time);
  EXPECT_EQ(time.error().ToString(),
            "event_time_without_zone: \"2023-07-10 12:26\" names no zone; write 2023-07-10T12:26:00Z (or +02:00)");
  EXPECT_EQ(Again("2023-07-10T12:26:00.5"), "event_time_without_zone");
}

TEST(Rfc3339, LeapSecondsAreRefusedByName) { EXPECT_EQ(Again("2016-12-31T23:59:60Z"), "event_time_leap_second"); }

TEST(Rfc3339, TheCalendarIsKept) {
  EXPECT_EQ(Again("2024-02-29T00:00:00Z"), "2024-02-29T00:00:00Z");
  EXPECT_EQ(Again("2000-02-29T00:00:00Z"), "2000-02-29T00:00:00Z");
  for (const char* text : {"2023-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2023-13-01T00:00:00Z", "2023-00-01T00:00:00Z",
                           "2023-04-31T00:00:00Z", "2023-01-00T00:00:00Z", "2023-01-01T24:00:00Z", "2023-01-01T00:60:00Z"})
    EXPECT_EQ(Again(text), "event_time_malformed") << text;
}

TEST(Rfc3339, YearsEndWhereTheyCouldNotBeWrittenAgain) {
  EXPECT_EQ(Again("0001-01-01T00:00:00Z"), "0001-01-01T00:00:00Z");
  EXPECT_EQ(Again("9999-12-31T23:59:59.999999Z"), "9999-12-31T23:59:59.999999Z");
  for (const char* text :
       {"0000-12-31T23:59:59Z", "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "10000-01-01T00:00:00Z"})
    EXPECT_EQ(Again(text), "event_time_malformed") << text;
}

TEST(Rfc3339, WhatIsNoTimeIsRefused) {
  for (const char* text : {"", "now", "2023-07-10", "2023-07-10T12", "2023-07-10T12:26:00.Z", "2023-07-10T12:26:00+2:00",
                           "2023-07-10T12:26:00+0200", "2023-07-10T12:26:00+24:00", "2023-07-10T12:26:00Z ",
                           " 2023-07-10T12:26:00Z", "2023-07-10T12:26Z", "-023-07-10T12:26:00Z", "2023-07-10_12:26:00Z"})
    EXPECT_EQ(Again(text), "event_time_malformed") << text;
  EXPECT_EQ(Again("2023-07-10T12:26:00." + std::string(80, '1') + "Z"), "event_time_malformed");
}

TEST(QuestionTime, TakesNowDatesAndDistances) {
  EXPECT_EQ(Asked("now"), "2023-11-14T22:13:20Z");
  EXPECT_EQ(Asked("now-20s"), "2023-11-14T22:13:00Z");
  EXPECT_EQ(Asked("now+30m"), "2023-11-14T22:43:20Z");
  EXPECT_EQ(Asked("now-2h"), "2023-11-14T20:13:20Z");
  EXPECT_EQ(Asked("now-1d"), "2023-11-13T22:13:20Z");
  EXPECT_EQ(Asked("now-2w"), "2023-10-31T22:13:20Z");
  EXPECT_EQ(Asked("2023-07-10"), "2023-07-10T00:00:00Z");
  EXPECT_EQ(Asked("2023-07-10T14:26:00+02:00"), "2023-07-10T12:26:00Z");
}

TEST(QuestionTime, MistakesAreTheCallersAndNamed) {
  for (const char* text : {"nowhere", "now-", "now-h", "now-2", "now-2y", "now--2h", "now-2.5h", "yesterday", "2023-02-30",
                           "12:00", "now-9999999999h", "now+999999999w"})
    EXPECT_EQ(Asked(text), "time_malformed") << text;
  EXPECT_EQ(Asked("2023-07-10T12:26:00"), "time_without_zone");
  EXPECT_EQ(Asked("2016-12-31T23:59:60Z"), "time_leap_second");
  EXPECT_EQ(ParseQuestionTime("soon", kNow).error().blame, Blame::kCaller);
}

TEST(Clock, WritesWhatItRead) {
  for (const char* text : {"0001-01-01T00:00:00Z", "0999-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.001Z",
                           "1970-01-01T00:00:00Z", "2024-02-29T12:34:56.000001Z", "9999-12-31T23:59:59.120Z"})
    EXPECT_EQ(FormatTime(ParseRfc3339(text)->us), text);
}

TEST(Clock, WritesTheLeastAndTheGreatestTimeWithoutOverflow) {
  EXPECT_EQ(FormatTime(std::numeric_limits<std::int64_t>::min()).back(), 'Z');
  EXPECT_EQ(FormatTime(std::numeric_limits<std::int64_t>::max()).back(), 'Z');
  EXPECT_EQ(FormatTime(-1), "1969-12-31T23:59:59.999999Z");
  EXPECT_EQ(FormatTime(-86'400'000'000), "1969-12-31T00:00:00Z");
}

}  // namespace
}  // namespace tenure::event
