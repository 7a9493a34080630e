#pragma once
// One reading of a view through one window: each fact is read once, and put together with its taints.
//
// Pieces are kept whole, so sets built from them reach beyond the window; they are exact inside it and only a hint outside.
// A view that fails, fails the question: the first error is kept, everything after it reads as empty, and the question returns
// Fault() at its end. Work is counted over all readings of a question; when it runs out nothing more is read and what was found so
// far must not be called certain (see Work). Not thread safe.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "authority/taints.h"
#include "history/facts.h"
#include "history/interval_set.h"

namespace tenure::authority {

// Edges (pieces) that one question may visit. Reached: the answer is incomplete and names the limit.
inline constexpr std::int64_t kEdgesVisitedMax = 5'000'000;
inline constexpr std::string_view kEdgesVisitedLimit = "edges_visited";

class Work {
 public:
  explicit Work(std::int64_t edges = kEdgesVisitedMax) : left_(edges) {}
  bool Spend(std::int64_t edges) { return (left_ -= edges) > 0; }
  bool Reached() const { return left_ <= 0; }

 private:
  std::int64_t left_;
};

// May a fact that was never readably recorded, behind a taint, give authority? A decision counts it (so it is unknown, never a clean
// yes or no); rows show only what the fold gives.
enum class Unseen : std::uint8_t { kIgnored, kCounted };

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};
template <class Value>
using ByText = std::unordered_map<std::string, Value, TextHash, std::equal_to<>>;  // references stay valid while it grows

class Reading {
 public:
  Reading(history::FactView& view, Interval window, Unseen unseen, const TaintIndex& taints, Work& work)
      : view_(view), window_(window), unseen_(unseen), taints_(taints), work_(work) {}

  const Interval& Window() const { return window_; }
  bool CountsUnseen() const { return unseen_ == Unseen::kCounted; }
  const TaintIndex& Taints() const { return taints_; }
  history::FactView& View() { return view_; }
  bool Meets(const history::IntervalSet& set) const { return set.Meets(window_); }

  // Pieces that overlap the window. References stay valid for the life of the reading.
  const std::vector<history::IdentityPiece>& Identity(std::string_view ref);
  const std::vector<history::GrantPiece>& GrantsOf(std::string_view principal);
  // Those of one grant of it, ascending.
  const std::vector<const history::GrantPiece*>& PiecesOf(std::string_view principal, std::string_view grant);
  const std::vector<history::MembershipPiece>& GroupsOf(std::string_view member);
  const std::vector<history::RolePiece>& Role(std::string_view role);  // never empty: an undefined role has one undefined piece
  const std::vector<history::GrantPiece>& GrantsOfRole(std::string_view role);
  const std::vector<history::GrantPiece>& GrantsAtAnchor(std::string_view anchor);
  const std::vector<history::MembershipPiece>& MembersOf(std::string_view group);

  // Active(ref): unrecorded and tainted stretches are possible, everyone:* always is. An identity without pieces is unrecorded.
  const history::TimeSet& Active(std::string_view ref);
  // Of the identity plane; kForever while nothing is recorded.
  EffectiveTime IdentityHorizon();
  // When a permissions boundary is set, so that what the identity itself is allowed is only possible.
  history::IntervalSet Boundary(std::string_view ref);
  // A grant's or membership's own life, doubted where its key (principal, member) is tainted.
  history::TimeSet Live(const history::GrantPiece& grant) const;
  history::TimeSet Live(const history::MembershipPiece& membership) const;
  const history::IntervalSet& Doubtful(Topic plane, std::string_view key) const { return taints_.Doubtful(plane, key); }

  // Identities in V whose reference begins with `prefix`, in byte order, until `each` returns false.
  void EachIdentity(std::string_view prefix, const std::function<bool(const std::string&)>& each);
  bool IsIdentity(std::string_view ref);
  bool CanBeAssumed(const std::string& ref);  // see FactView
  void EachRole(const std::function<bool(const std::string&)>& each);

  bool Spend(std::int64_t edges) { return work_.Spend(edges) && !fault_; }
  bool LimitReached() const { return work_.Reached(); }
  const std::optional<Error>& Fault() const { return fault_; }
  void Keep(const Error& fault) {
    if (!fault_) fault_ = fault;
  }

 private:
  template <class Piece, class Read>
  const std::vector<Piece>& Remember(ByText<std::vector<Piece>>& memo, std::string_view key, Read read);

  history::FactView& view_;
  Interval window_;
  Unseen unseen_;
  const TaintIndex& taints_;
  Work& work_;
  std::optional<Error> fault_;
  OptionalTime identity_horizon_;
  ByText<std::vector<history::IdentityPiece>> identities_;
  ByText<std::vector<history::GrantPiece>> grants_, role_grants_, anchored_;
  ByText<ByText<std::vector<const history::GrantPiece*>>> pieces_of_grants_;  // by principal and grant
  ByText<std::vector<history::MembershipPiece>> groups_, members_;
  ByText<std::vector<history::RolePiece>> roles_;
  ByText<history::TimeSet> active_;
  ByText<bool> assumable_;
};

}  // namespace tenure::authority
