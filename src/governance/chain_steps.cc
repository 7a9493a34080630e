#include "governance/chain_steps.h"

#include <algorithm>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "authority/decide.h"
#include "event/clock.h"
#include "governance/excuses.h"

namespace tenure::governance {

using history::GrantPiece;
using history::OwnEvent;

namespace {

constexpr std::string_view kApprove = "grant:Approve";

// By time, then in order of record.
bool Before(const OwnEvent& a, const OwnEvent& b) {
  return std::tie(a.time, a.recorded, a.position) < std::tie(b.time, b.recorded, b.position);
}

std::string WithReason(const std::string& text, const std::string& reason) {
  return reason.empty() ? text : text + ": " + reason;
}

}  // namespace

Chains::Chains(history::FactView& view, const Policy& policy, std::string ref, EffectiveTime until,
               authority::EvidenceList& evidence)
    : view_(view),
      taints_(view.Taints()),
      around_(view, policy, taints_),
      ref_(std::move(ref)),
      until_(until),
      evidence_(evidence) {}

Result<Chain> Chains::Of(const GrantPiece& piece) {
  chain_ = {};
  piece_ = &piece;
  auto ground = GroundOf(piece);
  if (!ground) return tl::unexpected(ground.error());
  const GrantIssued* terms = ground->life->IssueOf(piece);
  request_ = terms == nullptr ? "" : terms->request;
  // In this order those of one moment stay.
  for (const auto& part : {&Chains::AddRequests, &Chains::AddDecisions, &Chains::AddIssues, &Chains::AddUses})
    if (auto s = (this->*part)(*ground->life); !s) return tl::unexpected(s.error());
  for (const auto& part : {&Chains::AddReviews, &Chains::AddExceptions})
    if (auto s = (this->*part)(*ground->whole); !s) return tl::unexpected(s.error());
  if (auto s = AddEnd(*ground->life); !s) return tl::unexpected(s.error());
  if (auto s = AddOwner(); !s) return tl::unexpected(s.error());
  std::stable_sort(chain_.steps.begin(), chain_.steps.end(), [](const ChainStep& a, const ChainStep& b) { return a.at < b.at; });
  return std::move(chain_);
}

// --- who it stands on

Result<const Subject*> Chains::SubjectOf(const std::string& ref) {
  const auto it = subjects_.find(ref);
  if (it != subjects_.end()) return it->second.get();
  auto read = ReadSubject(around_, ref);
  if (!read) return tl::unexpected(read.error());
  return subjects_.emplace(ref, std::make_unique<Subject>(std::move(*read))).first->second.get();
}

Result<Chains::Ground> Chains::GroundOf(const GrantPiece& piece) {
  auto subject = SubjectOf(piece.principal);
  if (!subject) return tl::unexpected(subject.error());
  const Subject& whole = **subject;
  const OwnEvent* issue = whole.At(piece.issued);
  if (whole.lives.size() == 1 || issue == nullptr) return Ground{&whole, &whole};
  const std::size_t life = whole.life_of[static_cast<std::size_t>(issue - whole.events.data())];
  auto& known = lives_[{piece.principal, life}];
  if (!known) {
    auto one = LifeOf(around_, whole, life);
    if (!one) return tl::unexpected(one.error());
    known = std::make_unique<Subject>(std::move(*one));
  }
  return Ground{&whole, known.get()};
}

Status Chains::Step(ChainStep step, const std::vector<Position>& positions) {
  auto index = evidence_.Add(positions);
  if (!index) return tl::unexpected(index.error());
  step.evidence = std::move(*index);
  chain_.steps.push_back(std::move(step));
  return {};
}

Status Chains::Gap(std::string gap, std::string text, const std::vector<Position>& positions) {
  auto index = evidence_.Add(positions);
  if (!index) return tl::unexpected(index.error());
  chain_.gaps.push_back({std::move(gap), std::move(text), std::move(*index)});
  return {};
}

Result<std::string> Chains::ActorOf(const Position& position) {
  auto meta = view_.Meta(position);
  if (!meta) return tl::unexpected(meta.error());
  return meta->claimed_actor;
}

// --- how it was asked for and given

Status Chains::AddRequests(const Subject& life) {
  bool asked = false;
  for (const auto& [event, request] : life.All<GrantRequested>()) {
    if (request_.empty() || request->request != request_ || until_ < event->time) continue;
    asked = true;
    auto actor = ActorOf(event->position);
    if (!actor) return tl::unexpected(actor.error());
    if (auto s =
            Step({ChainPart::kRequest, event->time, *actor, "requested", request->justification, 1, {}, {}}, {event->position});
        !s)
      return s;
  }
  if (asked) return {};
  return Gap("no_request", request_.empty() ? "nobody asked for it on record" : "its request " + request_ + " is not on record");
}

Status Chains::AddDecisions(const Subject& life) {
  std::vector<const OwnEvent*> approvals;
  for (const OwnEvent& event : life.events) {
    const auto* yes = std::get_if<GrantApproved>(&event.payload);
    const auto* no = std::get_if<GrantDenied>(&event.payload);
    if ((yes == nullptr && no == nullptr) || until_ < event.time) continue;
    const std::string& grant = yes ? yes->grant : no->grant;
    const std::string& request = yes ? yes->request : no->request;
    if (grant != piece_->grant && (request.empty() || request != request_)) continue;
    if (auto s = Step({ChainPart::kDecision,
                       event.time,
                       yes ? yes->approver : no->approver,
                       yes ? "approved" : "denied",
                       yes ? yes->reason : no->reason,
                       1,
                       {},
                       {}},
                      {event.position});
        !s)
      return s;
    if (yes != nullptr) approvals.push_back(&event);
  }
  for (const auto& [event, issue] : life.All<GrantIssued>())
    if (issue->grant == piece_->grant) {
      issued_ = event->time;
      break;
    }
  return JudgeApprovals(approvals);
}

Status Chains::JudgeApprovals(const std::vector<const OwnEvent*>& approvals) {
  if (approvals.empty()) return Gap("no_approval", "nobody approved it on record");
  const OwnEvent& first = *approvals.front();
  if (issued_ < first.time)
    if (auto s = Gap("approved_after_issue", "approved at " + event::FormatTime(first.time.us) + ", after it was issued",
                     {first.position});
        !s)
      return s;
  const bool by_other = std::any_of(approvals.begin(), approvals.end(), [&](const OwnEvent* approval) {
    return std::get<GrantApproved>(approval->payload).approver != piece_->principal;
  });
  if (!by_other)
    if (auto s = Gap("self_approval", "only its receiver approved it"); !s) return s;
  for (const OwnEvent* approval : approvals)
    if (auto s = JudgeApprover(*approval); !s) return s;
  return {};
}

// On the role or on the scope, whichever is better.
Status Chains::JudgeApprover(const OwnEvent& approval) {
  const std::string& approver = std::get<GrantApproved>(approval.payload).approver;
  Decision best = Decision::kNo;
  for (const std::string& resource : {piece_->terms.role, piece_->terms.scope}) {
    if (resource.empty()) continue;
    auto decided = authority::Decide(view_, approver, kApprove, resource, approval.time);
    if (!decided) return tl::unexpected(decided.error());
    best = std::max(best, *decided);
  }
  if (best == Decision::kYes) return {};
  const bool unknown = best == Decision::kUnknown;
  return Gap(
      unknown ? "approver_authority_unknown" : "approver_without_authority",
      fmt::format("whether {} held {} on the role or the scope then is {}", approver, kApprove, unknown ? "unknown" : "a no"),
      {approval.position});
}

// The first issue gives it, the others change its terms.
Status Chains::AddIssues(const Subject& life) {
  bool first = true;
  for (const auto& [event, issue] : life.All<GrantIssued>()) {
    if (issue->grant != piece_->grant || until_ < event->time) continue;
    auto actor = ActorOf(event->position);
    if (!actor) return tl::unexpected(actor.error());
    const std::string text =
        fmt::format("{} of {} on {}", issue->kind, issue->role.empty() ? "permissions of its own" : issue->role, issue->scope);
    ChainStep step{first ? ChainPart::kIssue : ChainPart::kChange, event->time, *actor, first ? "issued" : "changed",
                   WithReason(text, issue->justification),         1,           {},     {}};
    if (auto s = Step(std::move(step), {event->position}); !s) return s;
    first = false;
  }
  return {};
}

// --- what was done with it

Status Chains::AddUses(const Subject& life) {
  auto own = SubjectOf(ref_);
  if (!own) return tl::unexpected(own.error());
  const auto grant = std::find_if(life.grants.begin(), life.grants.end(), [&](const Grant& g) { return g.id == piece_->grant; });
  std::int64_t count = 0;
  const OwnEvent *first = nullptr, *last = nullptr;
  for (const auto* events : {&(*own)->events, &(*own)->uses_via})
    for (const auto& event : *events) {
      const auto* use = std::get_if<AccessUsed>(&event.payload);
      if (use == nullptr || use->outcome != Outcome::kAllowed || until_ < event.time || grant == life.grants.end()) continue;
      const bool covered = std::any_of(grant->segments.begin(), grant->segments.end(),
                                       [&](const Segment& s) { return s.span.Contains(event.time) && Covers(s, *use); });
      if (!covered) continue;
      count += use->count;
      if (first == nullptr || Before(event, *first)) first = &event;
      if (last == nullptr || Before(*last, event)) last = &event;
    }
  if (first == nullptr) return Gap("never_used", "no use by " + ref_ + " that it covers is on record");
  return Step({ChainPart::kUse, first->time, ref_, "used", "", count, last->time, {}}, {first->position, last->position});
}

// By the name of the grant, whoever had it.
Status Chains::AddReviews(const Subject& whole) {
  bool reviewed = false;
  if (const auto reviews = whole.reviews_of_grant.find(piece_->grant); reviews != whole.reviews_of_grant.end())
    for (const OwnEvent* event : reviews->second) {
      if (until_ < event->time) continue;
      reviewed = true;
      const auto& decided = std::get<ReviewDecided>(event->payload);
      if (auto s = Step({ChainPart::kReview,
                         event->time,
                         decided.reviewer,
                         decided.decision,
                         WithReason(decided.review, decided.reason),
                         1,
                         {},
                         {}},
                        {event->position});
          !s)
        return s;
    }
  return reviewed ? Status{} : Gap("never_reviewed", "no review looked at it on record");
}

Status Chains::AddExceptions(const Subject& whole) {
  auto own = SubjectOf(ref_);
  if (!own) return tl::unexpected(own.error());
  std::vector<std::pair<const OwnEvent*, EffectiveTime>> live;  // and until when
  for (const Subject* subject : std::set<const Subject*>{&whole, *own})
    for (const auto& [rule, excuses] : ExcusesIn(subject->events))
      for (const Excuse& excuse : excuses)
        if (excuse.span.from <= until_) live.emplace_back(subject->At(excuse.granted), excuse.span.until);
  std::sort(live.begin(), live.end(), [](const auto& a, const auto& b) { return Before(*a.first, *b.first); });
  for (const auto& [event, end] : live) {
    const auto& granted = std::get<ExceptionGranted>(event->payload);
    if (auto s = Step({ChainPart::kException,
                       event->time,
                       granted.approver,
                       "excused",
                       granted.rule + " of " + granted.subject + ": " + granted.reason,
                       1,
                       end,
                       {}},
                      {event->position});
        !s)
      return s;
  }
  return {};
}

// Of the last stretch that began by then.
Status Chains::AddEnd(const Subject& life) {
  const GrantPiece* last = nullptr;
  for (const auto& piece : life.grant_pieces) {
    if (piece.grant != piece_->grant) continue;
    const bool goes_on = last != nullptr && last->live.until == piece.live.from;
    if (piece.live.from <= until_ || goes_on) last = &piece;
  }
  if (last == nullptr || last->live.until == kForever) return {};
  ChainStep step{ChainPart::kEnd, last->live.until, "", last->ended_how, "", 1, {}, {}};
  if (!last->ended_by) return Step(std::move(step), {last->issued});
  auto actor = ActorOf(*last->ended_by);
  if (!actor) return tl::unexpected(actor.error());
  step.by = *actor;
  return Step(std::move(step), {*last->ended_by});
}

// --- who answers for the identity

Result<std::string> Chains::Owner() {
  auto own = SubjectOf(ref_);
  if (!own) return tl::unexpected(own.error());
  for (const auto& piece : (*own)->life)
    if (piece.span.Contains(until_)) return piece.owner;
  return std::string{};
}

Status Chains::AddOwner() {
  auto owner = Owner();
  if (!owner) return tl::unexpected(owner.error());
  if (owner->empty()) return {};
  auto retired = around_.Retired(*owner);
  if (!retired) return tl::unexpected(retired.error());
  for (const Interval& gone : **retired) {
    if (!gone.Contains(until_)) continue;
    auto life = view_.Identity(*owner, {until_, {until_.us + 1}});
    if (!life) return tl::unexpected(life.error());
    for (const auto& piece : *life)
      if (piece.span.Contains(until_))
        return Gap("owner_retired", fmt::format("its owner {} retired at {}", *owner, event::FormatTime(gone.from.us)),
                   piece.causes);
  }
  return {};
}

}  // namespace tenure::governance
