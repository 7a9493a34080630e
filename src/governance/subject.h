#pragma once
// All that rules ask of one subject: its facts over all of time, put together with roles and the policy's words.
//
// Sets here are the fold's, doubts aside; Doubt says where they are doubted. Made once a subject, read by every rule. Not thread safe.
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "authority/taints.h"
#include "governance/actor.h"
#include "governance/durations.h"
#include "governance/policy.h"
#include "history/facts.h"

namespace tenure::governance {

// What stands around all subjects, read as it is asked for and remembered. `view`, `policy` and `taints` outlive it.
class Surroundings {
 public:
  Surroundings(history::FactView& view, const Policy& policy, const authority::TaintIndex& taints, ActorOf actor_of = {})
      : view_(view), policy_(policy), taints_(taints), actor_of_(std::move(actor_of)) {}

  history::FactView& View() { return view_; }
  const Policy& Rules() const { return policy_; }
  const authority::TaintIndex& Taints() const { return taints_; }

  Result<const std::vector<history::RolePiece>*> Role(const std::string& role);
  // When the identity's status is `retired`, a stretch an incarnation.
  Result<const std::vector<Interval>*> Retired(const std::string& identity);
  // When it has been so for a duration, within one incarnation.
  Result<IntervalSet> RetiredFor(const std::string& identity, std::int64_t us);
  // When the first grant of kind jit of the role was first live.
  Result<OptionalTime> FirstJit(const std::string& role);
  Result<OptionalTime> UsageBegins() { return view_.Horizon(Topic::kUsage); }

  // Of an event that was made at the position, as a reference.
  Result<std::string> ActorAt(const Position& position);

  bool IsPerson(std::string_view ref) const;
  bool IsMachine(std::string_view ref) const;
  bool IsOutsider(std::string_view ref) const;

 private:
  history::FactView& view_;
  const Policy& policy_;
  const authority::TaintIndex& taints_;
  ActorOf actor_of_;
  std::unordered_map<std::string, std::vector<history::RolePiece>> roles_;
  std::unordered_map<std::string, std::vector<Interval>> retired_;
  std::unordered_map<std::string, OptionalTime> first_jit_;
};

// A stretch in which a grant is live with one set of terms, and its role, if it has one, is in one state.
struct Segment {
  Interval span;
  const history::GrantPiece* piece;
  bool undefined = false;                 // the role is
  std::vector<const Permission*> allows;  // in force
  bool Gives() const { return undefined || !allows.empty(); }
};

// One grant, over all its pieces.
struct Grant {
  std::string id;
  std::vector<const history::GrantPiece*> pieces;  // ascending
  std::vector<Segment> segments;
  IntervalSet live, given;
};

// Stretches of time are those of one being: what is counted in one incarnation says nothing in another.
struct Subject {
  std::string ref;
  std::vector<Interval> lives{Interval{}};  // of each incarnation in it
  std::vector<std::size_t> life_of;         // of each event
  bool person = false, machine = false, group = false, outsider = false, everyone = false;
  std::vector<history::IdentityPiece> life;       // empty for everyone:*
  IntervalSet retired, here, active, registered;  // registered: and not retired
  std::vector<history::GrantPiece> grant_pieces;
  std::vector<history::MembershipPiece> memberships;
  std::vector<history::CredentialPiece> credentials;
  std::vector<Grant> grants;
  std::vector<history::OwnEvent> events;
  std::vector<history::OwnEvent> uses_via;
  IntervalSet doubtful;  // a taint of any plane

  template <class E>
  std::vector<std::pair<const history::OwnEvent*, const E*>> All() const {
    std::vector<std::pair<const history::OwnEvent*, const E*>> out;
    for (const auto& event : events)
      if (const auto* e = std::get_if<E>(&event.payload)) out.push_back({&event, e});
    return out;
  }
  // The event at that position, if it is one of `events`.
  const history::OwnEvent* At(const Position& position) const;
  const GrantIssued* IssueOf(const history::GrantPiece& piece) const;

  std::vector<const history::OwnEvent*> by_position;
  // Approvals by the grant and by the request that they name, and decisions of reviews by the grant.
  std::unordered_map<std::string, std::vector<const history::OwnEvent*>> approvals_of_grant, approvals_of_request,
      reviews_of_grant;
};

// In all its incarnations.
Result<Subject> ReadSubject(Surroundings& around, const std::string& ref);
// What belongs to one of its incarnations; and the uses by others that can say anything about it.
struct LifeParts {
  std::vector<const history::IdentityPiece*> life;
  std::vector<const history::GrantPiece*> grant_pieces;
  std::vector<const history::MembershipPiece*> memberships;
  std::vector<const history::CredentialPiece*> credentials;
  std::vector<const history::OwnEvent*> events, uses_via;
};
// Of each, in one pass over the subject, which outlives them.
std::vector<LifeParts> PartsOfLives(const Policy& policy, const Subject& whole);
// One of them by itself; REQUIRED: there are several.
Result<Subject> LifeOf(Surroundings& around, const Subject& whole, const LifeParts& parts, std::size_t life);
// When each term of a grant stands, live or not, and the role that it names.
std::vector<std::pair<Interval, std::string>> TermsOf(const Subject& subject, const std::string& grant);

// Of the terms at a segment.
bool IsPrivileged(const Policy& policy, const Segment& segment);
// An allowed use that the permission, or anything that the segment's terms give, covers.
bool Covers(const Permission& permission, std::string_view scope, const AccessUsed& use);
bool Covers(const Segment& segment, const AccessUsed& use);

}  // namespace tenure::governance
