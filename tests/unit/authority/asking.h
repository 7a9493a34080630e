#pragma once
// Short forms of the questions, for tests: fail loudly if the question itself fails.
#include <gtest/gtest.h>

#include "authority/decide.h"
#include "authority/questions.h"
#include "unit/authority/fake_view.h"

namespace tenure::authority::test {

inline When AsOf(std::int64_t seconds) { return {At(seconds), std::nullopt}; }
inline When During(std::int64_t from, std::int64_t until) { return {std::nullopt, Span(from, until)}; }

template <class T>
T Value(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().ToString());
  return std::move(*result);
}

inline CheckAnswer CheckWhen(FakeView& view, const std::string& ref, const std::string& action, const std::string& resource,
                             const When& when, bool why = false) {
  CheckAnswer answer = Value(Check(view, ref, action, resource, when, why));
  // The fast path must never say anything else.
  if (when.as_of) {
    EXPECT_EQ(Value(Decide(view, ref, action, resource, *when.as_of)), answer.result.decision);
  }
  return answer;
}
inline CheckResult CheckAt(FakeView& view, const std::string& ref, const std::string& action, const std::string& resource,
                           std::int64_t t, bool why = false) {
  return CheckWhen(view, ref, action, resource, AsOf(t), why).result;
}
inline Decision DecisionAt(FakeView& view, const std::string& ref, const std::string& action, const std::string& resource,
                           std::int64_t t) {
  return CheckAt(view, ref, action, resource, t).decision;
}
inline WhatAnswer WhatAt(FakeView& view, const std::string& ref, std::int64_t t, bool on_paper = false) {
  return Value(What(view, ref, on_paper, AsOf(t), {}));
}
inline WhoAnswer WhoAt(FakeView& view, const std::string& action, const std::string& resource, std::int64_t t) {
  return Value(Who(view, {action, resource, "", ""}, AsOf(t), {}));
}
inline std::vector<std::string> Names(const WhoAnswer& answer) {
  std::vector<std::string> names;
  for (const auto& row : answer.rows) names.push_back(row.principal + (row.status == RowStatus::kPossible ? "?" : ""));
  return names;
}
// "member_of group:a > granted role:r".
inline std::string Words(const std::vector<PathStep>& path) {
  std::string words;
  for (const auto& step : path) {
    const char* kind = step.kind == StepKind::kMemberOf  ? "member_of "
                       : step.kind == StepKind::kAssumes ? "assumes "
                                                         : "granted ";
    words += (words.empty() ? "" : " > ") + std::string(kind) + step.ref;
  }
  return words;
}
inline Interval IntervalClip(Interval i, std::int64_t from, std::int64_t until) {
  return {std::max(i.from, At(from)), std::min(i.until, At(until))};
}
using Strings = std::vector<std::string>;
using Intervals = std::vector<Interval>;

}  // namespace tenure::authority::test
