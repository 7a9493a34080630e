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

// One question, put to both.
class WhyHeldAsked {
 public:
  WhyHeldAsked(Asked a, WhyHeldQuestion question, const When& when)
      : a_(a),
        question_(std::move(question)),
        when_(when),
        what_("why-held " + question_.ref + " " + question_.role + question_.action + " " + question_.resource + Text(when)) {}

  std::string Differs() {
    auto given = authority::What(a_.view, question_.ref, true, when_, {1000, ""});
    if (!given) return what_ + ": " + given.error().ToString();
    given_ = std::move(*given);
    WhyHeldAnswer answer;
    auto differs = ByPages<WhyHeldAnswer, ChainRow>(
        what_, a_.random, [&](const Page& page) { return governance::WhyHeld(a_.view, question_, when_, page); },
        [&](const AnswerHead& head, const ChainRow& row, auto& pointed) { Take(head, row, pointed); }, answer);
    if (!differs.empty()) return differs;
    const bool before = a_.judge.BeforeRecord({Topic::kIdentity, Topic::kAccess}, BeginOf(when_));
    differs = HeadDiffers(what_, answer.head, IsComplete(), before);
    return differs.empty() ? OrderedApart(what_, got_, Wanted()) : differs;
  }

 private:
  void Take(const AnswerHead& head, const ChainRow& row, std::vector<EvidenceIndex>& pointed) {
    const auto key = KeyText(row.authority.granted_to, row.authority.grant, static_cast<int>(row.authority.effect));
    got_.push_back(key + (IsOfWhat(row.authority) ? "" : " is no row of what"));
    for (const PathStep& step : row.authority.path) pointed.push_back(step.evidence);
    for (const ChainStep& step : row.steps) {
      const auto& part = kPartNames[static_cast<std::size_t>(step.part)];
      got_.push_back(key + StepText(step.at.value_or(kAlways), part, step.what, step.by, step.text, step.count, step.until) +
                     Text(head, step.evidence));
      pointed.push_back(step.evidence);
    }
    for (const ChainGap& gap : row.gaps) {
      got_.push_back(key + "gap " + gap.gap + Text(head, gap.evidence));
      pointed.push_back(gap.evidence);
    }
  }

  // The row is that of `what --on-paper`.
  bool IsOfWhat(const AuthorityRow& row) const {
    const auto all = [](const AuthorityRow& r) {
      return std::tie(r.principal, r.granted_to, r.grant, r.effect, r.role, r.scope, r.permissions, r.kind, r.status, r.because,
                      r.held, r.possibly, r.granted, r.more_paths);
    };
    return std::any_of(given_.rows.begin(), given_.rows.end(), [&](const AuthorityRow& other) { return all(other) == all(row); });
  }

  std::vector<std::string> Wanted() const {
    std::vector<std::string> want;
    const reference::WhyHeldAsked asked{question_.ref, question_.role, question_.action, question_.resource};
    for (const auto& chain : reference::WhyHeld(a_.judge, asked, when_)) {
      const auto key = KeyText(chain.key.granted_to, chain.key.grant, static_cast<int>(chain.key.effect));
      want.push_back(key);
      for (const auto& step : chain.steps)
        want.push_back(key + StepText(step.at, step.part, step.what, step.by, step.text, step.count, step.until) +
                       Text(step.evidence));
      for (const auto& gap : chain.gaps) want.push_back(key + "gap " + gap.gap + Text(gap.evidence));
    }
    return want;
  }

  // As `what`, and no doubt about a review, an exception or a use; nor about the owner.
  bool IsComplete() const {
    if (!given_.head.complete || !Undoubted(a_.judge, when_, {Topic::kGovernance, Topic::kUsage})) return false;
    const auto owner = a_.judge.RegistersOf(question_.ref, reference::UntilOf(when_)).owner;
    const Interval window = when_.as_of ? Interval{*when_.as_of, {when_.as_of->us + 1}} : *when_.during;
    return !owner || a_.judge.Complete({{Topic::kIdentity, *owner}}, window);
  }

  Asked a_;
  const WhyHeldQuestion question_;
  const When when_;
  const std::string what_;
  WhatAnswer given_;
  std::vector<std::string> got_;
};

}  // namespace

std::string WhyHeldDiffersAt(Asked a, const WhyHeldQuestion& question, const When& when) {
  return WhyHeldAsked(a, question, when).Differs();
}

std::string WhyHeldDiffers(Asked a) {
  const Question q = SomeGovernedQuestion(a.history, a.random);
  WhyHeldQuestion question{q.ref, OneOf(TheUniverse().roles, a.random), "", ""};
  if (a.random() % 2 == 0) question = {q.ref, "", q.action, q.resource};
  if (a.random() % 24 != 0) return WhyHeldDiffersAt(a, question, {q.time, std::nullopt});
  return WhyHeldDiffersAt(a, question,
                          {std::nullopt, SomeWindow(a.history, a.random)});  // the reference asks at every time in it
}

// --- controls

std::string ControlsDifferAt(Asked a, const std::vector<std::string>& sources, const When& when) {
  governance::Policy policy;
  policy.configured_sources = sources;
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

std::string ControlsDiffer(Asked a) {
  static const std::vector<std::vector<std::string>> sources{{}, {"iam"}, {"h?", "aud*"}};
  const auto& some = sources[a.random() % sources.size()];
  return ControlsDifferAt(a, some, SomeWhen(a, 4));
}

namespace {

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
    for (auto* question : {WhyHeldDiffers, ControlsDiffer, NeverDiffers})
      if (differs.empty()) differs = question(asked);
    if (differs.empty() && now) differs = WhyHeldDiffers(asked);
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
