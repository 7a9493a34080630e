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
#include "tenure/answer.h"

namespace tenure::authority {

enum class FactorKind : std::uint8_t {
  kActive, kMembership, kGroupActive, kGrant, kCondition, kPermission, kDelegator, kBoundary, kNotDenied,
};
struct Factor {
  FactorKind kind;
  std::string ref;           // identity, group, role, delegator
  history::TimeSet set;
  history::IntervalSet paper;
  std::optional<Asked> asked;                 // kPermission, kNotDenied: about what
  std::vector<Position> evidence;             // what began it, then what ended it
  const history::GrantPiece* grant = nullptr; // kGrant, kCondition, kPermission, kDelegator; owned by the reading
  const history::MembershipPiece* membership = nullptr;
};
struct Hop {
  StepKind kind;
  std::string ref;
  std::vector<Factor> factors;
  friend bool operator==(const Hop& a, const Hop& b) { return a.kind == b.kind && a.ref == b.ref; }
};
struct Witness {
  Factor subject;            // Active of the one asked about
  std::vector<Hop> hops;
  bool more = false;         // another way holds at the same moment
  std::vector<const Factor*> Factors() const;
};

// How sure a way must be: certain, possible, or on paper (whatever the statuses).
enum class Sure : std::uint8_t { kMust, kMay, kPaper };

// What is looked for. Exactly one of: asked; row (one grant's effect); role; member_of.
struct RowGoal { std::string granted_to, grant; RowEffect effect; };
struct Goal {
  std::optional<Asked> asked;
  std::optional<RowGoal> row;
  std::string role, member_of;
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
  struct State {
    std::string identity, principal;
    friend auto operator<=>(const State&, const State&) = default;
  };
  struct Edge {
    Hop hop;
    std::optional<State> to;  // nothing: arrived
  };
  std::vector<State> Starts() const;
  std::vector<Edge> EdgesFrom(const State& state, EffectiveTime t, Sure sure);
  void AddMemberships(const State& state, std::vector<Edge>& edges);
  void AddAssumptions(const State& state, std::vector<Edge>& edges);
  void AddArrivals(const State& state, std::vector<Edge>& edges);
  Factor NotDenied(const std::string& identity, const Asked& asked);
  void AddOwnLimits(const std::string& identity, const Asked& asked, std::vector<Factor>& factors);
  bool ArrivesAvoiding(const State& from, std::set<State> avoid, EffectiveTime t, Sure sure);
  bool HasAnother(const std::vector<State>& states, const std::vector<Hop>& hops, EffectiveTime t, Sure sure);

  Evaluation& evaluation_;
  Reading& reading_;
  std::string ref_;
  Goal goal_;
  Everyone everyone_;
};

// The factors of one grant about `asked` (its own life, condition, permissions, delegator). Their product is OfGrant's allow side.
std::vector<Factor> GrantFactors(Evaluation& evaluation, const history::GrantPiece& grant, const Asked& asked);

}  // namespace tenure::authority
