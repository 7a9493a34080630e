// What `check --why` says beside the decision: the way on a yes, when it last was and will first be on a no, something on unknown.
#include <algorithm>

#include "property/truth_questions.h"

namespace tenure::property {
namespace {

std::string TextOf(const reference::Way& way) {
  std::string text;
  static const char* const kKinds[] = {" member_of ", " assumes ", " granted "};
  for (const auto& step : way) text += kKinds[static_cast<int>(step.kind)] + step.ref;
  return text.empty() ? " none" : text;
}

// The first of the ways that the answer shows.
reference::Way FirstWay(const std::vector<PathStep>& path) {
  reference::Way way;
  for (const PathStep& step : path) {
    way.push_back({static_cast<reference::WayStep::Kind>(step.kind), step.ref});
    if (step.kind == StepKind::kGranted) break;
  }
  return way;
}

OptionalTime TimeOf(const std::vector<Miss>& nearest, const std::string& what) {
  for (const Miss& miss : nearest)
    if (miss.what == what) return miss.at;
  return std::nullopt;
}

std::string TimeText(OptionalTime t) { return t ? std::to_string(t->us) : "never"; }

std::string EndsDiffer(const std::vector<Miss>& nearest, const std::vector<Interval>& held, EffectiveTime t) {
  OptionalTime ended, begins;
  for (const Interval& part : held) {
    if (part.until <= t) ended = part.until;
    if (!begins && t < part.from) begins = part.from;
  }
  if (TimeOf(nearest, "ended") != ended)
    return ": ended " + TimeText(TimeOf(nearest, "ended")) + ", reference " + TimeText(ended);
  if (TimeOf(nearest, "not_begun") != begins)
    return ": not begun until " + TimeText(TimeOf(nearest, "not_begun")) + ", reference " + TimeText(begins);
  return {};
}

}  // namespace

std::string WhyDiffers(Asked a) {
  const Question q = SomeQuestion(a.history, a.random);
  // The instant alone: as of T the ways of the whole interval around it are shown, in the order of time.
  const Interval instant{q.time, {q.time.us + 1}};
  const auto answer = authority::Check(a.view, q.ref, q.action, q.resource, {std::nullopt, instant}, true);
  const std::string what = "check --why " + q.ref + " " + q.action + " " + q.resource + " at " + std::to_string(q.time.us);
  if (!answer) return what + ": " + answer.error().ToString();
  const CheckResult& result = answer->result;
  if (result.decision == Decision::kYes) {
    const auto want = a.judge.ShortestWay(q.ref, q.action, q.resource, q.time), got = FirstWay(result.path);
    return got == want ? "" : what + ": way" + TextOf(got) + ", reference" + TextOf(want);
  }
  if (result.decision == Decision::kUnknown) return result.nearest.empty() ? what + ": nothing would settle it" : "";
  const auto differs = EndsDiffer(result.nearest, a.judge.CheckHeld(q.ref, q.action, q.resource).must, q.time);
  return differs.empty() ? "" : what + differs;
}

}  // namespace tenure::property
