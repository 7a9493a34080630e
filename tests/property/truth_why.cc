// What `check --why` says beside the decision: the way on a yes, when it last was and will first be on a no, something on unknown.
#include <algorithm>
#include <limits>

#include "property/truth_questions.h"
#include "reference/wire.h"

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

// The same knowledge with one membership more, from t on.
reference::View WithMember(Asked a, const std::string& group, const Question& q, std::vector<reference::Entry>& entries) {
  entries = EntriesOf(a.history);
  Event added{.name = {"what-if", "1"}, .time = q.time, .payload = MembershipAdded{.member = q.ref, .group = group}};
  added.content_hash = reference::PlainContentHash(added);
  const Position at{Topic::kAccess, 99, 0};
  entries.push_back({at, RecordedTime{std::numeric_limits<std::int64_t>::max()}, q.ref, added, {}, ""});
  PositionVector known = a.view.Vector();
  known.next[at.Where()] = 1;
  return reference::View(entries, a.history.configuration, known);
}

// In it by membership alone, whatever became of the groups in between: what is wrong with these is told then.
bool MayBeIn(const reference::View& judge, const std::string& ref, const std::string& group, EffectiveTime t) {
  std::set<std::string> reached{ref, "everyone:*"};
  for (std::size_t before = 0; before != reached.size();) {
    before = reached.size();
    for (const auto& member : std::set<std::string>(reached))
      for (const auto& of : TheUniverse().groups)
        if (judge.Member(member, of, t).may) reached.insert(of);
  }
  return reached.contains(group);
}

// Each membership that is called missing would give it; where one would by what groups are given, one is called missing.
std::string MembershipsDiffer(Asked a, const Question& q, const std::vector<Miss>& nearest) {
  std::size_t said = 0;
  for (const Miss& miss : nearest) said += miss.what == "membership";
  for (const auto& group : TheUniverse().groups) {
    const std::string text = "a membership of " + q.ref + " in " + group + " would give it";
    const bool says = std::any_of(nearest.begin(), nearest.end(), [&](const Miss& m) { return m.text == text; });
    std::vector<reference::Entry> entries;
    const auto then = WithMember(a, group, q, entries);
    const bool gives = then.Check(q.ref, q.action, q.resource, q.time) == reference::Tri::kYes;
    const bool own = gives && then.Own(q.ref, q.action, q.resource, q.time).must;
    if (says && !gives) return ": " + text + ", reference: no";
    if (own && said == 0 && !MayBeIn(a.judge, q.ref, group, q.time)) return ": not said: " + text;
  }
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
  auto differs = EndsDiffer(result.nearest, a.judge.CheckHeld(q.ref, q.action, q.resource).must, q.time);
  if (differs.empty() && a.random() % 4 == 0) differs = MembershipsDiffer(a, q, result.nearest);
  return differs.empty() ? "" : what + differs;
}

}  // namespace tenure::property
