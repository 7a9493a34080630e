// Findings: the engine's rows are the reference's, over all of time and at a moment, by the same random policy.
#include <gtest/gtest.h>

#include <algorithm>

#include "governance/findings.h"
#include "property/history_policy.h"
#include "property/truth_questions.h"

namespace tenure::property {
namespace {

governance::Duty AsDuty(const reference::Duty& duty) { return {duty.role, duty.action, duty.resource}; }

governance::Policy AsPolicy(const reference::Policy& p) {
  governance::Policy policy;
  policy.human_types = p.human_types, policy.external_types = p.external_types;
  policy.platform_principals = p.platform_principals;
  policy.privileged_roles = p.privileged_roles, policy.jit_roles = p.jit_roles;
  policy.production_environments = p.production_environments, policy.production_scopes = p.production_scopes;
  policy.configured_sources = p.configured_sources, policy.temporary_kinds = p.temporary_kinds;
  policy.approval_required = p.approval_required;
  for (const auto& pair : p.separation_of_duties)
    policy.separation_of_duties.push_back({pair.name, AsDuty(pair.left), AsDuty(pair.right)});
  policy.offboarding_grace = p.offboarding_grace_us, policy.credential_age = p.credential_age_us;
  policy.credential_age_by_kind = p.credential_age_us_by_kind;
  policy.compromise_grace = p.compromise_grace_us, policy.leave_rotation = p.leave_rotation_us;
  policy.dormant_identity = p.dormant_identity_us, policy.dormant_authority = p.dormant_authority_us;
  policy.over_privilege = p.over_privilege_us, policy.review_every = p.review_every_us;
  policy.break_glass_review = p.break_glass_review_us, policy.temporary_max = p.temporary_us_max;
  policy.renewals_max = p.renewals_max, policy.renewal_window = p.renewal_window_us;
  policy.shared_window = p.shared_window_us;
  policy.shared_networks_max = p.shared_networks_max, policy.shared_actors_max = p.shared_actors_max;
  policy.notice = p.notice_us, policy.future_max = p.future_us_max, policy.plausible_from = p.plausible_from;
  return policy;
}

std::string LineOf(const std::string& rule, const std::string& subject, const std::string& about, const Interval& span,
                   bool certain, bool excused) {
  return rule + " " + subject + " '" + about + "' " + Text({span}) + (certain ? "certain" : "possible") +
         (excused ? " excused" : "");
}

// What the question shows of a row is covered: its moment, or all that lies in the window.
bool IsExcused(const reference::View& judge, const reference::Finding& finding, const When& when) {
  const auto excused = reference::Excused(judge, finding.rule, finding.subject);
  if (when.as_of) return !reference::Around(excused, *when.as_of).empty();
  return reference::Minus(reference::Clip({finding.span}, *when.during), excused).empty();
}

bool IsShown(const Interval& span, const When& when) {
  return when.as_of ? span.Contains(*when.as_of) : !reference::Clip({span}, *when.during).empty();
}

// Any doubt on any plane counts.
bool IsComplete(const reference::View& judge, const When& when) {
  return std::none_of(judge.Record().taints.begin(), judge.Record().taints.end(),
                      [&](const reference::Taint& taint) { return taint.open && IsShown(taint.range, when); });
}

bool InOrder(const FindingRow& a, const FindingRow& b) {
  if (a.severity != b.severity) return a.severity > b.severity;
  return std::tie(a.rule, a.subject, a.about, a.span.from) < std::tie(b.rule, b.subject, b.about, b.span.from);
}

// What is in `lines` more often than in `others`.
std::vector<std::string> Beside(std::vector<std::string> lines, std::vector<std::string> others) {
  std::sort(lines.begin(), lines.end()), std::sort(others.begin(), others.end());
  std::vector<std::string> beside;
  std::set_difference(lines.begin(), lines.end(), others.begin(), others.end(), std::back_inserter(beside));
  return beside;
}

std::string RowsDiffer(const std::string& what, Asked a, const std::vector<reference::Finding>& findings,
                       const reference::Policy& policy, const When& when) {
  std::vector<FindingRow> rows;
  Page page{1000, ""};
  do {
    const auto answer = governance::Findings(a.view, {}, AsPolicy(policy), when, page);
    if (!answer) return what + ": " + answer.error().ToString();
    if (answer->head.complete != IsComplete(a.judge, when)) return what + ": complete";
    rows.insert(rows.end(), answer->rows.begin(), answer->rows.end());
    page.cursor = answer->head.next;
  } while (!page.cursor.empty());
  if (!std::is_sorted(rows.begin(), rows.end(), InOrder)) return what + ": out of order";
  std::vector<std::string> got, want;
  for (const auto& row : rows) got.push_back(LineOf(row.rule, row.subject, row.about, row.span, row.certain, row.excused));
  for (const auto& f : findings)
    if (IsShown(f.span, when)) want.push_back(LineOf(f.rule, f.subject, f.about, f.span, f.certain, IsExcused(a.judge, f, when)));
  return Apart(what, Beside(got, want), Beside(want, got));
}

std::string FindingsDiffer(Asked a) {
  const reference::Policy policy = SomePolicy(a.random);
  const auto findings = reference::Findings(a.judge, policy);
  const EffectiveTime t = SomeTime(a.history, a.random);
  const std::string differs =
      RowsDiffer("findings of all time", a, findings, policy, {std::nullopt, Interval{kAlways, kForever}});
  if (!differs.empty()) return differs;
  return RowsDiffer("findings at " + std::to_string(t.us), a, findings, policy, {t, std::nullopt});
}

std::string Differs(const History& history, std::uint64_t seed) {
  Engine engine(history, "findings");
  const reference::Reference reference(EntriesOf(history), history.configuration);
  Random random(seed ^ 0xf1d);
  if (seed % 3 == 0) engine.Load(LogRecords(history));
  else engine.Apply(LogRecords(history));
  for (const bool now : {true, false}) {
    const PositionVector v = now ? engine.Model().Projected() : SomeKnowledge(history, random);
    auto view = engine.Model().View(v);
    if (!view) return view.error().ToString();
    const std::string differs = FindingsDiffer({**view, reference.At(v), history, random});
    if (!differs.empty()) return (now ? "now: " : "in the past: ") + differs;
  }
  return {};
}

class FindingsTruth : public ::testing::TestWithParam<int> {};

TEST_P(FindingsTruth, EveryRowEqualsTheReference) { HistoriesAgree(GetParam(), 1000, Differs); }

INSTANTIATE_TEST_SUITE_P(Part, FindingsTruth, ::testing::Range(0, kParts));

}  // namespace
}  // namespace tenure::property
