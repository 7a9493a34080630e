// Rows of `what`: at a moment with their statuses, on paper too, and their intervals over time.
#include <algorithm>

#include "property/truth_questions.h"

namespace tenure::property {
namespace {

std::string KeyText(const std::string& granted_to, const std::string& grant, int effect) {
  return granted_to + " " + grant + " " + std::to_string(effect);
}
std::string KeyText(const reference::AuthorityKey& key) {
  return KeyText(key.granted_to, key.grant, static_cast<int>(key.effect));
}

// Whole around a moment, clipped to a window.
std::vector<Interval> ShownIn(const std::vector<Interval>& intervals, const When& when) {
  return when.as_of ? reference::Around(intervals, *when.as_of) : reference::Clip(intervals, *when.during);
}

}  // namespace

std::string Apart(const std::string& what, std::vector<std::string> got, std::vector<std::string> want) {
  std::sort(got.begin(), got.end());
  std::sort(want.begin(), want.end());
  if (got == want) return {};
  std::string text = what + ":";
  for (const auto& g : got) text += "\n  engine    " + g;
  for (const auto& w : want) text += "\n  reference " + w;
  return text;
}

std::string Text(const std::vector<Interval>& intervals) {
  std::string out;
  for (const auto& i : intervals) out += "[" + std::to_string(i.from.us) + "," + std::to_string(i.until.us) + ") ";
  return out.empty() ? "never" : out;
}

std::string WhatDiffers(Asked a) {
  const auto& ref = OneOf(TheUniverse().everyone, a.random);
  const EffectiveTime t = SomeTime(a.history, a.random);
  const bool on_paper = a.random() % 2 == 0;
  const auto answer = authority::What(a.view, ref, on_paper, {t, std::nullopt}, {1000, ""});
  const std::string what = "what " + ref + (on_paper ? " --on-paper" : "") + " at " + std::to_string(t.us);
  if (!answer) return what + ": " + answer.error().ToString();
  std::vector<std::string> got, want;
  const auto line = [](const std::string& key, int status, const std::string& role, const std::string& scope) {
    return key + " status " + std::to_string(status) + " " + role + " on " + scope;
  };
  for (const auto& r : answer->rows)
    got.push_back(line(KeyText(r.granted_to, r.grant, static_cast<int>(r.effect)), static_cast<int>(r.status), r.role, r.scope));
  for (const auto& r : a.judge.What(ref, t))
    if (on_paper || r.status != reference::RowStatus::kOnPaper)
      want.push_back(line(KeyText(r.key), static_cast<int>(r.status), r.role, r.scope));
  return Apart(what, std::move(got), std::move(want));
}

// Held and possibly, of every row that is not on paper alone.
std::string WhatDuringDiffers(Asked a) {
  if (a.random() % 4 != 0) return {};  // the reference asks at every time that the history mentions
  const auto& ref = OneOf(TheUniverse().everyone, a.random);
  When when;
  if (a.random() % 2 == 0) when.as_of = SomeTime(a.history, a.random);
  else when.during = SomeWindow(a.history, a.random);
  const auto answer = authority::What(a.view, ref, false, when, {1000, ""});
  const std::string what =
      "what " + ref + (when.as_of ? " at " + std::to_string(when.as_of->us) : " during " + Text({*when.during}));
  if (!answer) return what + ": " + answer.error().ToString();
  std::vector<std::string> got, want;
  const auto line = [](const std::string& key, const std::vector<Interval>& held, const std::vector<Interval>& possibly) {
    return key + " held " + Text(held) + "possibly " + Text(possibly);
  };
  for (const auto& r : answer->rows)
    got.push_back(line(KeyText(r.granted_to, r.grant, static_cast<int>(r.effect)), r.held, r.possibly));
  for (const auto& [key, held] : a.judge.WhatHeld(ref)) {
    const auto must = ShownIn(held.held.must, when), may = ShownIn(held.held.may, when);
    if (!may.empty()) want.push_back(line(KeyText(key), must, ShownIn(reference::Minus(held.held.may, held.held.must), when)));
  }
  return Apart(what, std::move(got), std::move(want));
}

}  // namespace tenure::property
