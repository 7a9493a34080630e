#include "authority/frame.h"

#include <algorithm>
#include <cstdint>

namespace tenure::authority {
namespace {

// After these rounds each further one at least doubles the distance: a standing made of thousands of adjoining stretches then
// takes a logarithmic number of rounds.
constexpr int kHintedRounds = 3;

EffectiveTime Before(EffectiveTime t) { return t == kAlways ? t : EffectiveTime{t.us - 1}; }
EffectiveTime After(EffectiveTime t) { return t == kForever ? t : EffectiveTime{t.us + 1}; }

EffectiveTime Minus(EffectiveTime t, std::uint64_t distance_us) {
  const std::uint64_t room = static_cast<std::uint64_t>(t.us) - static_cast<std::uint64_t>(kAlways.us);
  return distance_us >= room ? kAlways : EffectiveTime{static_cast<std::int64_t>(static_cast<std::uint64_t>(t.us) - distance_us)};
}
EffectiveTime Plus(EffectiveTime t, std::uint64_t distance_us) {
  const std::uint64_t room = static_cast<std::uint64_t>(kForever.us) - static_cast<std::uint64_t>(t.us);
  return distance_us >= room ? kForever
                             : EffectiveTime{static_cast<std::int64_t>(static_cast<std::uint64_t>(t.us) + distance_us)};
}
std::uint64_t Distance(EffectiveTime from, EffectiveTime until) {
  return static_cast<std::uint64_t>(until.us) - static_cast<std::uint64_t>(from.us);
}
std::uint64_t Twice(std::uint64_t d) { return d > (std::uint64_t{1} << 62) ? ~std::uint64_t{0} : 2 * d; }

}  // namespace

Result<Frame> Frame::Of(const When& when) {
  Frame frame;
  if (when.during) {
    if (when.during->until <= when.during->from)
      return Fail("when_empty", "the window ends before it begins", "give --during A/B with A before B", Blame::kCaller);
    frame.window_ = *when.during;
  } else if (when.as_of) {
    frame.at_moment_ = true;
    frame.window_ = {*when.as_of, After(*when.as_of)};
  } else {
    return Fail("when_missing", "neither a moment nor a window was given", "give --as-of T or --during A/B", Blame::kCaller);
  }
  return frame;
}

std::vector<Interval> Frame::Shown(const history::IntervalSet& set) const {
  if (!at_moment_) return set.Clip(window_).Parts();
  const auto around = set.At(window_.from);
  return around ? std::vector<Interval>{*around} : std::vector<Interval>{};
}

When Frame::ToWhen() const {
  if (at_moment_) return {window_.from, std::nullopt};
  return {std::nullopt, window_};
}

void Widening::Want(const history::IntervalSet& set) {
  if (!frame_.AtMoment()) return;
  const auto around = set.At(frame_.Begin());
  if (!around) return;
  wanted_.from = std::min(wanted_.from, around->from);
  wanted_.until = std::max(wanted_.until, around->until);
}

void Widening::Want(const history::TimeSet& set) {
  if (!frame_.AtMoment()) return;
  if (set.must.Contains(frame_.Begin())) Want(set.must);
  else Want(set.Possibly());
}

bool Widening::Grow() {
  if (!frame_.AtMoment() || wanted_.until <= wanted_.from) return false;
  const Interval wanted = wanted_;
  wanted_ = {kForever, kAlways};
  const bool back = window_.from != kAlways && wanted.from <= window_.from;
  const bool ahead = window_.until != kForever && window_.until <= wanted.until;
  if (!back && !ahead) return false;
  const EffectiveTime t = frame_.Begin();
  const bool leap = ++rounds_ > kHintedRounds;
  if (back) {
    const EffectiveTime hinted = Before(wanted.from);
    window_.from = leap ? std::min(hinted, Minus(t, Twice(Distance(window_.from, t)))) : hinted;
  }
  if (ahead) {
    const EffectiveTime hinted = After(wanted.until);
    window_.until = leap ? std::max(hinted, Plus(t, Twice(Distance(t, window_.until)))) : hinted;
  }
  return true;
}

}  // namespace tenure::authority
