// Rules about what the record says of itself: by whose hand, and at what times.
#include "reference/findings_words.h"
#include "reference/pattern.h"

namespace tenure::reference {
namespace {

bool IsConfigured(const Words& w, const std::string& source) {
  return std::any_of(w.policy.configured_sources.begin(), w.policy.configured_sources.end(),
                     [&](const auto& pattern) { return Glob(pattern, source); });
}

Rule HandMade(const Words& w) {
  const std::int64_t us = w.policy.notice_us;
  Rule rule{"hand_made_change", {us}, {}};
  if (w.policy.configured_sources.empty()) return rule;
  std::map<std::pair<std::string, std::string>, std::vector<EffectiveTime>> changes;  // of whom, by what source
  for (const Fact& fact : w.facts) {
    const auto plane = PlaneOf(fact.event->Type());
    if (plane != Topic::kIdentity && plane != Topic::kAccess) continue;
    if (const auto& source = fact.event->name.source; !IsConfigured(w, source))
      changes[{KeyOf(*fact.event), source}].push_back(fact.moment.time);
  }
  for (const auto& [of_by, all] : changes)
    rule.cases.push_back({of_by.first, of_by.second, [us, times = all](EffectiveTime t) {
                            return std::any_of(times.begin(), times.end(),
                                               [&](EffectiveTime time) { return Words::Within(us, time, t); });
                          }});
  return rule;
}

// Of the identity, access or usage plane. A retraction stands on any, and its time means nothing.
bool IsOfItsSubject(const Event& event) {
  const auto plane = PlaneOf(event.Type());
  return plane && *plane != Topic::kGovernance;
}

Rule Implausible(const Words& w) {
  Rule rule{"implausible_time", {}, {}};
  for (const Fact& fact : w.facts) {
    const EffectiveTime time = fact.moment.time, recorded{fact.moment.order.recorded.us};
    const Interval until_it_comes{recorded, time}, for_a_while{recorded, {recorded.us + w.policy.notice_us}};
    const bool ahead = time.us - recorded.us > w.policy.future_us_max, long_gone = time < w.policy.plausible_from;
    if ((!ahead && !long_gone) || !IsOfItsSubject(*fact.event)) continue;
    for (EffectiveTime t : {for_a_while.from, for_a_while.until}) rule.moments.push_back(t);
    rule.cases.push_back({KeyOf(*fact.event), fact.event->name.source + " " + fact.event->name.id, [=](EffectiveTime t) {
                            return (ahead && until_it_comes.Contains(t)) || (long_gone && for_a_while.Contains(t));
                          }});
  }
  return rule;
}

}  // namespace

std::vector<Rule> RecordRules(const Words& w) { return {HandMade(w), Implausible(w)}; }

}  // namespace tenure::reference
