#pragma once
// What somebody holds, and held: grants, memberships and credentials, on paper, whatever anybody's status. Errors are those of the view.
//
// A stretch of time belongs to one existence of the principal, and of the group: what a namesake holds is another's.
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "history/facts.h"
#include "history/moment.h"

namespace tenure::governance {

struct HoldingId {
  std::string principal;
  std::string kind;  // grant, group, credential
  std::string id;
  friend auto operator<=>(const HoldingId&, const HoldingId&) = default;
};
struct Holding {
  HoldingId of;
  std::string role, scope;  // of a grant
  EffectiveTime since;      // when it began to hold, without a break
  Position given_by;        // the last event that gave it
};

// What ended a holding, or gave it anew, and when. No event: it expired.
struct Sequel {
  EffectiveTime at;
  std::optional<Position> by;
};

// One principal over all of time. Reads each part of its record once, when it is asked for. Not thread safe.
class Holder {
 public:
  // `view` outlives it.
  Holder(history::FactView& view, std::string principal) : view_(view), principal_(std::move(principal)) {}

  const std::string& Principal() const { return principal_; }
  // In order of kind and id; and grants alone.
  Result<std::vector<Holding>> At(EffectiveTime t);
  Result<std::vector<Holding>> GrantsAt(EffectiveTime t);

  // The existence that there was at `being`: held at t; when it ended last, at or before t, nothing if it never was held by then.
  Result<bool> Holds(const HoldingId& of, EffectiveTime being, EffectiveTime t);
  Result<std::optional<Sequel>> EndBy(const HoldingId& of, EffectiveTime being, EffectiveTime t);
  // The first event of [from, t] that gave it, but for the one of the holding itself.
  Result<std::optional<Sequel>> GivenWithin(const Holding& holding, EffectiveTime being, EffectiveTime from, EffectiveTime t);

 private:
  // A stretch with one set of terms.
  struct Part {
    Interval span;
    Position given_by;
    std::optional<Position> ended_by;
    std::string role, scope;
    bool ended_with_life = false;  // a credential's, by its holder's next registration
  };
  using Parts = std::map<std::string, std::vector<Part>>;  // by id, ascending
  struct Stretch {
    Interval span;
    const Part* last;
  };
  using Begins = std::vector<history::Moment>;  // of each incarnation but the first

  Result<const Parts*> PartsOf(const std::string& kind);
  Status AddAt(const std::string& kind, EffectiveTime t, std::vector<Holding>& out);
  Status ReadGrants(Parts& parts);
  Status ReadGroups(Parts& parts);
  Status ReadCredentials(Parts& parts);
  // Which incarnation of somebody it is.
  Result<std::int32_t> Existence(const std::string& ref, EffectiveTime t);
  Result<bool> SameExistence(const HoldingId& of, EffectiveTime a, EffectiveTime b);
  // Parts that follow on each other, in the existence of `being`.
  Result<std::vector<Stretch>> StretchesOf(const HoldingId& of, EffectiveTime being);
  Result<const std::vector<history::OwnEvent>*> EventsOf(const std::string& ref);
  Result<const Begins*> BeginsOf(const std::string& ref);
  // Said in the existence that there was at `being`.
  Result<bool> SaidOf(const std::string& ref, EffectiveTime being, const history::Moment& moment);
  Result<std::optional<Position>> CredentialEndedBy(const history::CredentialPiece& live, const history::CredentialPiece& after);
  Result<std::optional<Position>> EndedWithLife(const HoldingId& of, EffectiveTime at);

  history::FactView& view_;
  const std::string principal_;
  std::map<std::string, Parts> parts_;  // by kind
  std::map<std::string, std::vector<history::IdentityPiece>> lives_;
  std::map<std::string, Begins> begins_;
  std::map<std::string, std::vector<history::OwnEvent>> events_;
};

// In order. A scope with a role or a resource holds grants; one with an owner or with identities all that these hold; one without anything
// all that anybody does. Several parts narrow each other.
Result<std::vector<Holding>> HoldingsIn(history::FactView& view, const ReviewScope& scope, EffectiveTime t);

}  // namespace tenure::governance
