#include "governance/chain.h"

#include <algorithm>
#include <limits>
#include <map>
#include <memory>
#include <set>

#include <fmt/format.h>

#include "authority/cursor.h"
#include "authority/decide.h"
#include "authority/evidence.h"
#include "authority/frame.h"
#include "authority/head.h"
#include "authority/permissions.h"
#include "authority/questions.h"
#include "event/clock.h"
#include "event/reference.h"
#include "governance/subject.h"

namespace tenure::governance {
namespace {

using authority::Asked;
using authority::Frame;
using history::OwnEvent;

constexpr std::string_view kApprove = "grant:Approve";

struct Chain {
  std::vector<ChainStep> steps;
  std::vector<ChainGap> gaps;
};

// Everything that belongs to one row of `what`. Reads the subjects on which grants stand once each.
class Chains {
 public:
  Chains(history::FactView& view, const Policy& policy, const std::string& ref, const Frame& frame,
         authority::EvidenceList& evidence)
      : view_(view), taints_(view.Taints()), around_(view, policy, taints_), ref_(ref), frame_(frame), evidence_(evidence) {}

  Result<Chain> Of(const AuthorityRow& row) {
    chain_ = {};
    issued_.reset();
    auto subject = SubjectOf(row.granted_to);
    if (!subject) return tl::unexpected(subject.error());
    const Subject& on = **subject;
    if (auto s = AddIssues(on, row); !s) return tl::unexpected(s.error());
    if (auto s = AddAsking(on, row); !s) return tl::unexpected(s.error());
    if (auto s = AddUses(on, row); !s) return tl::unexpected(s.error());
    if (auto s = AddReviews(on, row); !s) return tl::unexpected(s.error());
    if (auto s = AddExceptions(on); !s) return tl::unexpected(s.error());
    if (auto s = AddEnd(on, row); !s) return tl::unexpected(s.error());
    if (auto s = AddOwner(); !s) return tl::unexpected(s.error());
    std::stable_sort(chain_.steps.begin(), chain_.steps.end(),
                     [](const ChainStep& a, const ChainStep& b) { return a.at < b.at; });
    return std::move(chain_);
  }

 private:
  Result<const Subject*> SubjectOf(const std::string& ref) {
    const auto it = subjects_.find(ref);
    if (it != subjects_.end()) return it->second.get();
    auto read = ReadSubject(around_, ref);
    if (!read) return tl::unexpected(read.error());
    return subjects_.emplace(ref, std::make_unique<Subject>(std::move(*read))).first->second.get();
  }

  Status Step(ChainStep step, const std::vector<Position>& positions) {
    auto index = evidence_.Add(positions);
    if (!index) return tl::unexpected(index.error());
    step.evidence = std::move(*index);
    chain_.steps.push_back(std::move(step));
    return {};
  }
  Status Gap(std::string gap, std::string text, const std::vector<Position>& positions = {}) {
    auto index = evidence_.Add(positions);
    if (!index) return tl::unexpected(index.error());
    chain_.gaps.push_back({std::move(gap), std::move(text), std::move(*index)});
    return {};
  }
  Result<std::string> ActorOf(const Position& position) {
    auto meta = view_.Meta(position);
    if (!meta) return tl::unexpected(meta.error());
    return meta->claimed_actor;
  }

  // The first issue gives it, the others change its terms.
  Status AddIssues(const Subject& on, const AuthorityRow& row) {
    for (const auto& [event, issue] : on.All<GrantIssued>()) {
      if (issue->grant != row.grant) continue;
      auto actor = ActorOf(event->position);
      if (!actor) return tl::unexpected(actor.error());
      const bool first = !issued_;
      if (first) issued_ = event->time, request_ = issue->request;
      if (!issue->request.empty()) request_ = issue->request;
      ChainStep step;
      step.part = first ? ChainPart::kIssue : ChainPart::kChange;
      step.at = event->time;
      step.by = *actor;
      step.what = first ? "issued" : "changed";
      step.text = fmt::format("{} of {} on {}{}", issue->kind, issue->role.empty() ? "permissions of its own" : issue->role,
                              issue->scope, issue->justification.empty() ? "" : ": " + issue->justification);
      if (auto s = Step(std::move(step), {event->position}); !s) return s;
    }
    return {};
  }

  // Request, approvals and denials.
  Status AddAsking(const Subject& on, const AuthorityRow& row) {
    bool asked = false, approved = false, by_other = false;
    for (const auto& event : on.events) {
      if (const auto* request = std::get_if<GrantRequested>(&event.payload)) {
        if (request_.empty() || request->request != request_) continue;
        asked = true;
        auto actor = ActorOf(event.position);
        if (!actor) return tl::unexpected(actor.error());
        ChainStep step{ChainPart::kRequest, event.time, *actor, "requested", request->justification, 1, {}, {}};
        if (auto s = Step(std::move(step), {event.position}); !s) return s;
      }
      const auto* yes = std::get_if<GrantApproved>(&event.payload);
      const auto* no = std::get_if<GrantDenied>(&event.payload);
      if (yes == nullptr && no == nullptr) continue;
      const std::string& grant = yes ? yes->grant : no->grant;
      const std::string& request = yes ? yes->request : no->request;
      if (grant != row.grant && (request.empty() || request != request_)) continue;
      const std::string& approver = yes ? yes->approver : no->approver;
      ChainStep step{ChainPart::kDecision,           event.time, approver, yes ? "approved" : "denied",
                     yes ? yes->reason : no->reason, 1,          {},       {}};
      if (auto s = Step(std::move(step), {event.position}); !s) return s;
      if (yes == nullptr) continue;
      approved = true;
      by_other = by_other || approver != row.granted_to;
      if (auto s = JudgeApproval(row, event, approver); !s) return s;
    }
    if (!asked)
      if (auto s = Gap("no_request",
                       request_.empty() ? "nobody asked for it on record" : "its request " + request_ + " is not on record");
          !s)
        return s;
    if (!approved) return Gap("no_approval", "nobody approved it on record");
    return by_other ? Status{} : Gap("self_approval", "only its receiver approved it");
  }

  Status JudgeApproval(const AuthorityRow& row, const OwnEvent& event, const std::string& approver) {
    if (issued_ && *issued_ < event.time)
      if (auto s = Gap("approved_after_issue", "approved at " + event::FormatTime(event.time.us) + ", after it was issued",
                       {event.position});
          !s)
        return s;
    Decision best = Decision::kNo;
    for (const std::string& resource : {row.role, row.scope}) {
      if (resource.empty()) continue;
      auto decided = authority::Decide(view_, approver, kApprove, resource, event.time);
      if (!decided) return tl::unexpected(decided.error());
      best = std::max(best, *decided);
    }
    if (best == Decision::kYes) return {};
    const bool unknown = best == Decision::kUnknown;
    return Gap(
        unknown ? "approver_authority_unknown" : "approver_without_authority",
        fmt::format("whether {} held {} on the role or the scope then is {}", approver, kApprove, unknown ? "unknown" : "a no"),
        {event.position});
  }

  // By REF, of what this grant covers.
  Status AddUses(const Subject& on, const AuthorityRow& row) {
    auto own = SubjectOf(ref_);
    if (!own) return tl::unexpected(own.error());
    const auto grant = std::find_if(on.grants.begin(), on.grants.end(), [&](const Grant& g) { return g.id == row.grant; });
    std::int64_t count = 0;
    const OwnEvent *first = nullptr, *last = nullptr;
    for (const auto* events : {&(*own)->events, &(*own)->uses_via})
      for (const auto& event : *events) {
        const auto* use = std::get_if<AccessUsed>(&event.payload);
        if (use == nullptr || use->outcome != Outcome::kAllowed || grant == on.grants.end()) continue;
        const bool covered = std::any_of(grant->segments.begin(), grant->segments.end(),
                                         [&](const Segment& s) { return s.span.Contains(event.time) && Covers(s, *use); });
        if (!covered) continue;
        count += use->count;
        if (first == nullptr || event.time < first->time) first = &event;
        if (last == nullptr || last->time <= event.time) last = &event;
      }
    if (count == 0) return Gap("never_used", "no use by " + ref_ + " that it covers is on record");
    ChainStep step{ChainPart::kUse, first->time, ref_, "used", "", count, last->time, {}};
    return Step(std::move(step), {first->position, last->position});
  }

  Status AddReviews(const Subject& on, const AuthorityRow& row) {
    const auto reviews = on.reviews_of_grant.find(row.grant);
    if (reviews == on.reviews_of_grant.end()) return Gap("never_reviewed", "no review looked at it on record");
    for (const OwnEvent* event : reviews->second) {
      const auto& decided = std::get<ReviewDecided>(event->payload);
      ChainStep step{ChainPart::kReview,
                     event->time,
                     decided.reviewer,
                     decided.decision,
                     decided.review + (decided.reason.empty() ? "" : ": " + decided.reason),
                     1,
                     {},
                     {}};
      if (auto s = Step(std::move(step), {event->position}); !s) return s;
    }
    return {};
  }

  Status AddExceptions(const Subject& on) {
    std::set<Position> told;
    auto own = SubjectOf(ref_);
    if (!own) return tl::unexpected(own.error());
    for (const Subject* subject : {&on, *own})
      for (const auto& [event, exception] : subject->All<ExceptionGranted>()) {
        if (!told.insert(event->position).second) continue;
        ChainStep step{ChainPart::kException,
                       event->time,
                       exception->approver,
                       "excused",
                       exception->rule + " of " + exception->subject + ": " + exception->reason,
                       1,
                       exception->expires_at,
                       {}};
        if (auto s = Step(std::move(step), {event->position}); !s) return s;
      }
    return {};
  }

  Status AddEnd(const Subject& on, const AuthorityRow& row) {
    const history::GrantPiece* last = nullptr;
    for (const auto& piece : on.grant_pieces)
      if (piece.grant == row.grant) last = &piece;
    if (last == nullptr || last->live.until == kForever) return {};
    ChainStep step{ChainPart::kEnd, last->live.until, "", last->ended_how, "", 1, {}, {}};
    std::vector<Position> evidence{last->issued};
    if (last->ended_by) {
      auto actor = ActorOf(*last->ended_by);
      if (!actor) return tl::unexpected(actor.error());
      step.by = *actor;
      evidence = {*last->ended_by};
    }
    return Step(std::move(step), evidence);
  }

  Status AddOwner() {
    auto own = SubjectOf(ref_);
    if (!own) return tl::unexpected(own.error());
    for (const auto& piece : (*own)->life) {
      if (!piece.span.Contains(frame_.Last()) || piece.owner.empty()) continue;
      auto retired = around_.Retired(piece.owner);
      if (!retired) return tl::unexpected(retired.error());
      for (const Interval& gone : **retired)
        if (gone.Contains(frame_.Last()))
          return Gap("owner_retired", fmt::format("its owner {} retired at {}", piece.owner, event::FormatTime(gone.from.us)),
                     piece.causes);
    }
    return {};
  }

  history::FactView& view_;
  const authority::TaintIndex taints_;
  Surroundings around_;
  const std::string ref_;
  const Frame& frame_;
  authority::EvidenceList& evidence_;
  std::map<std::string, std::unique_ptr<Subject>> subjects_;
  Chain chain_;
  OptionalTime issued_;
  std::string request_;
};

// Whether the row gives what is asked about: the role, or the action on the resource.
Result<bool> Gives(history::FactView& view, const WhyHeldQuestion& question, const AuthorityRow& row, const Frame& frame) {
  if (row.effect == RowEffect::kDeny) return false;
  if (!question.role.empty()) return row.role == question.role;
  const Asked asked{question.action, question.resource};
  if (!authority::ScopeCovers(row.scope, asked)) return false;
  if (row.effect == RowEffect::kUnknown) return true;
  const auto allows = [&](const Permission& p) { return p.effect == Effect::kAllow && authority::PermissionCovers(p, asked); };
  if (row.role.empty()) return std::any_of(row.permissions.begin(), row.permissions.end(), allows);
  auto role = view.Role(row.role, frame.Window());
  if (!role) return tl::unexpected(role.error());
  return std::any_of(role->begin(), role->end(), [&](const history::RolePiece& piece) {
    return std::any_of(piece.permissions->begin(), piece.permissions->end(), allows);
  });
}

// In the order of `what`.
std::string KeyOf(const AuthorityRow& row) {
  std::string key = row.grant + '\0';
  key += static_cast<char>('a' + static_cast<int>(row.effect));
  return key + row.granted_to;
}

Status CheckQuestion(const WhyHeldQuestion& question) {
  if (auto s = authority::CheckSubject(question.ref); !s) return s;
  const bool by_role = !question.role.empty(), by_action = !question.action.empty() || !question.resource.empty();
  if (by_role == by_action || (by_action && (question.action.empty() || question.resource.empty())))
    return Fail("why_held_malformed", "that is more, or less, than one authority", "give a role, or an action and a resource",
                Blame::kCaller);
  if (by_role && event::TypeOf(question.role) != "role")
    return Fail("reference_not_role", "\"" + question.role + "\" is no role", "role:db-admin", Blame::kCaller);
  return by_role ? event::CheckReference(question.role) : authority::CheckAsked({question.action, question.resource});
}

}  // namespace

Result<WhyHeldAnswer> WhyHeld(history::FactView& view, const WhyHeldQuestion& question, const When& when, const Page& page) {
  if (auto s = CheckQuestion(question); !s) return tl::unexpected(s.error());
  const authority::QuestionKey key{"why_held", question.ref, question.role, question.action, question.resource};
  auto place = authority::PlaceOf(key, when, page);
  if (!place) return tl::unexpected(place.error());
  auto frame = Frame::Of(place->when);
  if (!frame) return tl::unexpected(frame.error());
  auto held = authority::What(view, question.ref, true, place->when, {std::numeric_limits<std::int64_t>::max(), ""});
  if (!held) return tl::unexpected(held.error());

  WhyHeldAnswer answer;
  answer.head = held->head;
  answer.head.question = "why_held";
  answer.head.evidence.clear();
  answer.asked = question;
  std::vector<AuthorityRow> rows;
  for (AuthorityRow& row : held->rows) {
    auto gives = Gives(view, question, row, *frame);
    if (!gives) return tl::unexpected(gives.error());
    if (*gives) rows.push_back(std::move(row));
  }
  rows = authority::PageOf(std::move(rows), KeyOf, key, *place, page.limit, answer.head.next);
  authority::EvidenceList evidence(view);
  const Policy policy;
  Chains chains(view, policy, question.ref, *frame, evidence);
  for (AuthorityRow& row : rows) {
    auto chain = chains.Of(row);
    if (!chain) return tl::unexpected(chain.error());
    // The path pointed into the evidence of `what`.
    for (PathStep& step : row.path) {
      std::vector<Position> positions;
      for (const auto index : step.evidence) positions.push_back(held->head.evidence[static_cast<std::size_t>(index)].position);
      auto index = evidence.Add(positions);
      if (!index) return tl::unexpected(index.error());
      step.evidence = std::move(*index);
    }
    answer.rows.push_back({std::move(row), std::move(chain->steps), std::move(chain->gaps)});
  }
  answer.head.evidence = evidence.Take();
  return answer;
}

}  // namespace tenure::governance
