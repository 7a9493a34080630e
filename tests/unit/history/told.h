#pragma once
// Histories for fold tests: events told at whole seconds, in the order in which they are recorded.
#include <string>
#include <utility>
#include <vector>

#include "history/fold.h"

namespace tenure::history {

inline EffectiveTime At(std::int64_t s) { return {s * 1'000'000}; }

// Told(...) in the order of record; Sorted() as a fold reads them.
class Told {
 public:
  template <class E>
  Told& operator()(std::int64_t seconds, E event) {
    const auto n = static_cast<std::int64_t>(events_.size());
    events_.push_back({{At(seconds), {RecordedTime{first_ + n}, {Topic::kAccess, 0, first_ + n}}}, std::move(event)});
    return *this;
  }
  std::vector<Assertion> Sorted() const {
    auto out = events_;
    std::sort(out.begin(), out.end(), [](const Assertion& a, const Assertion& b) { return a.at < b.at; });
    return out;
  }
  // Recorded after another history.
  explicit Told(std::int64_t first = 0) : first_(first) {}

 private:
  std::int64_t first_;
  std::vector<Assertion> events_;
};

inline GrantIssued Issue(std::string role, OptionalTime not_before = {}, OptionalTime expires_at = {}) {
  GrantIssued e;
  e.grant = "g", e.principal = "user:a", e.role = std::move(role), e.not_before = not_before, e.expires_at = expires_at;
  return e;
}
inline GrantRevoked RevokeById() { return {"user:a", "g", "", {}, ""}; }
inline GrantRevoked RevokeRole(std::string role, std::optional<std::string> scope = {}) {
  return {"user:a", "", std::move(role), std::move(scope), ""};
}
inline IdentityRegistered Register() {
  IdentityRegistered e;
  e.identity = "user:a";
  return e;
}
inline IdentityRetired Retire(bool ends_all = false) { return {"user:a", "", ends_all}; }

template <class P>
std::vector<std::pair<std::int64_t, std::int64_t>> Spans(const std::vector<P>& pieces) {
  std::vector<std::pair<std::int64_t, std::int64_t>> out;
  const auto seconds = [](EffectiveTime t) { return t == kForever ? -1 : t == kAlways ? -2 : t.us / 1'000'000; };
  for (const auto& p : pieces) {
    Interval s;
    if constexpr (requires { p.span; }) s = p.span;
    else s = p.live;
    out.emplace_back(seconds(s.from), seconds(s.until));
  }
  return out;
}
inline constexpr std::int64_t kOpen = -1, kFromEver = -2;
using Want = std::vector<std::pair<std::int64_t, std::int64_t>>;

}  // namespace tenure::history
