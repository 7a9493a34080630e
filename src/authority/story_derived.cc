// What no event tells: beginnings and ends by terms, gaps in the evidence, revokes that ended nothing, missing approvals.
#include <algorithm>
#include <map>
#include <set>
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
      : reading_(reading), ref_(ref), story_(story), existences_(ExistencesIn(story, ref)) {
    for (const auto& item : story_) Index(item);
  }

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
  using Items = std::vector<const StoryItem*>;

  // Stories are long: what is looked for once an item is found by name.
  void Index(const StoryItem& item) {
    at_.emplace(item.meta.position, &item);
    if (const auto* issue = InForce<GrantIssued>(item); issue && issue->principal == ref_) {
      issues_of_grant_[issue->grant].push_back(&item);
      issues_of_role_[issue->role].push_back(&item);
    }
    if (const auto* approval = InForce<GrantApproved>(item)) {
      if (!approval->grant.empty()) approvals_of_grant_[approval->grant].push_back(&item);
      if (!approval->request.empty()) approvals_of_request_[approval->request].push_back(&item);
    }
    if (const auto* retirement = InForce<IdentityRetired>(item);
        retirement && retirement->identity == ref_ && retirement->ends_all)
      ends_all_.insert({item.meta.time, ExistenceOf(item)});
    if (const auto* issue = InForce<CredentialIssued>(item)) Speaks(issue->identity, issue->credential, item.meta.time);
    if (const auto* revoke = InForce<CredentialRevoked>(item)) Ends(revoke->identity, revoke->credential, item.meta.time);
    if (const auto* rotation = InForce<CredentialRotated>(item)) {
      Ends(rotation->identity, rotation->credential, item.meta.time);
      Speaks(rotation->identity, rotation->replaced_by, item.meta.time);
    }
  }
  void Speaks(const std::string& identity, const std::string& credential, EffectiveTime at) {
    if (identity == ref_) credential_told_.insert({credential, at});
  }
  void Ends(const std::string& identity, const std::string& credential, EffectiveTime at) {
    Speaks(identity, credential, at);
    if (identity == ref_) credential_ended_.insert({credential, at});
  }

  void Add(EffectiveTime time, std::string change, const std::string& ref, const Position& evidence) {
    out_.push_back({DerivedKind::kOther, time, std::move(change), ref, evidence, {}});
  }
  void AddGap(EffectiveTime time, const std::string& change, const std::string& ref, const Position& evidence,
              const std::string& about) {
    out_.push_back({DerivedKind::kEvidenceGap, time, "evidence gap: " + change, ref, evidence, about});
  }
  const StoryItem* ItemAt(const Position& position) const {
    const auto it = at_.find(position);
    return it == at_.end() ? nullptr : it->second;
  }
  static const Items& Named(const std::map<std::string, Items>& index, const std::string& name) {
    static const Items kNone;
    const auto it = name.empty() ? index.end() : index.find(name);
    return it == index.end() ? kNone : it->second;
  }

  // What ended or began by its own terms, or with somebody's end.
  void AddGrantEnds(const std::vector<GrantPiece>& grants) {
    for (const auto& grant : grants) {
      const std::string name = NameOf(grant);
      if (grant.terms.not_before == grant.live.from) Add(grant.live.from, name + " began", grant.principal, grant.issued);
      if (grant.ended_how == "expired") Add(grant.live.until, name + " expired", grant.principal, grant.issued);
      if (grant.ended_how == "retired" && !grant.terms.expires_at)
        AddGap(grant.live.until,
               fmt::format("{} ended by the retirement of {}, no revoke recorded before it", name, grant.principal),
               grant.principal, grant.issued, grant.grant);
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
        AddGap(m.live.until, name + " ended by a retirement, no removal recorded before it", m.member, m.added, m.group);
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
    for (std::size_t i = 0; i < pieces->size(); ++i) {
      const auto& piece = (*pieces)[i];
      const bool first = i == 0 || (*pieces)[i - 1].credential != piece.credential;
      const bool ended = !piece.live && !piece.causes.empty() && (first || (*pieces)[i - 1].live);
      if (ended && piece.expires_at && *piece.expires_at <= piece.span.from && !EndedAt(piece))
        Add(piece.span.from, fmt::format("credential {} expired", piece.credential), ref_, piece.causes.front());
      const bool goes_on = i + 1 < pieces->size() && (*pieces)[i + 1].credential == piece.credential &&
                           (*pieces)[i + 1].span.from == piece.span.until && (*pieces)[i + 1].live;
      if (piece.live && !goes_on && !piece.expires_at && !piece.causes.empty() && RetiredAtItsEnd(piece))
        AddGap(piece.span.until,
               fmt::format("credential {} ended by the retirement of {}, no revoke recorded before it", piece.credential, ref_),
               ref_, piece.causes.front(), piece.credential);
    }
  }
  // In its own existence, and nothing else is told of it at that time.
  bool RetiredAtItsEnd(const history::CredentialPiece& piece) const {
    const StoryItem* cause = ItemAt(piece.causes.front());
    return cause != nullptr && ends_all_.contains({piece.span.until, ExistenceOf(*cause)}) &&
           !credential_told_.contains({piece.credential, piece.span.until});
  }
  // An expiry that an end precedes is none.
  bool EndedAt(const history::CredentialPiece& piece) const {
    return credential_ended_.contains({piece.credential, piece.span.from});
  }

  // A revoke by id holds whatever its time: what it came before is never live. One that ended nothing is told.
  void AddIdleRevokes(const std::vector<GrantPiece>& grants) {
    std::set<Position> ended;
    for (const auto& grant : grants)
      if (grant.ended_by) ended.insert(*grant.ended_by);
    for (const auto& item : story_) {
      const auto* revoke = InForce<GrantRevoked>(item);
      if (revoke == nullptr || revoke->principal != ref_ || ended.contains(item.meta.position)) continue;
      if (EndedBeforeItBegan(item, *revoke)) continue;
      const Items& issues = Named(issues_of_grant_, revoke->grant);
      const bool forestalls = std::any_of(issues.begin(), issues.end(), [&](const StoryItem* issued) {
        return MomentOf(item) < MomentOf(*issued) && SameExistence(item, *issued);
      });
      Add(item.meta.time,
          forestalls ? fmt::format("revoke before its issue: grant {} is never live after it", revoke->grant)
                     : "revoke ended nothing",
          ref_, item.meta.position);
      if (!forestalls) out_.back().kind = DerivedKind::kEndedNothing;
    }
  }
  // REQUIRED: an item of the story.
  int ExistenceOf(const StoryItem& item) const { return existences_[static_cast<std::size_t>(&item - story_.data())]; }
  bool SameExistence(const StoryItem& a, const StoryItem& b) const { return ExistenceOf(a) == ExistenceOf(b); }
  // The grant was issued, was not live yet, and never will be.
  bool EndedBeforeItBegan(const StoryItem& revoked, const GrantRevoked& revoke) const {
    const EffectiveTime at = revoked.meta.time;
    const Items& issues = revoke.grant.empty() ? Named(issues_of_role_, revoke.role) : Named(issues_of_grant_, revoke.grant);
    return std::any_of(issues.begin(), issues.end(), [&](const StoryItem* item) {
      const auto& issue = std::get<GrantIssued>(item->payload);
      if (MomentOf(revoked) < MomentOf(*item) || !SameExistence(revoked, *item)) return false;
      if (revoke.grant.empty() && revoke.scope && *revoke.scope != issue.scope) return false;
      const EffectiveTime begin = std::max(item->meta.time, issue.not_before.value_or(item->meta.time));
      return at <= begin && (!issue.expires_at || begin < *issue.expires_at);
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
    for (const Items* approvals : {&Named(approvals_of_grant_, issue.grant), &Named(approvals_of_request_, issue.request)})
      for (const StoryItem* item : *approvals) {
        if (std::get<GrantApproved>(item->payload).principal != issue.principal || !SameExistence(*item, issued)) continue;
        if (!approved || item->meta.time < *approved) approved = item->meta.time;
      }
    return approved;
  }

  Reading& reading_;
  const std::string ref_;
  const std::vector<StoryItem>& story_;
  const std::vector<int> existences_;  // of each item of the story
  std::map<Position, const StoryItem*> at_;
  std::map<std::string, Items> issues_of_grant_, issues_of_role_;  // to ref
  std::map<std::string, Items> approvals_of_grant_, approvals_of_request_;
  std::set<std::pair<EffectiveTime, int>> ends_all_;                                    // retirements of ref: time, existence
  std::set<std::pair<std::string, EffectiveTime>> credential_told_, credential_ended_;  // of ref
  std::vector<Derived> out_;
};

}  // namespace

std::vector<Derived> DerivedFrom(Reading& reading, std::string_view ref, const std::vector<StoryItem>& story) {
  return Deriving(reading, ref, story).All();
}

}  // namespace tenure::authority
