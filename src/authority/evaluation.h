#pragma once
// What an identity holds, as sets of time: the closure of its groups, what they are given, and whom it may act as.
//
// Own(x)(asked) = allow \ deny of x, everyone:* and its groups.
// Eff(x)(asked) = Active(x) ∩ (Own(x)(asked) ∪ ⋃ Own(x)(assume, y) ∩ Eff(y)(asked)), the least fixpoint, computed forwards: first
// when x may act as each z (assumption.cc), then the union of what each z holds itself meanwhile.
// All sets are exact inside the reading's window. One object a reading; it remembers what it computed. Not thread safe.
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "authority/permissions.h"
#include "authority/reading.h"
#include "history/interval_set.h"

namespace tenure::authority {

// When a principal's grants reach the identity whose closure this is.
struct Label {
  history::TimeSet allow;  // ∩ memberships ∩ Active(group) on the way
  history::TimeSet deny;   // ∩ memberships alone: a group's own status lifts no restriction
  history::TimeSet reach;  // likewise, but only by ways that count (see Everyone)
  friend bool operator==(const Label&, const Label&) = default;
};
using Closure = std::map<std::string, Label, std::less<>>;

// What is given about one (action, resource).
struct Sides {
  history::TimeSet allow, deny;
  history::IntervalSet paper;  // allowed if every status were active and every retired role still defined
};

// When a grant has an effect at all, whatever the action: the rows of `what`.
struct Effects {
  history::TimeSet allow, deny, unknown;
  history::IntervalSet paper_allow, paper_deny, paper_unknown;
};

// When REF may act as another identity (or is itself).
struct Acting {
  history::TimeSet as;
  history::IntervalSet paper;  // likewise, whatever the statuses
};
using ActingAs = std::map<std::string, Acting, std::less<>>;

// Whether what everyone:* is given counts for an identity, or only what reaches it by a path without everyone:* (denies to everyone
// count either way).
enum class Everyone : std::uint8_t { kCounts, kLeftOut };

class Evaluation {
 public:
  Evaluation(Reading& reading, Everyone everyone) : reading_(reading), everyone_(everyone) {}
  Reading& Read() { return reading_; }

  // closure.cc: ref itself, everyone:*, and all groups that either reaches within the window.
  const Closure& ClosureOf(std::string_view ref);

  // grants.cc: one grant, without the way to it; and what its terms say by themselves (role and permissions, no life or condition).
  Sides OfGrant(const history::GrantPiece& grant, const Asked& asked);
  Sides OfTerms(const history::GrantTerms& terms, const Asked& asked);
  Effects EffectsOf(const history::GrantPiece& grant);
  Effects EffectsOfTerms(const history::GrantTerms& terms);
  // Whether some stretch of the role's life in the window allows `assume`, or may behind a taint.
  bool MayNameAssume(std::string_view role);
  // When a role, without any grant, has permissions about `asked` (scope left aside).
  const Sides& OfRole(std::string_view role, const Asked& asked);
  // When holding a grant of the role means holding the role: defined, perhaps while undefined, not while retired.
  history::TimeSet RoleHeld(std::string_view role);
  // Active(delegator) for a delegated grant, else always.
  history::TimeSet Delegation(const history::GrantPiece& grant);

  // own.cc
  const Sides& Given(std::string_view ref, const Asked& asked);  // of ref and its groups; the boundary is applied
  history::TimeSet Own(std::string_view ref, const Asked& asked);

  // assumption.cc: existing identities, no groups, that ref may be allowed to assume within the window, on paper at least. Sorted.
  const std::vector<std::string>& AssumeTargets(std::string_view ref);
  ActingAs WhomItActsAs(std::string_view ref);
  history::TimeSet Effective(std::string_view ref, const Asked& asked);
  // When it would be allowed (denies aside) if every status were active and every retired role still defined.
  history::IntervalSet OnPaper(std::string_view ref, const Asked& asked);

 private:
  // One step of assume targets, over the pattern and scope of one permission.
  void CollectTargets(const std::vector<Permission>& permissions, const std::string& scope, std::vector<std::string>& out);
  // When behind a taint ref may be allowed to assume anybody.
  history::IntervalSet UnseenAssume(std::string_view ref);
  std::vector<std::string> FindAssumeTargets(std::string_view ref);

  Reading& reading_;
  Everyone everyone_;
  bool anybody_ = false;  // identities with an unseen `assume` get every identity as a target
  ByText<Closure> closures_;
  std::map<std::string, std::map<Asked, Sides>, std::less<>> roles_, given_;
  ByText<std::vector<std::string>> targets_;
  ByText<Effects> role_effects_;
  ByText<bool> name_assume_;
};

}  // namespace tenure::authority
