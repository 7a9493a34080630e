// What changed between two moments, and by knowing more.
#include <algorithm>

#include "property/truth_questions.h"

namespace tenure::property {
namespace {

std::string LineOf(const std::string& ref, bool gained, const std::string& what, const std::string& scope,
                   std::optional<EffectiveTime> at) {
  return ref + (gained ? " gained " : " lost ") + what + " on " + scope + (at ? " at " + std::to_string(at->us) : "");
}

std::string RowsDiffer(const std::string& what, const DiffAnswer& answer, const std::vector<reference::Change>& want,
                       bool with_times) {
  std::vector<std::string> got, wanted;
  for (const auto& row : answer.rows) got.push_back(LineOf(row.ref, row.change == "gained", row.role, row.scope, row.at));
  for (const auto& change : want)
    wanted.push_back(LineOf(change.ref, change.gained, change.what.what, change.what.scope,
                            with_times ? std::optional(change.at) : std::nullopt));
  std::sort(got.begin(), got.end());
  std::sort(wanted.begin(), wanted.end());
  if (got == wanted) return {};
  std::string text = what + ":";
  for (const auto& g : got) text += "\n  engine    " + g;
  for (const auto& w : wanted) text += "\n  reference " + w;
  return text;
}

std::string SomebodyOrAll(Random& random) { return random() % 3 == 0 ? "" : OneOf(TheUniverse().everyone, random); }

}  // namespace

std::string DiffDiffers(Asked a) {
  const std::string ref = SomebodyOrAll(a.random);
  EffectiveTime from = SomeTime(a.history, a.random), to = SomeTime(a.history, a.random);
  if (to < from) std::swap(from, to);
  if (from == to) return {};
  const std::string what = "diff " + ref + " from " + std::to_string(from.us) + " to " + std::to_string(to.us);
  const auto answer = authority::DiffEffective(a.view, ref, from, to, {1000, ""});
  if (!answer) return what + ": " + answer.error().ToString();
  if (auto differs = RowsDiffer(what, *answer, a.judge.Diff(ref, from, to), true); !differs.empty()) return differs;
  for (const auto& row : answer->rows)
    if (row.cause.empty() || row.evidence.empty())
      return what + ": no cause of " + row.ref + " " + row.change + " " + row.role + ": " + row.cause;
  return {};
}

std::string DiffKnownDiffers(Asked before, history::FactView& after, const reference::View& judge_after) {
  const std::string ref = SomebodyOrAll(before.random);
  const EffectiveTime t = SomeTime(before.history, before.random);
  const std::string what = "diff between knowledges " + ref + " at " + std::to_string(t.us);
  const auto answer = authority::DiffKnown(before.view, after, ref, {t, std::nullopt}, {1000, ""});
  if (!answer) return what + ": " + answer.error().ToString();
  return RowsDiffer(what, *answer, before.judge.DiffTo(judge_after, ref, t), false);
}

}  // namespace tenure::property
