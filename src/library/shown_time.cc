#include "library/shown_time.h"

#include <array>

#include "event/clock.h"

namespace tenure::library {
namespace {

constexpr std::int64_t kSecond = 1'000'000;
struct Unit {
  std::int64_t us;
  const char *short_name, *one, *many;
};
constexpr std::array<Unit, 6> kUnits = {{{365 * 86'400 * kSecond, "y", "year", "years"},
                                         {30 * 86'400 * kSecond, "mo", "month", "months"},
                                         {86'400 * kSecond, "d", "day", "days"},
                                         {3'600 * kSecond, "h", "h", "h"},
                                         {60 * kSecond, "min", "min", "min"},
                                         {kSecond, "s", "s", "s"}}};

std::string Largest(std::int64_t us) {
  for (const Unit& unit : kUnits) {
    if (us < unit.us) continue;
    const std::int64_t n = us / unit.us;
    return std::to_string(n) + " " + (n == 1 ? unit.one : unit.many);
  }
  return "";
}

}  // namespace

std::string At(std::int64_t us) { return event::FormatTime(us); }

std::string Distance(std::int64_t us, std::int64_t now_us) {
  const std::string length = Largest(us < now_us ? now_us - us : us - now_us);
  if (length.empty()) return "now";
  return us < now_us ? length + " ago" : "in " + length;
}

std::string Length(std::int64_t us) {
  for (std::size_t i = 0; i < kUnits.size(); ++i) {
    if (us < kUnits[i].us) continue;
    std::string text = Largest(us);
    const std::int64_t rest = us % kUnits[i].us;
    const std::string less = i + 1 < kUnits.size() && rest >= kUnits[i + 1].us ? Largest(rest) : "";
    return less.empty() ? text : text + " " + less;
  }
  return us == 0 ? "0 s" : std::to_string(us) + " µs";
}

std::string Span(const Interval& interval) {
  const bool open_begin = interval.from == kAlways, open_end = interval.until == kForever;
  if (open_begin && open_end) return "always";
  if (open_begin) return "until " + At(interval.until.us) + ", no beginning";
  if (open_end) return "since " + At(interval.from.us) + ", no end";
  return At(interval.from.us) + " until " + At(interval.until.us) + " (" + Length(interval.until.us - interval.from.us) + ")";
}

}  // namespace tenure::library
