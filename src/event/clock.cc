#include "event/clock.h"

#include <fmt/format.h>

#include <cctype>

namespace tenure::event {
namespace {

// Days since 1970-01-01 of a proleptic Gregorian date (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
std::int64_t DaysFromCivil(std::int64_t y, unsigned m, unsigned d) {
  y -= m <= 2;
  const std::int64_t era = (y >= 0 ? y : y - 399) / 400;
  const auto yoe = static_cast<unsigned>(y - era * 400);
  const unsigned doy = (153 * (m + (m > 2 ? -3u : 9u)) + 2) / 5 + d - 1;
  const unsigned doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
  return era * 146097 + static_cast<std::int64_t>(doe) - 719468;
}

struct Civil { std::int64_t year; unsigned month, day; };
Civil CivilFromDays(std::int64_t z) {
  z += 719468;
  const std::int64_t era = (z >= 0 ? z : z - 146096) / 146097;
  const auto doe = static_cast<unsigned>(z - era * 146097);
  const unsigned yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const unsigned mp = (5 * doy + 2) / 153;
  const unsigned m = mp < 10 ? mp + 3 : mp - 9;
  return {static_cast<std::int64_t>(yoe) + era * 400 + (m <= 2), m, doy - (153 * mp + 2) / 5 + 1};
}

bool IsLeap(int y) { return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0; }
int DaysIn(int y, int m) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return m == 2 && IsLeap(y) ? 29 : kDays[m - 1];
}

class Scanner {
 public:
  explicit Scanner(std::string_view s) : s_(s) {}
  bool Digits(int n, int* out) {
    int v = 0;
    for (int i = 0; i < n; ++i) {
      if (s_.empty() || s_[0] < '0' || s_[0] > '9') return false;
      v = v * 10 + (s_[0] - '0');
      s_.remove_prefix(1);
    }
    *out = v;
    return true;
  }
  bool Char(char a, char b = 0) {
    if (s_.empty() || (s_[0] != a && (b == 0 || s_[0] != b))) return false;
    s_.remove_prefix(1);
    return true;
  }
  bool AtEnd() const { return s_.empty(); }
  char Peek() const { return s_.empty() ? 0 : s_[0]; }

 private:
  std::string_view s_;
};

std::string Shown(std::string_view text) { return fmt::format("\"{}\"", text.substr(0, 60)); }

tl::unexpected<Error> Bad(std::string_view text, const char* why) {
  return Fail("event_time_malformed", Shown(text) + " " + why, "write RFC 3339 with a zone, such as 2023-07-10T12:26:00Z");
}

bool Fraction(Scanner& s, std::int64_t* us) {
  *us = 0;
  if (!s.Char('.')) return true;
  int digits = 0;
  for (; s.Peek() >= '0' && s.Peek() <= '9'; ++digits) {
    int d = 0;
    s.Digits(1, &d);
    if (digits < 6) *us = *us * 10 + d;
  }
  if (digits == 0) return false;
  for (; digits < 6; ++digits) *us *= 10;
  return true;
}

}  // namespace

Result<EffectiveTime> ParseRfc3339(std::string_view text) {
  Scanner s(text);
  int y = 0, mo = 0, d = 0, h = 0, mi = 0, sec = 0;
  std::int64_t us = 0;
  if (!s.Digits(4, &y) || !s.Char('-') || !s.Digits(2, &mo) || !s.Char('-') || !s.Digits(2, &d)) return Bad(text, "is not a time");
  if (s.AtEnd()) return Bad(text, "is a date without a time");
  if (!s.Char('T', 't') && !s.Char(' ')) return Bad(text, "has no T between date and time");
  if (!s.Digits(2, &h) || !s.Char(':') || !s.Digits(2, &mi) || !s.Char(':') || !s.Digits(2, &sec) || !Fraction(s, &us))
    return s.AtEnd() ? Bad(text, "is cut off") : Bad(text, "is not a time");
  if (y < 1 || mo < 1 || mo > 12 || d < 1 || d > DaysIn(y, mo) || h > 23 || mi > 59) return Bad(text, "is no date and time of the calendar");
  if (sec > 59) return Fail("event_time_leap_second", Shown(text) + " has second " + std::to_string(sec), "write :59, leap seconds have no place in UTC microseconds");
  std::int64_t offset_min = 0;
  if (s.AtEnd())
    return Fail("event_time_without_zone", Shown(text) + " names no zone", fmt::format("write {:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z (or +02:00)", y, mo, d, h, mi, sec));
  if (!s.Char('Z', 'z')) {
    const bool minus = s.Peek() == '-';
    int oh = 0, om = 0;
    if (!s.Char('+', '-') || !s.Digits(2, &oh) || !s.Char(':') || !s.Digits(2, &om) || oh > 23 || om > 59) return Bad(text, "has a zone that is not Z or +hh:mm");
    offset_min = (minus ? -1 : 1) * (oh * 60 + om);
  }
  if (!s.AtEnd()) return Bad(text, "goes on after its zone");
  const std::int64_t seconds = DaysFromCivil(y, static_cast<unsigned>(mo), static_cast<unsigned>(d)) * 86400 + h * 3600 + mi * 60 + sec - offset_min * 60;
  return EffectiveTime{seconds * 1'000'000 + us};
}

namespace {

Result<EffectiveTime> ParseNow(std::string_view text, EffectiveTime now) {
  const auto bad = [&] {
    return Fail("time_malformed", Shown(text) + " is not a time", "write now, now-2h, now+30m (s, m, h, d, w), a date, or 2023-07-10T12:26:00Z", Blame::kCaller);
  };
  std::string_view rest = text.substr(3);
  if (rest.empty()) return now;
  const bool minus = rest[0] == '-';
  if (!minus && rest[0] != '+') return bad();
  rest.remove_prefix(1);
  if (rest.size() < 2 || rest.size() > 10) return bad();
  std::int64_t n = 0;
  for (char c : rest.substr(0, rest.size() - 1)) {
    if (c < '0' || c > '9') return bad();
    n = n * 10 + (c - '0');
  }
  std::int64_t unit = 0;
  switch (rest.back()) {
    case 's': unit = 1; break;
    case 'm': unit = 60; break;
    case 'h': unit = 3600; break;
    case 'd': unit = 86400; break;
    case 'w': unit = 7 * 86400; break;
    default: return bad();
  }
  const std::int64_t delta = n * unit * 1'000'000;
  if (n * unit > 10'000LL * 366 * 86400) return bad();
  return EffectiveTime{minus ? now.us - delta : now.us + delta};
}

}  // namespace

Result<EffectiveTime> ParseQuestionTime(std::string_view text, EffectiveTime now) {
  if (text.substr(0, 3) == "now") return ParseNow(text, now);
  std::string full(text);
  if (text.size() == 10) full += "T00:00:00Z";
  auto t = ParseRfc3339(full);
  if (t) return t;
  Error e = t.error();
  e.blame = Blame::kCaller;
  if (e.code == "event_time_without_zone") e.code = "time_without_zone";
  else if (e.code == "event_time_leap_second") e.code = "time_leap_second";
  else e = {"time_malformed", Shown(text) + " is not a time", "write 2023-07-10T12:26:00Z, a date (UTC midnight), now, or now-2h", Blame::kCaller};
  return tl::unexpected(e);
}

std::string FormatTime(std::int64_t us) {
  std::int64_t seconds = us / 1'000'000, rest = us % 1'000'000;
  if (rest < 0) rest += 1'000'000, --seconds;
  std::int64_t days = seconds / 86400, in_day = seconds % 86400;
  if (in_day < 0) in_day += 86400, --days;
  const Civil c = CivilFromDays(days);
  std::string out = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", c.year, c.month, c.day, in_day / 3600, in_day / 60 % 60, in_day % 60);
  if (rest != 0) out += rest % 1000 == 0 ? fmt::format(".{:03}", rest / 1000) : fmt::format(".{:06}", rest);
  return out + "Z";
}

}  // namespace tenure::event
