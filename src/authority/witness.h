#pragma once
// Witnesses: one way by which an identity comes to hold something, as the facts on it.
//
// A way is a walk over states (acting identity, principal) by memberships and assumptions to something that is given. Its facts are
// factors, each a set of time; the way holds where all of them do. Searched breadth first in one moment, neighbours in byte order, so
// the first found has the fewest steps and among those is bytewise least. Never enumerated: there can be 10^35.
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "authority/evaluation.h"
#include "authority/evidence.h"
#include "tenure/answer.h"

namespace tenure::authority {

enum class FactorKind : std::uint8_t {
  kActive,
  kMembership,
  kGroupActive,
  kGrant,
  kCondition,
  kPermission,
  kDelegator,
  kBoundary,
  kNotDenied,
};
struct Factor {
  FactorKind kind;
  std::string ref;  // identity, group, role, delegator
  history::TimeSet set;
  history::IntervalSet paper;
  std::optional<Asked> asked;                  // kPermission, kNotDenied: about what
  std::vector<Position> evidence;              // what began it, then what ended it
  const history::GrantPiece* grant = nullptr;  // kGrant, kCondition, kPermission, kDelegator; owned by the reading
  const history::MembershipPiece* membership = nullptr;
};
struct Hop {
  StepKind kind;
  std::string ref;
  std::vector<Factor> factors;
  const history::GrantPiece* Grant() const;  // behind kAssumes and kGranted
  friend bool operator==(const Hop& a, const Hop& b) { return a.kind == b.kind && a.ref == b.ref && a.Grant() == b.Grant(); }
};
struct Witness {
  Factor subject;  // Active of the one asked about
  std::vector<Hop> hops;
  bool more = false;  // another way holds at the same moment
  std::vector<const Factor*> Factors() const;
};

// How sure a way must be: certain, possible, or on paper (whatever the statuses).
enum class Sure : std::uint8_t { kMust, kMay, kPaper };

// What is looked for. Exactly one of: asked; row (one grant's effect); role; member_of.
struct RowGoal {
  std::string granted_to, grant;
  RowEffect effect;
};
struct Goal {
  std::optional<Asked> asked;
  std::optional<RowGoal> row;
  std::string role, member_of;
  bool own = false;  // what is given to it whether it is active or not, and not as anybody that it may assume
  // Denies, and grants of undefined roles, reach through groups whatever the groups' status.
  bool ThroughAnyGroup() const { return row && row->effect != RowEffect::kAllow; }
};

class WitnessSearch {
 public:
  // everyone: whether ways that go by everyone:* count.
  WitnessSearch(Evaluation& evaluation, std::string_view ref, Goal goal, Everyone everyone)
      : evaluation_(evaluation), reading_(evaluation.Read()), ref_(ref), goal_(std::move(goal)), everyone_(everyone) {}

  // The shortest way that holds at t, if there is one.
  std::optional<Witness> At(EffectiveTime t, Sure sure);
  // Ways that together hold throughout each segment, beginning at `first` if it lies inside one (else at its beginning), in order of
  // time. A way that repeats the one before is left out.
  std::vector<Witness> Cover(const std::vector<Interval>& segments, EffectiveTime first, Sure sure);

  // How long a way holds around t; it must hold there.
  static Interval Extent(const Witness& witness, EffectiveTime t, Sure sure);

 private:
  // Acting as `identity`, at `principal`. Strict: every group on the way since was active too. Restrictions arrive from states that
  // aren't, assumptions leave only from those that are; both kinds are kept apart from the start on.
  struct State {
    std::string identity, principal;
    bool strict = true;
    friend auto operator<=>(const State&, const State&) = default;
  };
  using Visited = std::set<std::pair<std::string, std::string>>;
  struct Edge {
    Hop hop;
    std::optional<State> to;  // nothing: arrived
  };
  struct Found;
  std::vector<State> Starts(const std::string& identity) const;
  // What holds at t; facts of other times are passed over before anything is built of them.
  std::vector<Edge> EdgesFrom(const State& state, EffectiveTime t, Sure sure);
  void AddMemberships(const State& state, EffectiveTime t, std::vector<Edge>& edges);
  void AddAssumptions(const State& state, EffectiveTime t, std::vector<Edge>& edges);
  void AddArrivals(const State& state, EffectiveTime t, std::vector<Edge>& edges);
  void AddRowArrivals(const State& state, EffectiveTime t, std::vector<Edge>& edges);
  void AddGrantArrivals(const State& state, EffectiveTime t, std::vector<Edge>& edges);
  void AddBoundary(const std::string& identity, std::vector<Factor>& factors);
  void AddOwnLimits(const std::string& identity, const Asked& asked, std::vector<Factor>& factors);
  Factor ActiveFactor(FactorKind kind, const std::string& ref);
  std::optional<Found> Search(EffectiveTime t, Sure sure);
  bool Arrives(const State& from, Visited avoid, EffectiveTime t, Sure sure);
  bool HasAnother(const Found& found, EffectiveTime t, Sure sure);

  Evaluation& evaluation_;
  Reading& reading_;
  std::string ref_;
  Goal goal_;
  Everyone everyone_;
};

// What is shown of a way.
Result<std::vector<PathStep>> StepsOf(const std::vector<Witness>& witnesses, EvidenceList& evidence);

// The factors of one grant: its own life, what its terms say (about `asked`, of one effect, or that its role is held), condition,
// delegator. The product of the first is OfGrant's allow side, of the second that effect's set in EffectsOf.
std::vector<Factor> GrantFactors(Evaluation& evaluation, const history::GrantPiece& grant, const Asked& asked);
std::vector<Factor> EffectFactors(Evaluation& evaluation, const history::GrantPiece& grant, RowEffect effect);
std::vector<Factor> RoleFactors(Evaluation& evaluation, const history::GrantPiece& grant);
Factor MembershipFactor(Reading& reading, const history::MembershipPiece& membership);

}  // namespace tenure::authority
