#pragma once
// Downwards from what is granted to those who hold it: the other direction of evaluation.h, for questions about everybody.
//
// Grants that give something are found by role (over all roles) and by anchor (inline), seed labels of time at their grantees, and
// flow down through members to a fixpoint, allow and deny apart. everyone:* is a holder of its own and flows no further.
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "authority/evaluation.h"

namespace tenure::authority {

using HolderSets = std::map<std::string, history::TimeSet, std::less<>>;

class Holders {
 public:
  // REQUIRED: an evaluation that leaves everyone:* out. Denies that a taint may hide are counted if its reading counts what is unseen;
  // allows that one may hide never are.
  explicit Holders(Evaluation& evaluation) : evaluation_(evaluation), reading_(evaluation.Read()) {}

  // Eff for every identity that holds by a path without everyone:*, and for everyone:* itself; no groups. What `may` misses inside the
  // window is left out.
  HolderSets OfAuthority(const Asked& asked);
  HolderSets OfRole(const std::string& role);
  // Members of a group, transitively; not by assumption.
  HolderSets OfMembership(const std::string& group);

  // Before assumption and before Active: allow \ deny of each identity and everyone:*, and of groups if asked for.
  HolderSets Own(const Asked& asked);
  // Grantees (groups included) to whom a live grant gives it directly.
  HolderSets Grantees(const Asked& asked);

 private:
  struct Seeds {
    HolderSets allow, deny;
  };
  Seeds SeedsOf(const Asked& asked);
  void SeedFrom(const std::vector<history::GrantPiece>& grants, const Asked& asked, Seeds& seeds);
  HolderSets Descend(HolderSets labels, bool through_active_groups);
  HolderSets WithBoundary(HolderSets allow);
  HolderSets WithAssumption(const HolderSets& own);
  const std::vector<std::string>& Roles();
  // Those that can say anything about assuming this identity, and maybe others; in order.
  std::vector<std::size_t> RolesAboutAssuming(std::string_view identity);
  bool MayAnyoneAssume(const std::string& holder);

  Evaluation& evaluation_;
  Reading& reading_;
  std::vector<std::string> roles_;
  bool roles_read_ = false;
  std::optional<ByText<std::vector<std::size_t>>> roles_by_anchor_;  // of their patterns; those in doubt under ""
};

}  // namespace tenure::authority
