// What no event tells: beginnings and ends by terms, gaps in the evidence, revokes that ended nothing, missing approvals.
#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "authority/cause.h"
#include "authority/story.h"
#include "event/clock.h"
#include "event/reference.h"

namespace tenure::authority {
namespace {

using history::EventState;
using history::GrantPiece;
using history::IdentityStatus;
using history::MembershipPiece;
using history::StoryItem;

auto MomentOf(const StoryItem& item) { return std::tuple(item.meta.time, item.meta.recorded, item.meta.position); }

// The payload of an event in force; nullptr for any other.
template <class E>
const E* InForce(const StoryItem& item) {
  return item.state == EventState::kInForce ? std::get_if<E>(&item.payload) : nullptr;
}

// In which existence of ref each event falls: how many registrations after a retirement came before it. `story` is in order.
std::vector<int> ExistencesIn(const std::vector<StoryItem>& story, std::string_view ref) {
  std::vector<int> existences;
  int existence = 1;
  bool retired = false;
  for (const auto& item : story) {
    if (const auto* retirement = InForce<IdentityRetired>(item); retirement && retirement->identity == ref) retired = true;
    if (const auto* registration = InForce<IdentityRegistered>(item); registration && registration->identity == ref) {
      existence += retired ? 1 : 0;
      retired = false;
    }
    existences.push_back(existence);
  }
  return existences;
}

class Deriving {
 public:
  Deriving(Reading& reading, std::string_view ref, const std::vector<StoryItem>& story)
      : reading_(reading), ref_(ref), story_(story), existences_(ExistencesIn(story, ref)) {}

  std::vector<Derived> All() {
    const bool role = event::TypeOf(ref_) == "role";
    const auto& grants = role ? reading_.GrantsOfRole(ref_) : reading_.GrantsOf(ref_);
    AddGrantEnds(grants);
    if (!role) {
      AddMembershipEnds(reading_.GroupsOf(ref_));
      if (event::IsGroup(ref_)) AddMembershipEnds(reading_.MembersOf(ref_));
      AddIdentityExpiry();
      AddCredentialEnds();
      AddIdleRevokes(grants);
    }
    AddEmptyWindows();
    AddUnapproved();
    return std::move(out_);
  }

 private:
  void Add(EffectiveTime time, std::string change, const std::string& ref, const Position& evidence) {
    out_.push_back({time, std::move(change), ref, evidence});
  }
  const StoryItem* ItemAt(const Position& position) const {
    const auto it =
        std::find_if(story_.begin(), story_.end(), [&](const StoryItem& item) { return item.meta.position == position; });
    return it == story_.end() ? nullptr : &*it;
  }
  template <class E, class Is>
  const StoryItem* Some(Is is) const {
    const auto it = std::find_if(story_.begin(), story_.end(), [&](const StoryItem& item) {
      const E* e = InForce<E>(item);
      return e != nullptr && is(item, *e);
    });
    return it == story_.end() ? nullptr : &*it;
  }

  // What ended or began by its own terms, or with somebody's end.
  void AddGrantEnds(const std::vector<GrantPiece>& grants) {
    for (const auto& grant : grants) {
      const std::string name = NameOf(grant);
      if (grant.terms.not_before == grant.live.from) Add(grant.live.from, name + " began", grant.principal, grant.issued);
      if (grant.ended_how == "expired") Add(grant.live.until, name + " expired", grant.principal, grant.issued);
      if (grant.ended_how == "retired" && !grant.terms.expires_at)
        Add(grant.live.until,
            fmt::format("evidence gap: {} ended by the retirement of {}, no revoke recorded before it", name, grant.principal),
            grant.principal, grant.issued);
      if (grant.ended_how == "reincarnated" || grant.ended_how == "role_reincarnated")
        Add(grant.live.until,
            fmt::format("{} ended: {} began anew", name, grant.ended_how == "reincarnated" ? grant.principal : grant.terms.role),
            grant.principal, grant.issued);
    }
  }

  void AddMembershipEnds(const std::vector<MembershipPiece>& memberships) {
    for (const auto& m : memberships) {
      const std::string name = fmt::format("membership of {} in {}", m.member, m.group);
      if (m.ended_how == "expired") Add(m.live.until, name + " expired", m.member, m.added);
      if (m.ended_how == "reincarnated") Add(m.live.until, name + " ended: one of them began anew", m.member, m.added);
      if (m.ended_how != "retired") continue;
      const StoryItem* added = ItemAt(m.added);
      const auto* terms = added ? std::get_if<MembershipAdded>(&added->payload) : nullptr;
      if (terms == nullptr || !terms->expires_at)
        Add(m.live.until, "evidence gap: " + name + " ended by a retirement, no removal recorded before it", m.member, m.added);
    }
  }

  // At its time, or at once where the time was set into the past.
  void AddIdentityExpiry() {
    const history::IdentityPiece* before = nullptr;
    for (const auto& piece : reading_.Identity(ref_)) {
      if (piece.status == IdentityStatus::kExpired && !piece.causes.empty() &&
          (before == nullptr || before->status != IdentityStatus::kExpired))
        Add(piece.span.from, ref_ + " expired", ref_, piece.causes.back());
      before = &piece;
    }
  }

  void AddCredentialEnds() {
    auto pieces = reading_.View().Credentials(ref_, reading_.Window());
    if (!pieces) return reading_.Keep(pieces.error());
    const history::CredentialPiece* before = nullptr;
    for (const auto& piece : *pieces) {
      const bool same = before != nullptr && before->credential == piece.credential;
      const bool was_live = same && before->live, ended = was_live || !same;
      if (!piece.live && !piece.causes.empty() && ended) {
        if (piece.expires_at && *piece.expires_at <= piece.span.from && !EndedAt(piece))
          Add(piece.span.from, fmt::format("credential {} expired", piece.credential), ref_, piece.causes.front());
        else if (was_live && !before->expires_at && RetiredAt(piece.span.from) && !EndedAt(piece))
          Add(piece.span.from,
              fmt::format("evidence gap: credential {} ended by the retirement of {}, no revoke recorded before it",
                          piece.credential, ref_),
              ref_, before->causes.empty() ? piece.causes.front() : before->causes.front());
      }
      before = &piece;
    }
  }
  bool RetiredAt(EffectiveTime t) const {
    return Some<IdentityRetired>(
        [&](const StoryItem& item, const IdentityRetired& e) { return item.meta.time == t && e.identity == ref_ && e.ends_all; });
  }
  bool EndedAt(const history::CredentialPiece& piece) const {
    const auto at = [&](const StoryItem& item, const auto& e) {
      return item.meta.time == piece.span.from && e.identity == ref_ && e.credential == piece.credential;
    };
    return Some<CredentialRevoked>(at) || Some<CredentialRotated>(at);
  }

  // A revoke by id holds whatever its time: what it came before is never live. One that ended nothing is told.
  void AddIdleRevokes(const std::vector<GrantPiece>& grants) {
    for (const auto& item : story_) {
      const auto* revoke = InForce<GrantRevoked>(item);
      if (revoke == nullptr || revoke->principal != ref_) continue;
      if (std::any_of(grants.begin(), grants.end(), [&](const GrantPiece& g) { return g.ended_by == item.meta.position; }))
        continue;
      if (EndedBeforeItBegan(item, *revoke)) continue;
      const bool forestalls = !revoke->grant.empty() && Some<GrantIssued>([&](const StoryItem& other, const GrantIssued& issue) {
        return issue.principal == ref_ && issue.grant == revoke->grant && MomentOf(item) < MomentOf(other) &&
               SameExistence(item, other);
      });
      Add(item.meta.time,
          forestalls ? fmt::format("revoke before its issue: grant {} is never live after it", revoke->grant)
                     : std::string(kEndedNothing),
          ref_, item.meta.position);
    }
  }
  std::size_t IndexOf(const StoryItem& item) const { return static_cast<std::size_t>(&item - story_.data()); }
  // REQUIRED: both are items of the story.
  bool SameExistence(const StoryItem& a, const StoryItem& b) const { return existences_[IndexOf(a)] == existences_[IndexOf(b)]; }
  // The grant was issued, was not live yet, and never will be.
  bool EndedBeforeItBegan(const StoryItem& revoked, const GrantRevoked& revoke) const {
    const EffectiveTime at = revoked.meta.time;
    return Some<GrantIssued>([&](const StoryItem& item, const GrantIssued& issue) {
      if (issue.principal != ref_ || MomentOf(revoked) < MomentOf(item) || !SameExistence(revoked, item)) return false;
      const bool named = revoke.grant.empty() ? issue.role == revoke.role && (!revoke.scope || *revoke.scope == issue.scope)
                                              : issue.grant == revoke.grant;
      const EffectiveTime begin = std::max(item.meta.time, issue.not_before.value_or(item.meta.time));
      return named && at <= begin && (!issue.expires_at || begin < *issue.expires_at);
    });
  }

  // An empty window is legal, and never live.
  void AddEmptyWindows() {
    for (const auto& item : story_) {
      const auto* issue = InForce<GrantIssued>(item);
      if (issue == nullptr || !issue->expires_at) continue;
      if (*issue->expires_at <= std::max(item.meta.time, issue->not_before.value_or(item.meta.time)))
        Add(item.meta.time, fmt::format("grant {} is not live by these terms: they end before they begin", issue->grant),
            issue->principal, item.meta.position);
    }
  }

  // [issue, approval): only where a request was named or an approval came later; many systems know no approvals at all.
  void AddUnapproved() {
    for (const auto& item : story_) {
      const auto* issue = InForce<GrantIssued>(item);
      if (issue == nullptr || issue->principal != ref_) continue;  // approvals are in the principal's story
      const OptionalTime approved = ApprovedAt(item, *issue);
      if ((approved && *approved <= item.meta.time) || (!approved && issue->request.empty())) continue;
      const std::string until = approved ? "until " + event::FormatTime(approved->us) : "to this day";
      Add(item.meta.time, fmt::format("grant {} unapproved {}", issue->grant, until), issue->principal, item.meta.position);
    }
  }
  // What was approved in one existence says nothing in another.
  OptionalTime ApprovedAt(const StoryItem& issued, const GrantIssued& issue) const {
    OptionalTime approved;
    for (const auto& item : story_) {
      const auto* approval = InForce<GrantApproved>(item);
      if (approval == nullptr || approval->principal != issue.principal) continue;
      const bool same = (!approval->grant.empty() && approval->grant == issue.grant) ||
                        (!approval->request.empty() && approval->request == issue.request);
      if (!same || !SameExistence(item, issued)) continue;
      if (!approved || item.meta.time < *approved) approved = item.meta.time;
    }
    return approved;
  }

  Reading& reading_;
  const std::string ref_;
  const std::vector<StoryItem>& story_;
  const std::vector<int> existences_;  // of each item of the story
  std::vector<Derived> out_;
};

}  // namespace

std::vector<Derived> DerivedFrom(Reading& reading, std::string_view ref, const std::vector<StoryItem>& story) {
  return Deriving(reading, ref, story).All();
}

}  // namespace tenure::authority
