// Who existed: identities and show.
#include "unit/authority/asking.h"

namespace tenure::authority::test {
namespace {

using history::IdentityStatus;

std::vector<std::string> Lines(const IdentitiesAnswer& answer) {
  std::vector<std::string> lines;
  for (const auto& row : answer.rows) lines.push_back(row.ref + " " + row.status);
  return lines;
}
std::vector<std::string> Listed(FakeView& view, const IdentitiesQuestion& question, const When& when) {
  return Lines(Value(Identities(view, question, when, {})));
}

struct Town : FakeView {
  Town() {
    Status("user:a", {kAlways, At(10)}, IdentityStatus::kAbsent).Status("user:a", Span(10, 20), IdentityStatus::kActive);
    Piece("user:a").owner = "user:boss";
    Status("user:a", Since(20), IdentityStatus::kRetired);
    Status("user:s", Interval{}, IdentityStatus::kSuspended);
    Active("group:g").Status("agent:u", Interval{}, IdentityStatus::kUnrecorded);
  }
};

TEST(Identities, DefaultsToThoseRegisteredAndNotRetired) {
  Town view;
  EXPECT_EQ(Listed(view, {}, AsOf(9)), (Strings{"group:g active", "user:s suspended"}));
  EXPECT_EQ(Listed(view, {}, AsOf(15)), (Strings{"group:g active", "user:a active", "user:s suspended"}));
  EXPECT_EQ(Listed(view, {}, AsOf(20)), (Strings{"group:g active", "user:s suspended"}));
}

TEST(Identities, InAWindowListsWhoeverFitAtSomeMomentOfIt) {
  Town view;
  EXPECT_EQ(Listed(view, {"user", "", "", false}, During(5, 30)), (Strings{"user:a active", "user:s suspended"}));
  EXPECT_EQ(Listed(view, {"user", "retired", "", false}, During(5, 30)), (Strings{"user:a retired"}));
  EXPECT_EQ(Listed(view, {"user", "retired", "", false}, During(5, 20)), Strings{});
  EXPECT_EQ(Value(Identities(view, {"user", "", "", false}, During(5, 15), {})).rows.at(0).active, (Intervals{Span(10, 15)}));
}

TEST(Identities, FiltersByTypeStatusAndOwner) {
  Town view;
  EXPECT_EQ(Listed(view, {"group", "", "", false}, AsOf(15)), (Strings{"group:g active"}));
  EXPECT_EQ(Listed(view, {"", "unrecorded", "", false}, AsOf(15)), (Strings{"agent:u unrecorded"}));
  EXPECT_EQ(Listed(view, {"", "absent", "", false}, AsOf(5)), (Strings{"user:a absent"}));
  EXPECT_EQ(Listed(view, {"", "", "user:boss", false}, AsOf(15)), (Strings{"user:a active"}));
  EXPECT_EQ(Listed(view, {"", "", "", true}, AsOf(15)), (Strings{"group:g active", "user:s suspended"}));
  EXPECT_EQ(Identities(view, {"", "sleepy", "", false}, AsOf(15), {}).error().code, "status_unknown");
}

TEST(Identities, BeforeTheRecordNobodyIsAbsent) {
  Town view;
  view.Horizon(Topic::kIdentity, At(10));
  EXPECT_EQ(Listed(view, {"", "absent", "", false}, AsOf(5)), Strings{});
  EXPECT_EQ(Listed(view, {"", "unrecorded", "", false}, AsOf(5)), (Strings{"agent:u unrecorded", "user:a unrecorded"}));
  EXPECT_EQ(Listed(view, {"", "retired", "", false}, AsOf(25)), (Strings{"user:a retired"}));
}

TEST(Identities, PagesGoOnAfterTheLastOneAtTheSameMoment) {
  FakeView view;
  for (int i = 0; i < 5; ++i) view.Active("user:" + std::to_string(i));
  Page page{2, ""};
  std::vector<std::string> lines;
  do {
    const auto answer = Value(Identities(view, {"user", "", "", false}, AsOf(lines.empty() ? 3 : 99), page));
    EXPECT_EQ(answer.head.when.as_of, At(3));
    for (const auto& line : Lines(answer)) lines.push_back(line);
    page.cursor = answer.head.next;
  } while (!page.cursor.empty());
  EXPECT_EQ(lines.size(), 5u);
}

TEST(Show, TellsOneIdentityAtTheMoment) {
  Town view;
  view.Credential("user:a", "k1", Span(11, 13), true);
  auto& ended = view.Credential("user:a", "k1", Since(13), false);
  ended.compromised_at = At(12);
  view.Credential("user:a", "k2", Since(18), true);
  const auto show = Value(Show(view, "user:a", AsOf(15)));
  EXPECT_EQ(show.identity.status, "active");
  EXPECT_EQ(show.identity.owner, "user:boss");
  EXPECT_EQ(show.identity.type, "user");
  EXPECT_EQ(show.identity.active, (Intervals{Span(10, 20)}));
  ASSERT_EQ(show.credentials.size(), 1u);
  EXPECT_EQ(show.credentials[0].live, Decision::kNo);
  EXPECT_EQ(show.credentials[0].compromised_at, At(12));
  EXPECT_EQ(Value(Show(view, "user:a", AsOf(12))).credentials.at(0).live, Decision::kYes);
}

TEST(Show, InAWindowShowsTheLastMomentAndWhatWasLiveInIt) {
  Town view;
  view.Credential("user:a", "k1", Span(11, 13), true);
  view.Credential("user:a", "k1", Since(13), false);
  const auto show = Value(Show(view, "user:a", During(12, 25)));
  EXPECT_EQ(show.identity.status, "retired");
  EXPECT_EQ(show.identity.active, (Intervals{Span(12, 20)}));
  EXPECT_EQ(show.credentials.at(0).live, Decision::kYes);
  EXPECT_EQ(Value(Show(view, "user:a", During(13, 25))).credentials.at(0).live, Decision::kNo);
}

TEST(Show, WhoIsNotNamedIsUnrecordedAndPossiblyActive) {
  Town view;
  const auto show = Value(Show(view, "user:nobody", AsOf(15)));
  EXPECT_EQ(show.identity.status, "unrecorded");
  EXPECT_TRUE(show.identity.active.empty());
  EXPECT_EQ(show.identity.possibly_active, (Intervals{{kAlways, kForever}}));
}

TEST(Show, BeforeTheRecordAbsentReadsUnrecordedAndADeadCredentialUnknown) {
  Town view;
  view.Horizon(Topic::kIdentity, At(100)).Credential("user:a", "k1", Since(1), false);
  const auto show = Value(Show(view, "user:a", AsOf(5)));
  EXPECT_TRUE(show.head.before_record);
  EXPECT_EQ(show.identity.status, "unrecorded");
  EXPECT_EQ(show.credentials.at(0).live, Decision::kUnknown);
  // The access plane says nothing of existence.
  view.Horizon(Topic::kIdentity, At(0)).Horizon(Topic::kAccess, std::nullopt);
  EXPECT_FALSE(Value(Show(view, "user:a", AsOf(5))).head.before_record);
}

TEST(Show, ARoleIsNoIdentity) {
  Town view;
  EXPECT_EQ(Show(view, "role:r", AsOf(5)).error().blame, Blame::kCaller);
}

}  // namespace
}  // namespace tenure::authority::test
