#pragma once
// Spans of incarnations: stretches of Moments inside which a fact's events speak to each other and to nobody else.
#include <algorithm>
#include <limits>
#include <optional>
#include <vector>

#include "history/moment.h"

namespace tenure::history {

inline constexpr Moment kFirstMoment{kAlways, {RecordedTime{std::numeric_limits<std::int64_t>::min()}, {}}};

// [begin, end) in Moments; `end` absent = for ever.
struct Span {
  Moment begin = kFirstMoment;
  std::optional<Moment> end;
  EffectiveTime EndTime() const { return end ? end->time : kForever; }
  bool Holds(const Moment& m) const { return begin <= m && (!end || m < *end); }
};

// The span of the incarnations list that holds m.
inline Span SpanAt(const std::vector<Moment>& begins, const Moment& m) {
  auto next = std::upper_bound(begins.begin(), begins.end(), m);
  Span s;
  if (next != begins.begin()) s.begin = *(next - 1);
  if (next != begins.end()) s.end = *next;
  return s;
}

// The spans cut by both lists' beginnings, each with its assertions (ascending); spans without assertions are left out.
struct SpannedEvents {
  Span span;
  std::vector<const Assertion*> events;
};
inline std::vector<SpannedEvents> CutBySpans(const std::vector<Assertion>& events, std::vector<Moment> begins) {
  std::sort(begins.begin(), begins.end());
  std::vector<SpannedEvents> out;
  for (const auto& a : events) {
    if (out.empty() || !out.back().span.Holds(a.at)) out.push_back({SpanAt(begins, a.at), {}});
    out.back().events.push_back(&a);
  }
  return out;
}

// Both lists in one, ascending: for facts with two sides.
inline std::vector<Moment> Together(const std::vector<Moment>& a, const std::vector<Moment>& b) {
  std::vector<Moment> out;
  std::merge(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
  return out;
}

}  // namespace tenure::history
