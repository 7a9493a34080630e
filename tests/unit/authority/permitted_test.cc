// A check with one place left open: what is listed is a yes, and of subjects every yes is listed.
#include "unit/authority/asking.h"
#include "unit/authority/naive.h"
#include "unit/authority/random_office.h"

namespace tenure::authority::test {
namespace {

constexpr unsigned kOffices = 60;
constexpr std::int64_t kMoments[] = {5, 20, 33};

PermittedQuestion Subjects(const std::string& type, const std::string& action, const std::string& resource) {
  return {OpenPlace::kSubject, {}, action, resource, type};
}
PermittedQuestion Resources(const std::string& subject, const std::string& action, const std::string& type) {
  return {OpenPlace::kResource, subject, action, {}, type};
}
PermittedQuestion Actions(const std::string& subject, const std::string& resource) {
  return {OpenPlace::kAction, subject, {}, resource, {}};
}

Strings All(FakeView& view, const PermittedQuestion& question, std::int64_t t, std::int64_t limit = 100) {
  Strings rows;
  Page page{limit, {}};
  do {
    const auto answer = Value(Permitted(view, question, AsOf(t), page));
    EXPECT_LE(static_cast<std::int64_t>(answer.rows.size()), limit);
    rows.insert(rows.end(), answer.rows.begin(), answer.rows.end());
    page.cursor = answer.head.next;
  } while (!page.cursor.empty());
  return rows;
}

Strings OfType(const std::string& prefix) {
  Strings subjects;
  for (const auto& ref : RandomOffice::Subjects())
    if (ref.rfind(prefix, 0) == 0) subjects.push_back(ref);
  return subjects;
}

TEST(Permitted, SubjectsAreExactlyThoseOfWhomItIsCertain) {
  std::size_t found = 0;
  for (unsigned seed = 0; seed < kOffices; ++seed) {
    RandomOffice view(seed);
    for (const std::int64_t t : kMoments) {
      Naive naive(view, At(t), true, true);
      for (const std::string type : {"user", "everyone", "external"}) {
        Strings expected;
        for (const auto& ref : OfType(type + ":"))
          if (naive.Holds(ref, "read", "bucket:a").must) expected.push_back(ref);
        EXPECT_EQ(All(view, Subjects(type, "read", "bucket:a"), t), expected) << type << " at " << t << ", seed " << seed;
        EXPECT_EQ(All(view, Subjects(type, "read", "bucket:a"), t, 1), expected) << "in pages of one, seed " << seed;
        found += expected.size();
      }
    }
  }
  EXPECT_GT(found, std::size_t{kOffices / 2});
}

TEST(Permitted, ResourcesAndActionsAreCertainAndSpelledOut) {
  std::size_t resources = 0, actions = 0;
  for (unsigned seed = 0; seed < kOffices; ++seed) {
    RandomOffice view(seed);
    for (const std::int64_t t : kMoments) {
      Naive naive(view, At(t), true, true);
      for (const auto& ref : RandomOffice::Subjects()) {
        for (const auto& target : All(view, Resources(ref, "assume", "user"), t)) {
          EXPECT_TRUE(naive.Holds(ref, "assume", target).must) << ref << " as " << target << " at " << t << ", seed " << seed;
          ++resources;
        }
        const Strings named = All(view, Actions(ref, "bucket:a"), t);
        Strings expected;  // no office allows by a wildcard
        for (const std::string action : {"assume", "read"})
          if (naive.Holds(ref, action, "bucket:a").must) expected.push_back(action);
        EXPECT_EQ(named, expected) << ref << " at " << t << ", seed " << seed;
        actions += named.size();
      }
    }
  }
  EXPECT_GT(resources, std::size_t{kOffices / 6});
  EXPECT_GT(actions, std::size_t{kOffices / 2});
}

TEST(Permitted, NamesAreThoseInsideBothPermissionAndScope) {
  FakeView view;
  view.Active("user:a");
  view.Inline("g1", "user:a", {Allow({"read"}, {"bucket:prod", "bucket:dev/*", "file:x"})}).terms.scope = "bucket:*";
  view.Inline("g2", "user:a", {Allow({"read"}, {"bucket:ledger"})}).terms.scope = "bucket:ledger/2026";
  view.Inline("g3", "user:a", {Literal(Allow({"read"}, {"bucket:old"}))}).terms.scope = "bucket:old/1999";
  view.Inline("g4", "user:a", {AllBut(Allow({"read"}, {"bucket:secret"}), false, true)}).terms.scope = "bucket:open";
  view.Inline("g5", "user:a", {Allow({"write"}, {"bucket:written"})});
  EXPECT_EQ(All(view, Resources("user:a", "read", "bucket"), 1), (Strings{"bucket:ledger/2026", "bucket:open", "bucket:prod"}));
  EXPECT_EQ(All(view, Resources("user:a", "read", "file"), 1), Strings{});
  EXPECT_EQ(All(view, Resources("user:a", "read", "buck"), 1), Strings{});
}

TEST(Permitted, DoubtsAndDeniesTakeNamesOut) {
  FakeView view;
  view.Active("user:a");
  view.Inline("g1", "user:a", {Allow({"read"}, {"bucket:a", "bucket:b", "bucket:c"}), If(Allow({"list"}, {"bucket:a"}), "c")});
  view.Inline("g2", "user:a", {Deny({"read"}, {"bucket:b"}), If(Deny({"read"}, {"bucket:c"}), "c")});
  EXPECT_EQ(All(view, Resources("user:a", "read", "bucket"), 1), Strings{"bucket:a"});
  EXPECT_EQ(All(view, Actions("user:a", "bucket:a"), 1), Strings{"read"});
  view.Taint(Topic::kAccess, "user:a", Since(0));
  const auto answer = Value(Permitted(view, Actions("user:a", "bucket:a"), AsOf(1), {}));
  EXPECT_EQ(answer.rows, Strings{});
  EXPECT_FALSE(answer.head.complete);
}

TEST(Permitted, AGroupIsListedOnlyAmongGroups) {
  FakeView view;
  view.Active("group:dev").Active("user:a").Active("group:none").Member("user:a", "group:dev");
  view.Inline("g1", "group:dev", {Allow({"read"}, {"*"})});
  EXPECT_EQ(All(view, Subjects("group", "read", "bucket:a"), 1), Strings{"group:dev"});
  EXPECT_EQ(All(view, Subjects("user", "read", "bucket:a"), 1), Strings{"user:a"});
}

TEST(Permitted, APageEndsAfterManyDecisionsAndTheNextGoesOn) {
  FakeView view;
  view.Inline("g1", "everyone:*", {Allow({"read"}, {"*"})});
  for (int i = 0; i < 10'050; ++i) {
    const std::string number = std::to_string(100'000 + i);
    view.Status("user:" + number, Interval{}, i == 10'040 ? IdentityStatus::kActive : IdentityStatus::kSuspended);
  }
  const auto first = Value(Permitted(view, Subjects("user", "read", "bucket:a"), AsOf(1), {}));
  EXPECT_EQ(first.rows, Strings{});
  ASSERT_FALSE(first.head.next.empty());
  const auto second = Value(Permitted(view, Subjects("user", "read", "bucket:a"), AsOf(1), {100, first.head.next}));
  EXPECT_EQ(second.rows, Strings{"user:110040"});
  EXPECT_TRUE(second.head.next.empty());
}

TEST(Permitted, WhatCannotBeAskedIsTold) {
  FakeView view;
  const auto code = [&](const PermittedQuestion& question, const When& when) {
    const auto answer = Permitted(view, question, when, {});
    return answer ? std::string() : answer.error().code;
  };
  EXPECT_EQ(code(Actions("user", "bucket:a"), AsOf(1)), "reference_malformed");
  EXPECT_EQ(code(Actions("user:a", "bucket:a//b"), AsOf(1)), "reference_path_segment");
  EXPECT_EQ(code(Subjects("user", "", "bucket:a"), AsOf(1)), "action_empty");
  EXPECT_EQ(code(Subjects("user", "read", "bucket:a"), During(1, 2)), "when_not_moment");
  EXPECT_EQ(code(Subjects("No Type", "read", "bucket:a"), AsOf(1)), "");
}

TEST(Permitted, TheDecisionAloneIsHeldToTheSameQuestions) {
  FakeView view;
  EXPECT_EQ(Decide(view, "user:a", "", "bucket:a", At(1)).error().code, "action_empty");
  EXPECT_EQ(Decide(view, "user:a", "read", "bucket:a/../b", At(1)).error().code, "reference_path_segment");
}

}  // namespace
}  // namespace tenure::authority::test
