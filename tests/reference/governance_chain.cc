// The life of an authority, step by step, and what is missing in it.
#include <algorithm>
#include <tuple>

#include "reference/findings.h"
#include "reference/governance.h"
#include "reference/pattern.h"

namespace tenure::reference {
namespace {

// One grant's life, in the existence of its principal at `moment`, told up to `until`.
class Life {
 public:
  Life(const View& view, std::string ref, const AuthorityKey& key, EffectiveTime moment, EffectiveTime until)
      : view_(view),
        ref_(std::move(ref)),
        key_(key),
        until_(until),
        incarnation_(view.IncarnationOf(key.granted_to, moment)),
        terms_(*view.Terms(key.granted_to, key.grant, moment)) {}

  Chain Told() const {
    Chain chain{key_, {}, {}};
    for (auto& some : {Requests(), Decisions(), Issues(), Uses(), Reviews(), Exceptions(), Endings()})
      chain.steps.insert(chain.steps.end(), some.begin(), some.end());
    std::stable_sort(chain.steps.begin(), chain.steps.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
    chain.gaps = Gaps();
    return chain;
  }

 private:
  // Said of this existence of the one who has it, by then.
  bool Counts(const Fact& fact) const { return fact.moment.time <= until_ && incarnation_.Holds(fact.moment); }
  static Position At(const Fact& fact) { return fact.moment.order.position; }
  static std::string Actor(const Fact& fact) { return fact.event->authid; }

  std::vector<ChainStep> Requests() const {
    std::vector<ChainStep> steps;
    for (const Fact& fact : view_.Record().facts)
      if (auto* d = fact.As<GrantRequested>();
          d && Counts(fact) && d->principal == key_.granted_to && !terms_.request.empty() && d->request == terms_.request)
        steps.push_back({fact.moment.time, "request", "requested", Actor(fact), d->justification, 1, {}, {At(fact)}});
    return steps;
  }

  template <class D>
  bool IsAboutIt(const Fact& fact, const D* d) const {
    return d && Counts(fact) && d->principal == key_.granted_to &&
           (d->grant == key_.grant || (!terms_.request.empty() && d->request == terms_.request));
  }
  std::vector<ChainStep> Decisions() const {
    std::vector<ChainStep> steps;
    for (const Fact& fact : view_.Record().facts) {
      if (auto* d = fact.As<GrantApproved>(); IsAboutIt(fact, d))
        steps.push_back({fact.moment.time, "decision", "approved", d->approver, d->reason, 1, {}, {At(fact)}});
      if (auto* d = fact.As<GrantDenied>(); IsAboutIt(fact, d))
        steps.push_back({fact.moment.time, "decision", "denied", d->approver, d->reason, 1, {}, {At(fact)}});
    }
    return steps;
  }

  std::vector<ChainStep> Issues() const {
    std::vector<ChainStep> steps;
    for (const Fact& fact : view_.Record().facts) {
      auto* d = fact.As<GrantIssued>();
      if (!d || !Counts(fact) || d->principal != key_.granted_to || d->grant != key_.grant) continue;
      const bool first = steps.empty();
      steps.push_back({fact.moment.time,
                       first ? "issue" : "change",
                       first ? "issued" : "changed",
                       Actor(fact),
                       d->kind + " of " + (d->role.empty() ? "permissions of its own" : d->role) + " on " + d->scope +
                           (d->justification.empty() ? "" : ": " + d->justification),
                       1,
                       {},
                       {At(fact)}});
    }
    return steps;
  }

  bool CoveredThen(const AccessUsed& use, EffectiveTime t) const {
    const GrantIssued* terms = view_.Terms(key_.granted_to, key_.grant, t);
    if (view_.IncarnationOf(key_.granted_to, t).number != incarnation_.number ||
        !GrantLive(view_, key_.granted_to, key_.grant, t))
      return false;
    const RoleRegister role = terms->role.empty() ? RoleRegister{} : view_.RoleAt(terms->role, t);
    if (!terms->role.empty() && role.state == RoleRegister::State::kRetired) return false;
    if (!use.resource.empty() && !ScopeCovers(terms->scope, use.resource)) return false;
    if (!terms->role.empty() && role.state == RoleRegister::State::kUndefined) return use.action != "assume";
    const auto& permissions = terms->role.empty() ? terms->permissions : *role.permissions;
    return std::any_of(permissions.begin(), permissions.end(), [&](const Permission& p) {
      return p.effect == Effect::kAllow && ActionsCover(p, use.action) &&
             (use.resource.empty() || ResourcesCover(p, use.resource));
    });
  }
  std::vector<ChainStep> Uses() const {
    ChainStep all{{}, "use", "used", ref_, "", 0, {}, {}};
    for (const Fact& fact : view_.Record().facts) {
      auto* d = fact.As<AccessUsed>();
      if (!d || fact.moment.time > until_ || d->outcome != Outcome::kAllowed) continue;
      if (d->identity != ref_ && std::find(d->via.begin(), d->via.end(), ref_) == d->via.end()) continue;
      if (!CoveredThen(*d, fact.moment.time)) continue;
      if (all.count == 0) all.at = fact.moment.time;
      if (all.count == 0) all.evidence = {At(fact)};
      all.count += d->count, all.until = fact.moment.time;
      if (all.evidence.front() != At(fact)) all.evidence = {all.evidence.front(), At(fact)};
    }
    return all.count == 0 ? std::vector<ChainStep>{} : std::vector{all};
  }

  std::vector<ChainStep> Reviews() const {
    std::vector<ChainStep> steps;
    for (const Fact& fact : view_.Record().facts)
      if (auto* d = fact.As<ReviewDecided>();
          d && fact.moment.time <= until_ && d->principal == key_.granted_to && d->grant == key_.grant)
        steps.push_back({fact.moment.time,
                         "review",
                         d->decision,
                         d->reviewer,
                         d->review + (d->reason.empty() ? "" : ": " + d->reason),
                         1,
                         {},
                         {At(fact)}});
    return steps;
  }

  // Each stretch in which one is live: granted again it says what it was last said to be, revoked it ends.
  std::vector<ChainStep> Exceptions() const {
    std::vector<ChainStep> steps;
    const auto& facts = view_.Record().facts;
    for (const Fact& fact : facts) {
      auto* d = fact.As<ExceptionGranted>();
      if (!d || (d->subject != ref_ && d->subject != key_.granted_to) || fact.moment.time > until_) continue;
      EffectiveTime end = d->expires_at;
      for (const Fact& later : facts)
        if (fact.moment < later.moment && (Is<ExceptionGranted>(later, *d) || Is<ExceptionRevoked>(later, *d)))
          end = std::min(end, later.moment.time);
      if (fact.moment.time < end)
        steps.push_back({fact.moment.time,
                         "exception",
                         "excused",
                         d->approver,
                         d->rule + " of " + d->subject + ": " + d->reason,
                         1,
                         end,
                         {At(fact)}});
    }
    return steps;
  }
  template <class D>
  static bool Is(const Fact& fact, const ExceptionGranted& exception) {
    auto* d = fact.As<D>();
    return d && d->exception == exception.exception && d->subject == exception.subject;
  }

  // Of the last stretch that began by then; its end may be still to come.
  std::vector<ChainStep> Endings() const {
    std::vector<ChainStep> steps;
    const auto live = Stretches(view_, [&](EffectiveTime t) {
      return view_.IncarnationOf(key_.granted_to, t).number == incarnation_.number &&
             GrantLive(view_, key_.granted_to, key_.grant, t);
    });
    for (const Interval& stretch : live) {
      if (stretch.from > until_) continue;
      steps.clear();
      if (stretch.until == kForever) continue;
      const Ending ending = EndOfGrant(view_, key_.granted_to, key_.grant, stretch.until);
      ChainStep step{stretch.until, "end", ending.what, "", "", 1, {}, {}};
      if (ending.by) step.by = Actor(*ending.by), step.evidence = {At(*ending.by)};
      else step.evidence = {IssuedBy(view_.Terms(key_.granted_to, key_.grant, {stretch.until.us - 1}))};
      steps.push_back(step);
    }
    return steps;
  }
  Position IssuedBy(const GrantIssued* terms) const {
    for (const Fact& fact : view_.Record().facts)
      if (fact.As<GrantIssued>() == terms) return At(fact);
    return {};
  }

  // --- what is missing
  // On the role or on the scope, whichever is better; of permissions of its own there is the scope alone.
  Tri MayApprove(const std::string& approver, EffectiveTime t) const {
    Tri may = view_.Check(approver, "grant:Approve", terms_.scope, t);
    if (!terms_.role.empty()) may = std::max(may, view_.Check(approver, "grant:Approve", terms_.role, t));
    return may;
  }

  void Approvals(std::vector<ChainGap>& gaps) const {
    std::vector<ChainStep> approvals;
    for (const ChainStep& step : Decisions())
      if (step.what == "approved") approvals.push_back(step);
    if (approvals.empty()) {
      gaps.push_back({"no_approval", "", {}});
      return;
    }
    const EffectiveTime issued = Issues().front().at;
    if (std::all_of(approvals.begin(), approvals.end(), [&](const auto& step) { return step.at > issued; }))
      gaps.push_back({"approved_after_issue", "", approvals.front().evidence});
    if (std::all_of(approvals.begin(), approvals.end(), [&](const auto& step) { return step.by == key_.granted_to; }))
      gaps.push_back({"self_approval", "", {}});
    for (const ChainStep& step : approvals) {
      const Tri may = MayApprove(step.by, step.at);
      if (may == Tri::kNo) gaps.push_back({"approver_without_authority", step.by, step.evidence});
      if (may == Tri::kMaybe) gaps.push_back({"approver_authority_unknown", step.by, step.evidence});
    }
  }

  std::vector<ChainGap> Gaps() const {
    std::vector<ChainGap> gaps;
    if (Requests().empty()) gaps.push_back({"no_request", "", {}});
    Approvals(gaps);
    if (Uses().empty()) gaps.push_back({"never_used", "", {}});
    if (Reviews().empty()) gaps.push_back({"never_reviewed", "", {}});
    const auto owner = view_.RegistersOf(ref_, until_).owner;
    if (owner && view_.StatusOf(*owner, until_) == IdentityStatus::kRetired)
      gaps.push_back({"owner_retired", *owner, {RetirementOf(*owner)}});
    return gaps;
  }
  Position RetirementOf(const std::string& owner) const {
    const Incarnation incarnation = view_.IncarnationOf(owner, until_);
    for (const Fact& fact : view_.Record().facts)
      if (auto* d = fact.As<IdentityRetired>(); d && d->identity == owner && incarnation.Holds(fact.moment)) return At(fact);
    return {};
  }

  const View& view_;
  const std::string ref_;
  const AuthorityKey key_;
  const EffectiveTime until_;
  const Incarnation incarnation_;
  const GrantIssued& terms_;
};

bool Gives(const View& view, const WhyHeldAsked& asked, const AuthorityKey& key, EffectiveTime t) {
  if (key.effect == RowEffect::kDeny) return false;
  const GrantIssued& terms = *view.Terms(key.granted_to, key.grant, t);
  if (!asked.role.empty()) return terms.role == asked.role;
  return TermsAllow(view, terms, asked.action, asked.resource, t);
}

}  // namespace

// A row of `what`, on paper too, that gives it at T, or at some moment of the window; told of the last such moment.
std::vector<Chain> WhyHeld(const View& view, const WhyHeldAsked& asked, const tenure::When& when) {
  std::vector<EffectiveTime> moments;
  if (when.as_of) moments = {*when.as_of};
  if (when.during) {
    moments = {when.during->from};
    for (EffectiveTime t : view.Breakpoints())
      if (when.during->Contains(t)) moments.push_back(t);
  }
  std::map<AuthorityKey, EffectiveTime> rows;
  for (EffectiveTime t : moments)
    for (const AuthorityRow& row : view.What(asked.ref, t))
      if (Gives(view, asked, row.key, t)) rows[row.key] = t;
  std::vector<Chain> chains;
  for (const auto& [key, t] : rows) chains.push_back(Life(view, asked.ref, key, t, UntilOf(when)).Told());
  std::sort(chains.begin(), chains.end(), [](const Chain& a, const Chain& b) {
    return std::tie(a.key.grant, a.key.effect, a.key.granted_to) < std::tie(b.key.grant, b.key.effect, b.key.granted_to);
  });
  return chains;
}

}  // namespace tenure::reference
