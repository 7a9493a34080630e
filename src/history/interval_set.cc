#include "history/interval_set.h"

#include <algorithm>

namespace tenure::history {
namespace {

// Appends, joining with the last part where they touch. `next.from` never lies before the last part's beginning.
void Push(std::vector<Interval>& parts, Interval next) {
  if (next.until <= next.from) return;
  if (!parts.empty() && next.from <= parts.back().until) {
    parts.back().until = std::max(parts.back().until, next.until);
    return;
  }
  parts.push_back(next);
}

// The first part that ends after t.
auto FirstEndingAfter(const std::vector<Interval>& parts, EffectiveTime t) {
  return std::upper_bound(parts.begin(), parts.end(), t, [](EffectiveTime at, const Interval& p) { return at < p.until; });
}

}  // namespace

IntervalSet::IntervalSet(Interval one) {
  if (one.from < one.until) parts_.push_back(one);
}

bool IntervalSet::Meets(const Interval& window) const {
  if (window.until <= window.from) return false;
  auto it = FirstEndingAfter(parts_, window.from);
  return it != parts_.end() && it->from < window.until;
}

bool IntervalSet::Covers(const Interval& window) const {
  auto it = FirstEndingAfter(parts_, window.from);
  return it != parts_.end() && it->from <= window.from && window.until <= it->until;
}

std::optional<Interval> IntervalSet::At(EffectiveTime t) const {
  auto it = FirstEndingAfter(parts_, t);
  if (it == parts_.end() || t < it->from) return std::nullopt;
  return *it;
}

IntervalSet IntervalSet::Union(const IntervalSet& other) const {
  if (parts_.empty()) return other;
  if (other.parts_.empty()) return *this;
  IntervalSet out;
  auto a = parts_.begin(), b = other.parts_.begin();
  while (a != parts_.end() || b != other.parts_.end()) {
    const bool take_a = b == other.parts_.end() || (a != parts_.end() && a->from <= b->from);
    Push(out.parts_, take_a ? *a++ : *b++);
  }
  return out;
}

IntervalSet IntervalSet::Intersect(const IntervalSet& other) const {
  IntervalSet out;
  auto a = parts_.begin(), b = other.parts_.begin();
  while (a != parts_.end() && b != other.parts_.end()) {
    Push(out.parts_, {std::max(a->from, b->from), std::min(a->until, b->until)});
    if (a->until < b->until) ++a;
    else ++b;
  }
  return out;
}

IntervalSet IntervalSet::Minus(const IntervalSet& other) const {
  IntervalSet out;
  auto b = other.parts_.begin();
  for (Interval left : parts_) {
    while (b != other.parts_.end() && b->until <= left.from) ++b;
    for (auto cut = b; cut != other.parts_.end() && cut->from < left.until; ++cut) {
      Push(out.parts_, {left.from, cut->from});
      left.from = std::max(left.from, cut->until);
      if (left.until <= left.from) break;
    }
    Push(out.parts_, left);
  }
  return out;
}

}  // namespace tenure::history
