// The page of any knowledge at any moment says what folding in that knowledge says.
#include "history/subject_events.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "history/moments.h"
#include "history/views.h"
#include "unit/history/applied.h"
#include "unit/history/told.h"

namespace tenure::history {
namespace {

std::string At(const Position& p) { return std::string(TopicName(p.topic)) + std::to_string(p.offset); }

// A small world whose events come in any order of time; what is rare in life is not rare here.
class World {
 public:
  explicit World(unsigned seed, bool retires) : random_(seed), retires_(retires) {}

  Incoming Next() {
    if (!told_.empty() && Of(6) == 0) {
      const Incoming& target = told_[Of(told_.size())];
      return Keep(recorder_.Retract(target, "user:a"));
    }
    return Keep(Event());
  }

 private:
  std::size_t Of(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random_); }
  std::int64_t Time() { return static_cast<std::int64_t>(Of(40)); }
  OptionalTime Maybe() { return Of(3) > 0 ? OptionalTime{} : OptionalTime{EffectiveTime{Time() * 1'000'000}}; }
  std::string Who() { return Of(4) == 0 ? "group:g" : "user:a"; }
  std::string Role() { return Of(3) == 0 ? "role:s" : "role:r"; }
  std::string Scope() { return Of(2) == 0 ? "*" : "bucket:b"; }

  Incoming Event() {
    switch (Of(retires_ ? 14 : 11)) {
      case 0: {
        IdentityRegistered e;
        e.identity = Who();
        e.observed = Of(2) == 0;
        e.expires_at = Maybe();
        return recorder_.At(Time(), e);
      }
      case 1:
        return recorder_.At(Time(), IdentitySuspended{Who(), ""});
      case 2:
        return recorder_.At(Time(), IdentityReactivated{Who(), ""});
      case 3:
      case 4:
      case 5: {
        GrantIssued e;
        e.grant = "g" + std::to_string(Of(5)), e.principal = Who(), e.role = Role(), e.scope = Scope();
        e.not_before = Maybe(), e.expires_at = Maybe();
        return recorder_.At(Time(), e);
      }
      case 6:
      case 7:
        return recorder_.At(Time(), GrantRevoked{Who(), "g" + std::to_string(Of(5)), "", {}, ""});
      case 8:
        return recorder_.At(Time(), MembershipAdded{"user:a", "group:g", Maybe(), Maybe()});
      case 9:
        return recorder_.At(Time(), MembershipRemoved{"user:a", "group:g", ""});
      case 10: {
        RoleDefined e;
        e.role = Role();
        return recorder_.At(Time(), e);
      }
      case 11:
        return recorder_.At(Time(), IdentityRetired{Who(), "", Of(2) == 0});
      case 12:
        return recorder_.At(Time(), RoleRetired{Role()});
      default:
        return recorder_.At(Time(), GrantRevoked{Who(), "", Role(), Of(2) == 0 ? std::optional(Scope()) : std::nullopt, ""});
    }
  }
  Incoming Keep(Incoming incoming) {
    told_.push_back(incoming);
    return incoming;
  }

  std::mt19937 random_;
  const bool retires_;
  Recorder recorder_;
  std::vector<Incoming> told_;
};

struct Asked {
  std::vector<std::string> rows, rows_scoped;  // with all grants, and with those of one scope
  bool by_events = true;
};

class Knowing {
 public:
  explicit Knowing(Applied& applied) : rows_(applied.Rows().NewSnapshot()), correctors_(applied.correctors) {}

  Asked ByPage(const PositionVector& v, const std::string& ref, EffectiveTime t) {
    Settlement of_v(*rows_, &v, correctors_);
    const auto never_retired = [&](NameId id) -> Result<bool> { return EventsOf(pages_->AllNames().Text(id)).NeverRetired(); };
    const SubjectEvents::Knowledge knowledge{v, of_v, never_retired};
    const auto life = *EventsOf(ref).LifeAt(knowledge, t);
    const auto grants = *EventsOf(ref).GrantsAt(knowledge, t, nullptr);
    const std::vector<std::string> anchors{"bucket:b"};
    const auto scoped = *EventsOf(ref).GrantsAt(knowledge, t, &anchors);
    Asked asked;
    asked.by_events = life && grants && scoped;
    if (!asked.by_events) return asked;
    const Interval now{t, {t.us + 1}};
    if (const auto at = life->IdentityIndexAt(t)) asked.rows.push_back(Line(life->IdentityAt(*at)));
    life->memberships.Each(
        now, [&](std::size_t i) { return asked.rows.push_back(Line(life->MembershipAt(i, pages_->AllNames()))), true; });
    life->roles.Each(now, [&](std::size_t i) { return asked.rows.push_back(Line(life->roles.At(i))), true; });
    asked.rows_scoped = asked.rows;
    grants->grants.Each(now,
                        [&](std::size_t i) { return asked.rows.push_back(Line(grants->GrantAt(i, pages_->AllNames()))), true; });
    scoped->grants.Each(now, [&](std::size_t i) {
      if (scoped->Scope(i) == anchors.front()) asked.rows_scoped.push_back(Line(scoped->GrantAt(i, pages_->AllNames())));
      return true;
    });
    std::sort(asked.rows_scoped.begin(), asked.rows_scoped.end());
    std::sort(asked.rows.begin(), asked.rows.end());
    return asked;
  }

  std::vector<std::string> ByFold(const PositionVector& v, const std::string& ref, EffectiveTime t) {
    auto view = *MakePastView({rows_, pages_, 0, ++knowledge_, std::make_shared<StateMemo>()}, v, correctors_);
    const Interval now{t, {t.us + 1}};
    std::vector<std::string> rows;
    const auto life = *view->Identity(ref, now);
    const auto grants = *view->GrantsOf(ref, now);
    const auto groups = *view->GroupsOf(ref, now);
    const auto roles = *view->Role(ref, now);
    for (const auto& p : life)
      if (p.status != IdentityStatus::kUnrecorded || !p.causes.empty()) rows.push_back(Line(p));
    for (const auto& p : grants) rows.push_back(Line(p));
    for (const auto& p : groups) rows.push_back(Line(p));
    for (const auto& p : roles)
      if (p.state != RoleState::kUndefined) rows.push_back(Line(p));
    std::sort(rows.begin(), rows.end());
    return rows;
  }

 private:
  static std::string Line(const IdentityPiece& p) {
    std::string line = "identity " + std::to_string(static_cast<int>(p.status)) + (p.boundary ? " boundary" : "");
    for (const auto& cause : p.causes) line += " " + At(cause);
    return line;
  }
  static std::string Line(const GrantPiece& p) {
    return "grant " + p.principal + " " + p.grant + " " + p.terms.role + " " + p.terms.scope + " " + At(p.issued);
  }
  static std::string Line(const MembershipPiece& p) { return "member " + p.member + " " + p.group + " " + At(p.added); }
  static std::string Line(const RolePiece& p) {
    return "role " + std::to_string(static_cast<int>(p.state)) + (p.defined_by ? At(*p.defined_by) : "");
  }

  const SubjectEvents& EventsOf(const std::string& ref) {
    auto& events = events_[ref];
    if (!events) {
      Settlement of_all(*rows_, nullptr, correctors_);
      events = *SubjectEvents::Read(*rows_, ref, of_all, pages_->AllNames());
    }
    return *events;
  }

  std::shared_ptr<const Rows> rows_;
  std::map<std::string, std::shared_ptr<const SubjectEvents>> events_;
  std::shared_ptr<Pages> pages_ = std::make_shared<Pages>(16u << 20);
  const std::vector<std::string>& correctors_;
  std::uint32_t knowledge_ = 0;
};

struct Counted {
  int by_events = 0, all = 0, holding = 0;
};

// An identity of which nothing is recorded yet may have a row that says so, or none.
std::vector<std::string> Sure(std::vector<std::string> rows) {
  std::erase(rows, "identity " + std::to_string(static_cast<int>(IdentityStatus::kUnrecorded)));
  return rows;
}

std::vector<std::string> WithoutScope(std::vector<std::string> rows, std::string_view scope) {
  std::erase_if(rows, [&](const std::string& row) { return row.find(scope) != std::string::npos; });
  return rows;
}

Counted Compare(unsigned seed, bool retires) {
  World world(seed, retires);
  Applied applied;
  std::vector<Incoming> events;
  for (int i = 0; i < 60; ++i) events.push_back(world.Next());
  applied.Apply(events);
  Knowing knowing(applied);
  Counted counted;
  for (const std::int64_t known : {5, 20, 35, 50, 59}) {
    PositionVector v;
    for (const auto& e : events)
      if (e.position.offset < known) v.next[e.position.Where()] = known;
    for (const std::string ref : {"user:a", "group:g", "role:r"})
      for (std::int64_t second = -1; second < 41; second += 3) {
        const EffectiveTime t = history::At(second);
        const Asked asked = knowing.ByPage(v, ref, t);
        ++counted.all;
        if (!asked.by_events) continue;
        ++counted.by_events;
        counted.holding += !asked.rows.empty();
        EXPECT_EQ(Sure(asked.rows), knowing.ByFold(v, ref, t))
            << "seed " << seed << ", known " << known << ", " << ref << " at " << second;
        EXPECT_EQ(Sure(asked.rows_scoped), WithoutScope(knowing.ByFold(v, ref, t), " * "))
            << "seed " << seed << ", known " << known;
      }
  }
  return counted;
}

TEST(SubjectEvents, SayWhatTheFoldSays) {
  for (unsigned seed = 1; seed <= 25; ++seed) {
    const Counted counted = Compare(seed, false);
    EXPECT_EQ(counted.by_events, counted.all) << "seed " << seed;
    EXPECT_GT(counted.holding, counted.all / 4) << "seed " << seed;
  }
}

TEST(SubjectEvents, LeaveOtherIncarnationsToTheFold) {
  int by_events = 0, all = 0;
  for (unsigned seed = 1; seed <= 40; ++seed) {
    const Counted counted = Compare(seed, true);
    by_events += counted.by_events, all += counted.all;
  }
  EXPECT_GT(by_events, all / 10);
  EXPECT_LT(by_events, all);
}

// Nothing is kept beside the question, and it needs more subjects than it remembers.
TEST(SubjectEvents, OutliveAQuestionAboutManyRoles) {
  Applied applied;
  Recorder recorder;
  std::vector<Incoming> events;
  for (int n = 0; n < 100; ++n) {
    GrantIssued e;
    e.grant = "g" + std::to_string(n), e.principal = "user:a", e.role = "role:r" + std::to_string(n);
    events.push_back(recorder.At(1, e));
  }
  applied.Apply(events);
  PositionVector v;
  v.next[{Topic::kAccess, 0}] = 100;
  const auto view = MakePastView({std::shared_ptr<const Rows>(applied.Rows().NewSnapshot()), std::make_shared<Pages>(0), 0, 1,
                                  std::make_shared<StateMemo>()},
                                 v, applied.correctors);
  const auto page = (*view)->ByPages()->GrantsAt(nullptr, "user:a", history::At(3), nullptr);
  ASSERT_TRUE(page);
  EXPECT_EQ((*page)->grants.Size(), 100U);
}

}  // namespace
}  // namespace tenure::history
