// Governance: the life of an authority and who owned the controls, as the reference tells them; reviews are in truth_reviews.cc.
#include "property/truth_governance.h"

#include <gtest/gtest.h>

#include "governance/chain.h"
#include "governance/controls.h"

namespace tenure::property {
namespace {

// --- why-held

constexpr const char* kPartNames[] = {"request", "decision", "issue", "change", "use", "review", "exception", "end"};

std::string KeyText(const std::string& granted_to, const std::string& grant, int effect) {
  return granted_to + " " + grant + " " + std::to_string(effect) + ": ";
}
std::string StepText(EffectiveTime at, const std::string& part, const std::string& what, const std::string& by,
                     const std::string& text, std::int64_t count, const OptionalTime& until) {
  return std::to_string(at.us) + " " + part + " " + what + " by '" + by + "' '" + text + "' x" + std::to_string(count) +
         " until " + Text(until);
}

// The row is that of `what --on-paper`.
std::string RowDiffers(Asked a, const ChainRow& row, const WhyHeldQuestion& question, const When& when) {
  const auto what = authority::What(a.view, question.ref, true, when, {1000, ""});
  if (!what) return what.error().ToString();
  for (const AuthorityRow& other : what->rows) {
    if (other.grant != row.authority.grant || other.granted_to != row.authority.granted_to ||
        other.effect != row.authority.effect)
      continue;
    const auto all = [](const AuthorityRow& r) {
      return std::tie(r.principal, r.role, r.scope, r.permissions, r.kind, r.status, r.because, r.held, r.possibly, r.granted,
                      r.more_paths);
    };
    return all(other) == all(row.authority) ? "" : "not the row of what";
  }
  return "no row of what";
}

// As `what`, and no doubt about a review, an exception or a use; nor about the owner.
bool IsComplete(Asked a, const WhyHeldQuestion& question, const When& when) {
  const auto what = authority::What(a.view, question.ref, true, when, {1, ""});
  if (!what || !what->head.complete || !Undoubted(a.judge, when, {Topic::kGovernance, Topic::kUsage})) return false;
  const auto owner = a.judge.RegistersOf(question.ref, reference::UntilOf(when)).owner;
  const Interval window = when.as_of ? Interval{*when.as_of, {when.as_of->us + 1}} : *when.during;
  return !owner || a.judge.Complete({{Topic::kIdentity, *owner}}, window);
}

std::string WhyHeldDiffers(Asked a) {
  const Question q = SomeQuestion(a.history, a.random);
  WhyHeldQuestion question{q.ref, OneOf(TheUniverse().roles, a.random), "", ""};
  if (a.random() % 2 == 0) question = {q.ref, "", q.action, q.resource};
  When when{q.time, std::nullopt};
  if (a.random() % 8 == 0) when = {std::nullopt, SomeWindow(a.history, a.random)};
  const std::string what = "why-held " + q.ref + " " + question.role + question.action + " " + question.resource + Text(when);
  std::vector<std::string> got, want, order, wanted_order;
  std::string differs;
  WhyHeldAnswer answer;
  const auto each = [&](const AnswerHead& head, const ChainRow& row, std::vector<EvidenceIndex>& pointed) {
    const auto key = KeyText(row.authority.granted_to, row.authority.grant, static_cast<int>(row.authority.effect));
    got.push_back(key), order.push_back(key);
    for (const PathStep& step : row.authority.path) pointed.push_back(step.evidence);
    for (const ChainStep& step : row.steps) {
      got.push_back(key +
                    StepText(step.at.value_or(kAlways), kPartNames[static_cast<int>(step.part)], step.what, step.by, step.text,
                             step.count, step.until) +
                    Text(head, step.evidence));
      pointed.push_back(step.evidence);
    }
    if (!std::is_sorted(row.steps.begin(), row.steps.end(), [](const auto& x, const auto& y) { return x.at < y.at; }))
      differs = what + ": not in order of time";
    for (const ChainGap& gap : row.gaps) {
      got.push_back(key + "gap " + gap.gap + Text(head, gap.evidence));
      pointed.push_back(gap.evidence);
    }
    if (differs.empty()) differs = RowDiffers(a, row, question, when);
  };
  const auto ask = [&](const Page& page) { return governance::WhyHeld(a.view, question, when, page); };
  const auto pages = ByPages<WhyHeldAnswer, ChainRow>(what, a.random, ask, each, answer);
  if (!pages.empty()) return pages;
  if (!differs.empty()) return what + ": " + differs;
  for (const auto& chain : reference::WhyHeld(a.judge, {question.ref, question.role, question.action, question.resource}, when)) {
    const auto key = KeyText(chain.key.granted_to, chain.key.grant, static_cast<int>(chain.key.effect));
    want.push_back(key), wanted_order.push_back(key);
    for (const auto& step : chain.steps)
      want.push_back(key + StepText(step.at, step.part, step.what, step.by, step.text, step.count, step.until) +
                     Text(step.evidence));
    for (const auto& gap : chain.gaps) want.push_back(key + "gap " + gap.gap + Text(gap.evidence));
  }
  if (order != wanted_order) return what + ": rows " + Text(order) + " reference " + Text(wanted_order);
  differs = HeadDiffers(what, answer.head, IsComplete(a, question, when),
                        a.judge.BeforeRecord({Topic::kIdentity, Topic::kAccess}, BeginOf(when)));
  return differs.empty() ? OrderedApart(what, got, want) : differs;
}

// --- controls

std::string ControlsDiffer(Asked a) {
  static const std::vector<std::vector<std::string>> sources{{}, {"iam"}, {"h?", "aud*"}};
  governance::Policy policy;
  policy.configured_sources = sources[a.random() % sources.size()];
  const When when = SomeWhen(a, 4);
  const std::string what = "controls" + Text(when);
  const auto line = [](const auto& r, const std::string& owner, const std::string& writer, const std::string& evidence) {
    std::string text = r.plane + " " + r.source + " '" + owner + "' '" + writer + "' '" + r.actor + "'";
    for (const std::int64_t count : {r.events, r.identities, r.credentials, r.roles, r.grants, r.memberships, r.ended})
      text += " " + std::to_string(count);
    return text + " " + Text(OptionalTime(r.first)) + " " + Text(OptionalTime(r.last)) + " " + Text(r.marks) + " " +
           Text(r.bundled) + " " + std::to_string(r.bundled_count) + evidence;
  };
  std::vector<std::string> got, want;
  ControlsAnswer answer;
  const auto each = [&](const AnswerHead& head, const ControlRow& row, std::vector<EvidenceIndex>& pointed) {
    got.push_back(line(row, row.control_owner, row.verified_writer, Text(head, row.evidence)));
    pointed.push_back(row.evidence);
  };
  const auto ask = [&](const Page& page) { return governance::Controls(a.view, policy, when, page); };
  auto differs = ByPages<ControlsAnswer, ControlRow>(what, a.random, ask, each, answer);
  if (!differs.empty()) return differs;
  for (const auto& control : reference::Controls(a.judge, policy.configured_sources, when))
    want.push_back(line(control, control.owner, control.writer, Text(control.evidence)));
  const std::set<Topic> planes{Topic::kIdentity, Topic::kAccess};
  differs = HeadDiffers(what, answer.head, Undoubted(a.judge, when, planes), a.judge.BeforeRecord(planes, BeginOf(when)));
  return differs.empty() ? OrderedApart(what, got, want) : differs;
}

std::string Differs(const History& history, std::uint64_t seed) {
  Engine engine(history, "governance");
  const reference::Reference reference(EntriesOf(history), history.configuration);
  Random random(seed ^ 0x60b);
  if (seed % 3 == 0) engine.Load(LogRecords(history));
  else engine.Apply(LogRecords(history));
  for (const bool now : {true, false}) {
    const PositionVector v = now ? engine.Model().Projected() : SomeKnowledge(history, random);
    auto view = engine.Model().View(v);
    if (!view) return view.error().ToString();
    const auto judge = reference.At(v);
    const Asked asked{**view, judge, history, random};
    std::string differs;
    for (auto* question : {WhyHeldDiffers, WhyHeldDiffers, WhyHeldDiffers, ControlsDiffer, NeverDiffers})
      if (differs.empty()) differs = question(asked);
    for (int n = 0; n < 2; ++n)
      if (differs.empty()) differs = ReviewsDiffer(asked, engine.Model(), reference);
    if (!differs.empty()) return (now ? "now: " : "in the past: ") + differs;
  }
  return {};
}

class GovernanceTruth : public ::testing::TestWithParam<int> {};

TEST_P(GovernanceTruth, EveryRowEqualsTheReference) { HistoriesAgree(GetParam(), 2000, Differs); }

INSTANTIATE_TEST_SUITE_P(Part, GovernanceTruth, ::testing::Range(0, kParts));

}  // namespace
}  // namespace tenure::property
