#pragma once
// RFC 3339 to microseconds and back.
#include <string>
#include <string_view>

#include "tenure/result.h"
#include "tenure/time.h"

namespace tenure::event {

// An event's time: RFC 3339 with a zone; digits past microseconds are cut; `:60` is refused. Years 0001 to 9999 in UTC, so that
// what is read can be written again; at most 64 bytes.
// Errors: event_time_malformed, event_time_without_zone, event_time_leap_second.
Result<EffectiveTime> ParseRfc3339(std::string_view text);
// A question's time: the above, a date (UTC midnight), `now`, `now-2h`, `now+30m` (s, m, h, d, w). Errors, with Blame::kCaller:
// time_malformed, time_without_zone, time_leap_second.
Result<EffectiveTime> ParseQuestionTime(std::string_view text, EffectiveTime now);
// "2023-07-10T12:24:49Z", with as many fraction digits as needed (3 or 6). kAlways/kForever are not printable: callers write null.
std::string FormatTime(std::int64_t us);
void AppendTime(std::string& out, std::int64_t us);  // the same, at the end of a text

}  // namespace tenure::event
