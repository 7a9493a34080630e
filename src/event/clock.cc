#include "event/clock.h"

#include <fmt/format.h>

#include <chrono>

#include "event/quoted.h"

namespace tenure::event {
namespace {

constexpr std::size_t kTimeBytesMax = 64;
constexpr std::int64_t kFirstSecond = -62'135'596'800,
                       kLastSecond = 253'402'300'799;  // 0001-01-01T00:00:00Z, 9999-12-31T23:59:59Z

std::chrono::year_month_day Date(int year, int month, int day) {
  return {std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
          std::chrono::day(static_cast<unsigned>(day))};
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

tl::unexpected<Error> Bad(std::string_view text, const char* why) {
  return Fail("event_time_malformed", Quoted(text) + " " + why, "write RFC 3339 with a zone, such as 2023-07-10T12:26:00Z");
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

// What stands before the zone.
struct Wall {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  std::int64_t us = 0;
};

bool ScanDate(Scanner& s, Wall& w) {
  return s.Digits(4, &w.year) && s.Char('-') && s.Digits(2, &w.month) && s.Char('-') && s.Digits(2, &w.day);
}

// Seconds may be left out only by a text that ends there: it names no zone either, and is told so.
bool ScanClock(Scanner& s, Wall& w) {
  if (!s.Digits(2, &w.hour) || !s.Char(':') || !s.Digits(2, &w.minute)) return false;
  return s.AtEnd() || (s.Char(':') && s.Digits(2, &w.second) && Fraction(s, &w.us));
}

bool OnCalendar(const Wall& w) { return w.year >= 1 && Date(w.year, w.month, w.day).ok() && w.hour <= 23 && w.minute <= 59; }

bool ScanZone(Scanner& s, std::int64_t* offset_min) {
  *offset_min = 0;
  if (s.Char('Z', 'z')) return true;
  const bool minus = s.Peek() == '-';
  int hours = 0, minutes = 0;
  if (!s.Char('+', '-') || !s.Digits(2, &hours) || !s.Char(':') || !s.Digits(2, &minutes) || hours > 23 || minutes > 59)
    return false;
  *offset_min = (minus ? -1 : 1) * (hours * 60 + minutes);
  return true;
}

}  // namespace

Result<EffectiveTime> ParseRfc3339(std::string_view text) {
  if (text.size() > kTimeBytesMax) return Bad(text, "is longer than a time");
  Scanner s(text);
  Wall w;
  if (!ScanDate(s, w)) return Bad(text, "is not a time");
  if (s.AtEnd()) return Bad(text, "is a date without a time");
  if (!s.Char('T', 't') && !s.Char(' ')) return Bad(text, "has no T between date and time");
  if (!ScanClock(s, w)) return s.AtEnd() ? Bad(text, "is cut off") : Bad(text, "is not a time");
  if (!OnCalendar(w)) return Bad(text, "is no date and time of the calendar");
  if (w.second > 59)
    return Fail("event_time_leap_second", Quoted(text) + " has second " + std::to_string(w.second),
                "write :59, leap seconds have no place in UTC microseconds");
  if (s.AtEnd())
    return Fail("event_time_without_zone", Quoted(text) + " names no zone",
                fmt::format("write {:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z (or +02:00)", w.year, w.month, w.day, w.hour, w.minute,
                            w.second));
  std::int64_t offset_min = 0;
  if (!ScanZone(s, &offset_min)) return Bad(text, "has a zone that is not Z or +hh:mm");
  if (!s.AtEnd()) return Bad(text, "goes on after its zone");
  const std::int64_t days = std::chrono::sys_days(Date(w.year, w.month, w.day)).time_since_epoch().count();
  const std::int64_t seconds = days * 86400 + w.hour * 3600 + w.minute * 60 + w.second - offset_min * 60;
  if (seconds < kFirstSecond || seconds > kLastSecond) return Bad(text, "lies outside the years 0001 to 9999 in UTC");
  return EffectiveTime{seconds * 1'000'000 + w.us};
}

namespace {

Result<EffectiveTime> ParseNow(std::string_view text, EffectiveTime now) {
  const auto bad = [&] {
    return Fail("time_malformed", Quoted(text) + " is not a time",
                "write now, now-2h, now+30m (s, m, h, d, w), a date, or 2023-07-10T12:26:00Z", Blame::kCaller);
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
    case 's':
      unit = 1;
      break;
    case 'm':
      unit = 60;
      break;
    case 'h':
      unit = 3600;
      break;
    case 'd':
      unit = 86400;
      break;
    case 'w':
      unit = 7 * 86400;
      break;
    default:
      return bad();
  }
  if (n * unit > kLastSecond) return bad();
  const std::int64_t delta = n * unit * 1'000'000;
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
  else
    e = {"time_malformed", text.size() == 10 ? Quoted(text) + " is no date" : e.reason,
         "write 2023-07-10T12:26:00Z, a date (UTC midnight), now, or now-2h", Blame::kCaller};
  return tl::unexpected(e);
}

namespace {

// Decimal digits with leading zeros, `width` of them.
char* PutDigits(char* to, std::int64_t number, int width) {
  for (int i = width - 1; i >= 0; --i, number /= 10) to[i] = static_cast<char>('0' + number % 10);
  return to + width;
}

}  // namespace

void AppendTime(std::string& out, std::int64_t us) {
  // By remainders: the midnight before the least time would overflow.
  constexpr std::int64_t kDayUs = 86'400'000'000;
  std::int64_t days = us / kDayUs, of_day = us % kDayUs;
  if (of_day < 0) of_day += kDayUs, --days;
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{days}}};
  const int year{date.year()};
  if (year >= 0 && year <= 9999) {
    char digits[4];
    PutDigits(digits, year, 4);
    out.append(digits, 4);
  } else {
    out += fmt::format("{:04}", year);
  }
  char text[] = "-00-00T00:00:00.000000Z";
  PutDigits(text + 1, unsigned{date.month()}, 2), PutDigits(text + 4, unsigned{date.day()}, 2);
  const std::int64_t second = of_day / 1'000'000, rest = of_day % 1'000'000;
  PutDigits(text + 7, second / 3600, 2), PutDigits(text + 10, second / 60 % 60, 2), PutDigits(text + 13, second % 60, 2);
  char* end = text + 15;
  if (rest != 0) end = rest % 1000 == 0 ? PutDigits(end + 1, rest / 1000, 3) : PutDigits(end + 1, rest, 6);
  *end++ = 'Z';
  out.append(text, static_cast<std::size_t>(end - text));
}

std::string FormatTime(std::int64_t us) {
  std::string out;
  AppendTime(out, us);
  return out;
}

}  // namespace tenure::event
