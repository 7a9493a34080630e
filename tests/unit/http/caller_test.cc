// Who may append what: planes, sources, and what takes a governor.
#include "http/caller.h"

#include <gtest/gtest.h>

namespace tenure::http {
namespace {

Rights Producer(std::set<Topic> planes, std::set<std::string> sources) {
  Rights rights;
  rights.planes = std::move(planes);
  rights.sources = std::move(sources);
  return rights;
}

Caller With(Rights rights) { return CallerOf("tester", "token 0123456789ab", rights); }
Caller Hr() { return With(Producer({Topic::kIdentity}, {"hr"})); }
Caller Governor(Rights rights = {}) {
  rights.scopes.insert(Scope::kGovern);
  return With(rights);
}

// Empty = it may, else the reason.
std::string Refusal(const Caller& caller, const std::string& source, EventType type, Topic topic,
                    std::vector<EventName> takes_out = {}) {
  const EventName name{source, "e1"};
  const auto may = MayAppend(caller, AppendCandidate{name, type, topic, std::move(takes_out)});
  if (may) return {};
  EXPECT_EQ(may.error().code, "not_authorised");
  EXPECT_EQ(may.error().blame, Blame::kCaller);
  return may.error().reason;
}

bool Says(const std::string& reason, const std::string& word) { return reason.find(word) != std::string::npos; }

constexpr auto kRegistered = EventType::kIdentityRegistered;
constexpr auto kRetracted = EventType::kEventRetracted;
constexpr auto kResolved = EventType::kDeadLetterResolved;

TEST(CallerTest, AProducerAppendsToItsPlaneForItsSource) { EXPECT_EQ(Refusal(Hr(), "hr", kRegistered, Topic::kIdentity), ""); }

TEST(CallerTest, TheIdentityPlanesProducerCannotWriteAnotherPlane) {
  for (const Topic topic : {Topic::kAccess, Topic::kGovernance, Topic::kUsage})
    EXPECT_TRUE(Says(Refusal(Hr(), "hr", EventType::kGrantIssued, topic), std::string(TopicName(topic))));
  const Caller iam = With(Producer({Topic::kAccess}, {"hr"}));
  EXPECT_TRUE(Says(Refusal(iam, "hr", kRegistered, Topic::kIdentity), "tenure.identity"));
}

TEST(CallerTest, NobodySpeaksForAnotherSource) {
  EXPECT_TRUE(Says(Refusal(Hr(), "hr2", kRegistered, Topic::kIdentity), "\"hr2\""));
  EXPECT_NE(Refusal(Hr(), "HR", kRegistered, Topic::kIdentity), "");
  EXPECT_NE(Refusal(Hr(), "", kRegistered, Topic::kIdentity), "");
}

TEST(CallerTest, PlanesAndSourcesCountOnlyTogether) {
  EXPECT_NE(Refusal(With(Producer({Topic::kIdentity}, {})), "hr", kRegistered, Topic::kIdentity), "");
  EXPECT_NE(Refusal(With(Producer({}, {"hr"})), "hr", kRegistered, Topic::kIdentity), "");
}

TEST(CallerTest, OtherScopesAppendNothing) {
  Rights rights;
  rights.scopes = {Scope::kAsk, Scope::kHistory, Scope::kEvents, Scope::kGovern, Scope::kOperate};
  EXPECT_NE(Refusal(With(rights), "hr", kRegistered, Topic::kIdentity), "");
  rights.scopes.erase(Scope::kGovern);
  EXPECT_FALSE(MayAppendAny(With(rights)));
  EXPECT_TRUE(MayAppendAny(Hr()));
  EXPECT_TRUE(MayAppendAny(Governor()));
}

TEST(CallerTest, AProducerTakesOutItsOwnEventsOnly) {
  EXPECT_EQ(Refusal(Hr(), "hr", kRetracted, Topic::kIdentity, {{"hr", "e0"}}), "");
  EXPECT_TRUE(Says(Refusal(Hr(), "hr", kRetracted, Topic::kIdentity, {{"iam", "e0"}}), "another source"));
  EXPECT_NE(Refusal(Hr(), "hr", kRegistered, Topic::kIdentity, {{"hr", "e0"}, {"iam", "e0"}}), "") << "supersedes";
  EXPECT_NE(Refusal(Hr(), "hr", kRetracted, Topic::kAccess, {{"hr", "e0"}}), "") << "its own, on another plane";
}

TEST(CallerTest, AGovernorTakesOutOthersEventsAsASourceOfItsOwn) {
  const Caller corrector = Governor(Producer({Topic::kAccess}, {"audit"}));
  EXPECT_EQ(Refusal(corrector, "audit", kRetracted, Topic::kAccess, {{"iam", "e0"}}), "");
  EXPECT_NE(Refusal(corrector, "iam", kRetracted, Topic::kAccess, {{"iam", "e0"}}), "") << "speaking for the other";
  EXPECT_NE(Refusal(corrector, "audit", kRetracted, Topic::kIdentity, {{"hr", "e0"}}), "") << "on a plane not granted";
  EXPECT_NE(Refusal(Governor(), "audit", kRetracted, Topic::kAccess, {{"iam", "e0"}}), "") << "without any plane";
}

TEST(CallerTest, ResolvingTakesAGovernor) {
  const Caller clerk = With(Producer({Topic::kGovernance}, {"grc", "tenure.resolve"}));
  EXPECT_TRUE(Says(Refusal(clerk, "tenure.resolve", kResolved, Topic::kGovernance), "resolve"));
  EXPECT_EQ(Refusal(Governor(), "tenure.resolve", kResolved, Topic::kGovernance), "");
  EXPECT_NE(Refusal(Governor(), "hr", kResolved, Topic::kGovernance), "") << "in another source's name";
  EXPECT_EQ(Refusal(Governor(Producer({Topic::kIdentity}, {"grc"})), "grc", kResolved, Topic::kGovernance), "");
  EXPECT_NE(Refusal(Governor(), "tenure.resolve", EventType::kReviewOpened, Topic::kGovernance), "") << "another type";
}

TEST(CallerTest, HistoryIncludesAskingAndNothingElseIncludesAnything) {
  const auto all = {Scope::kAsk, Scope::kHistory, Scope::kEvents, Scope::kGovern, Scope::kOperate};
  for (const Scope held : all) {
    Rights rights;
    rights.scopes = {held};
    for (const Scope needed : all) {
      const bool expected = held == needed || (held == Scope::kHistory && needed == Scope::kAsk);
      EXPECT_EQ(Require(With(rights), needed).has_value(), expected) << NameOf(held) << " for " << NameOf(needed);
    }
    EXPECT_TRUE(With(rights).May(Scope::kNone));
    EXPECT_FALSE(With(rights).May(Scope::kAppend));
  }
}

TEST(CallerTest, NamesOfScopesAndPlanesAreReadAsTheyAreWritten) {
  for (const Scope scope : {Scope::kAsk, Scope::kHistory, Scope::kEvents, Scope::kGovern, Scope::kOperate})
    EXPECT_EQ(ScopeFromName(NameOf(scope)), scope);
  EXPECT_FALSE(ScopeFromName("append"));
  EXPECT_FALSE(ScopeFromName("none"));
  for (int t = 0; t < kPlaneTopics; ++t) EXPECT_EQ(PlaneFromName(PlaneName(static_cast<Topic>(t))), static_cast<Topic>(t));
  EXPECT_FALSE(PlaneFromName("dead-letter"));
}

}  // namespace
}  // namespace tenure::http
