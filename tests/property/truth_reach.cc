// Blast radius: what could be reached, as whom, what was made and done. Replay: the state before and after each change.
#include <algorithm>

#include "investigation/blast_radius.h"
#include "investigation/replay.h"
#include "property/truth_questions.h"

namespace tenure::property {
namespace {

constexpr reference::Lens kFold{.taints = false,
                                .everyone = true};  // a taint makes what the fold gives possible, and adds nothing

// Whom ref acts as at t, itself included.
std::set<std::string> ActsAs(const reference::View& judge, const std::string& ref, EffectiveTime t, bool must) {
  const reference::Lens lens = must ? reference::Lens{} : kFold;
  const auto on = [&](reference::Truth truth) { return must ? truth.must : truth.may; };
  if (!on(judge.Active(ref, t, lens))) return {};
  std::set<std::string> acts{ref};
  for (std::size_t before = 0; before != acts.size();) {
    before = acts.size();
    for (const auto& as : std::set<std::string>(acts))
      for (const auto& target : judge.Assumable())
        if (!acts.contains(target) && on(judge.Active(target, t, lens)) && on(judge.Assumes(as, target, t, lens)))
          acts.insert(target);
  }
  return acts;
}

using Spans = std::map<std::string, std::vector<Interval>>;

std::vector<std::string> Lines(Spans spans) {
  std::vector<std::string> lines;
  for (auto& [key, some] : spans) {
    std::sort(some.begin(), some.end(), [](const Interval& a, const Interval& b) { return a.from < b.from; });
    std::vector<Interval> united;
    for (const Interval& one : some) {
      if (united.empty() || united.back().until < one.from) united.push_back(one);
      else united.back().until = std::max(united.back().until, one.until);
    }
    lines.push_back(key + " " + Text(united));
  }
  return lines;
}

std::string KeyText(const std::string& granted_to, const std::string& grant, int effect, bool must) {
  return granted_to + " " + grant + " " + std::to_string(effect) + (must ? " certain" : " possible or certain");
}

std::string AuthorityDiffers(const std::string& what, const std::vector<ReachRow>& rows, const std::string& ref,
                             const Interval& window, const reference::View& judge) {
  Spans got, want;
  for (const ReachRow& row : rows) {
    if (row.kind != ReachKind::kAuthority) continue;
    got[KeyText(row.granted_to, row.grant, static_cast<int>(row.effect), false)].push_back(row.span);
    if (row.certain) got[KeyText(row.granted_to, row.grant, static_cast<int>(row.effect), true)].push_back(row.span);
  }
  for (const auto& [key, held] : judge.WhatHeld(ref)) {
    if (key.effect == reference::RowEffect::kDeny) continue;
    for (const bool must : {true, false}) {
      const auto spans = reference::Clip(must ? held.held.must : held.held.may, window);
      if (!spans.empty()) want[KeyText(key.granted_to, key.grant, static_cast<int>(key.effect), must)] = spans;
    }
  }
  return Apart(what + " authority", Lines(std::move(got)), Lines(std::move(want)));
}

std::string IdentitiesDiffer(const std::string& what, const std::vector<ReachRow>& rows, const std::string& ref,
                             const Interval& window, const reference::View& judge) {
  Spans got, want;
  for (const ReachRow& row : rows) {
    if (row.kind != ReachKind::kIdentity) continue;
    got[row.as + " possibly"].push_back(row.span);
    if (row.certain) got[row.as].push_back(row.span);
  }
  for (const auto& target : judge.Assumable()) {
    if (target == ref) continue;
    const auto held = judge.HeldWhere([&](EffectiveTime t) {
      return reference::Truth{ActsAs(judge, ref, t, true).contains(target), ActsAs(judge, ref, t, false).contains(target)};
    });
    for (const bool must : {true, false}) {
      const auto spans = reference::Clip(must ? held.must : held.may, window);
      if (!spans.empty()) want[target + (must ? "" : " possibly")] = spans;
    }
  }
  return Apart(what + " identities", Lines(std::move(got)), Lines(std::move(want)));
}

std::string DeedsDiffer(const std::string& what, const ReachAnswer& answer, const std::string& ref, const Interval& window,
                        const reference::View& judge) {
  std::vector<std::string> got, want;
  std::map<std::string, std::int64_t> used, uses;
  const auto line = [](const Position& p) {
    return std::string(TopicName(p.topic)) + "/" + std::to_string(p.partition) + "/" + std::to_string(p.offset);
  };
  for (const ReachRow& row : answer.rows) {
    if (row.who != ref || !row.certain) continue;
    const auto first = answer.head.evidence[row.evidence.empty() ? 0 : static_cast<std::size_t>(row.evidence[0])];
    if (row.kind == ReachKind::kMade && row.as == ref && first.type != EventType::kEventRetracted)
      got.push_back(line(first.position));
    if (row.kind == ReachKind::kUse) used[row.action + " " + row.resource + " " + row.outcome] += row.used.count;
  }
  for (const auto& fact : judge.Record().facts) {
    if (!window.Contains(fact.moment.time)) continue;
    const auto* use = fact.As<AccessUsed>();
    if (use == nullptr && fact.event->authid == ref) want.push_back(line(fact.moment.order.position));
    if (use != nullptr && use->identity == ref) {
      const char* outcome = use->outcome == Outcome::kAllowed  ? "allowed"
                            : use->outcome == Outcome::kDenied ? "denied"
                                                               : "unsaid";
      uses[use->action + " " + use->resource + " " + outcome] += use->count;
    }
  }
  for (const auto& [key, count] : used) got.push_back(key + " " + std::to_string(count));
  for (const auto& [key, count] : uses) want.push_back(key + " " + std::to_string(count));
  return Apart(what + " deeds", std::move(got), std::move(want));
}

}  // namespace

std::string ReachDiffers(Asked a) {
  if (a.random() % 6 != 0) return {};  // the reference asks at every time that the history mentions
  const std::string operator_of_some = "user:operator";
  const std::string ref = a.random() % 4 == 0 ? operator_of_some : OneOf(TheUniverse().identities, a.random);
  Interval window = SomeWindow(a.history, a.random);
  if (a.random() % 2 == 0) window.until = kForever;
  const auto depth = static_cast<std::int64_t>(a.random() % 3);
  const auto answer = investigation::BlastRadius(a.view, {ref, window, "", depth}, {1'000'000, ""},
                                                 [](const std::string& claimed) { return claimed; });
  const std::string what = "blast radius of " + ref + " " + Text({window});
  if (!answer) return what + ": " + answer.error().ToString();
  for (std::size_t i = 1; i < answer->rows.size(); ++i)
    if (answer->rows[i].span.from < answer->rows[i - 1].span.from) return what + ": not in order of time";
  std::vector<ReachRow> own;
  for (const ReachRow& row : answer->rows) {
    if (row.who == ref) own.push_back(row);
    if (row.kind == ReachKind::kAuthority && row.path.empty())
      return what + ": no path to " + row.grant + " of " + row.granted_to + " as " + row.as + " by " + row.who + " effect " +
             std::to_string(static_cast<int>(row.effect)) + (row.certain ? " certain " : " possible ") + Text({row.span});
  }
  std::string differs = AuthorityDiffers(what, own, ref, window, a.judge);
  if (differs.empty()) differs = IdentitiesDiffer(what, own, ref, window, a.judge);
  if (differs.empty()) differs = DeedsDiffer(what, *answer, ref, window, a.judge);
  return differs;
}

std::string ReplayDiffers(Asked a) {
  const Universe& u = TheUniverse();
  const std::string& ref = OneOf(a.random() % 3 == 0 ? u.groups : u.identities, a.random);
  const Interval window = SomeWindow(a.history, a.random);
  const auto answer = investigation::Replay(a.view, nullptr, {ref, window}, {5, ""});
  const std::string what = "replay of " + ref + " " + Text({window});
  if (!answer) return what + ": " + answer.error().ToString();
  std::vector<std::string> got, want;
  for (const ReplayRow& row : answer->rows) {
    const auto state = [&](const char* side, EffectiveTime t, const ReplayState& is) {
      const std::string key = std::to_string(row.time.us) + " " + side + " ";
      got.push_back(key + is.status + " " + std::to_string(is.effective) + " " + std::to_string(is.possible));
      std::int64_t effective = 0, possible = 0;
      for (const auto& r : a.judge.What(ref, t)) {
        effective += r.status == reference::RowStatus::kEffective ? 1 : 0;
        possible += r.status == reference::RowStatus::kPossible ? 1 : 0;
      }
      want.push_back(key + reference::StatusName(a.judge.StatusOf(ref, t)) + " " + std::to_string(effective) + " " +
                     std::to_string(possible));
    };
    state("before", {row.time.us - 1}, row.step.before);
    state("after", row.time, row.step.after);
    for (const ReplayChange& change : row.step.changes)
      got.push_back(std::to_string(row.time.us) + (change.gained ? " + " : " - ") + change.role + " on " + change.scope);
    for (const auto& change : a.judge.Diff(ref, {row.time.us - 1}, row.time))
      want.push_back(std::to_string(row.time.us) + (change.gained ? " + " : " - ") + change.what.what + " on " +
                     change.what.scope);
  }
  return Apart(what, std::move(got), std::move(want));
}

}  // namespace tenure::property
