// Findings and exceptions over all of time: each predicate asked at every moment at which it could change, equal neighbours joined.
#include "reference/findings.h"

#include <algorithm>

#include "reference/findings_words.h"

namespace tenure::reference {
namespace {

enum class Status { kNone, kPossible, kCertain };

// A taint on any plane.
bool InDoubt(const View& view, const std::string& key, EffectiveTime t) {
  for (Topic plane : {Topic::kIdentity, Topic::kAccess, Topic::kGovernance, Topic::kUsage})
    if (view.Tainted(plane, key, t)) return true;
  return false;
}

Status StatusOf(const View& view, const Case& one, EffectiveTime t) {
  if (!one.holds(t)) return Status::kNone;
  return InDoubt(view, one.subject, t) || one.doubted(t) ? Status::kPossible : Status::kCertain;
}

// The times that records mention, those that are the rule's own, and each of the durations later.
std::vector<EffectiveTime> MomentsOf(const Words& words, const Rule& rule) {
  std::set<EffectiveTime> moments(words.points.begin(), words.points.end());
  moments.insert(rule.moments.begin(), rule.moments.end());
  for (EffectiveTime t : words.points)
    for (std::int64_t us : rule.durations)
      if (t != kAlways) moments.insert({t.us + us});
  return {moments.begin(), moments.end()};
}

// Calls `row` for each maximal stretch of equal values.
template <class T>
void EachStretch(const std::vector<EffectiveTime>& moments, const std::function<T(EffectiveTime)>& value,
                 const std::function<void(const Interval&, const T&)>& row) {
  EffectiveTime from = moments.front();
  T now = value(from);
  for (EffectiveTime t : moments) {
    T then = value(t);
    if (then == now) continue;
    row({from, t}, now);
    from = t, now = then;
  }
  row({from, kForever}, now);
}

void AddRows(const Words& words, const Rule& rule, std::vector<Finding>& findings) {
  const auto moments = MomentsOf(words, rule);
  for (const Case& one : rule.cases)
    EachStretch<Status>(
        moments, [&](EffectiveTime t) { return StatusOf(words.view, one, t); },
        [&](const Interval& span, Status status) {
          if (status != Status::kNone) findings.push_back({rule.name, one.subject, one.about, span, status == Status::kCertain});
        });
}

// What an exception says at a moment: the last of its events counts.
const Fact* LiveException(const View& view, const std::string& exception, const std::string& subject, EffectiveTime t) {
  const Fact* live = nullptr;
  for (const Fact& fact : view.Record().facts) {
    if (fact.moment.time > t) continue;
    if (auto* d = fact.As<ExceptionGranted>(); d && d->exception == exception && d->subject == subject) live = &fact;
    if (auto* d = fact.As<ExceptionRevoked>(); d && d->exception == exception && d->subject == subject) live = nullptr;
  }
  return live && t < live->As<ExceptionGranted>()->expires_at ? live : nullptr;
}

}  // namespace

std::vector<Finding> Findings(const View& view, const Policy& policy) {
  const Words words(view, policy);
  std::vector<Finding> findings;
  for (auto* rules : {IdentityRules, CredentialRules, GrantRules, TemporaryRules, UsageRules, RecordRules, EndRules})
    for (const Rule& rule : rules(words)) AddRows(words, rule, findings);
  std::sort(findings.begin(), findings.end());
  return findings;
}

std::vector<Excuse> Excuses(const View& view, const std::string& rule, const std::string& subject) {
  std::set<std::string> exceptions;
  for (const Fact& fact : view.Record().facts)
    if (auto* d = fact.As<ExceptionGranted>(); d && d->subject == subject) exceptions.insert(d->exception);
  std::vector<Excuse> excuses;
  for (const auto& exception : exceptions)
    EachStretch<const Fact*>(
        view.Breakpoints(), [&](EffectiveTime t) { return LiveException(view, exception, subject, t); },
        [&](const Interval& span, const Fact* const& live) {
          auto* d = live ? live->As<ExceptionGranted>() : nullptr;
          if (d && d->rule == rule) excuses.push_back({exception, d->approver, d->reason, span});
        });
  std::sort(excuses.begin(), excuses.end());
  return excuses;
}

std::vector<Interval> Excused(const View& view, const std::string& rule, const std::string& subject) {
  const auto excuses = Excuses(view, rule, subject);
  return view
      .HeldWhere([&](EffectiveTime t) {
        return When(std::any_of(excuses.begin(), excuses.end(), [&](const Excuse& excuse) { return excuse.span.Contains(t); }));
      })
      .may;
}

}  // namespace tenure::reference
