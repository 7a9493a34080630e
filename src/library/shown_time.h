#pragma once
// Times for people: exact in UTC, with the distance from now beside it where that helps.
#include <optional>
#include <string>
#include <vector>

#include "tenure/time.h"

namespace tenure::library {

std::string At(std::int64_t us);                             // "2023-07-10T12:24:49Z"
std::string Distance(std::int64_t us, std::int64_t now_us);  // "2 years ago", "in 3 h", "now"
std::string Length(std::int64_t us);                         // "3 min 35 s"
// "2023-07-10T12:24:49Z until 2023-07-10T12:28:24Z (3 min 35 s)", "since 2023-…Z, no end", "always".
std::string Span(const Interval& interval);

}  // namespace tenure::library
