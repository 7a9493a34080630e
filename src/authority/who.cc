#include <algorithm>
#include <memory>

#include "authority/brief.h"
#include "authority/cursor.h"
#include "authority/evidence.h"
#include "authority/head.h"
#include "authority/holders.h"
#include "authority/questions.h"
#include "authority/reasons.h"
#include "authority/witness.h"
#include "event/reference.h"

namespace tenure::authority {
namespace {

using history::IntervalSet;
using history::TimeSet;

const std::vector<Topic> kPlanes{Topic::kIdentity, Topic::kAccess};

Status CheckQuestion(const WhoQuestion& question) {
  const bool authority = !question.action.empty() || !question.resource.empty();
  if (authority + !question.role.empty() + !question.member_of.empty() != 1 ||
      question.action.empty() != question.resource.empty())
    return Fail("who_question", "who asks for one of: an action on a resource, a role, a group",
                "e.g. tenure who ACTION RESOURCE, tenure who --role R", Blame::kCaller);
  if (!question.role.empty()) {
    auto status = event::CheckReference(question.role);
    if (!status) status.error().blame = Blame::kCaller;
    if (status && event::TypeOf(question.role) != "role")
      return Fail("reference_not_role", "\"" + question.role + "\" is not a role", "name one: role:db-admin", Blame::kCaller);
    return status;
  }
  if (!question.member_of.empty()) {
    auto status = CheckSubject(question.member_of);
    if (status && !event::IsGroup(question.member_of))
      return Fail("reference_not_group", "\"" + question.member_of + "\" is not a group", "name one: group:dba", Blame::kCaller);
    return status;
  }
  return CheckAsked({question.action, question.resource});
}

Goal GoalOf(const WhoQuestion& question) {
  Goal goal;
  goal.role = question.role;
  goal.member_of = question.member_of;
  if (!question.action.empty()) goal.asked = Asked{question.action, question.resource};
  return goal;
}

HolderSets HoldersOf(Evaluation& evaluation, const WhoQuestion& question) {
  Holders holders(evaluation);
  if (!question.role.empty()) return holders.OfRole(question.role);
  if (!question.member_of.empty()) return holders.OfMembership(question.member_of);
  return holders.OfAuthority({question.action, question.resource});
}

struct Holder {
  std::string principal;
  TimeSet set;
  RowStatus status;
};

std::vector<Holder> InWindow(const HolderSets& sets, const Frame& frame, bool uncertain) {
  std::vector<Holder> holders;
  for (const auto& [principal, set] : sets) {
    if (!frame.Meets(set.may)) continue;
    const bool certain = frame.Meets(set.must) && !uncertain;
    holders.push_back(
        {principal, uncertain ? TimeSet::Uncertain(set.may) : set, certain ? RowStatus::kEffective : RowStatus::kPossible});
  }
  return holders;
}

// One evaluation with what it reads from.
struct Evaluated {
  Evaluated(history::FactView& view, const Interval& window, const TaintIndex& taints, Work& work)
      : reading(view, window, Unseen::kCounted, taints, work), evaluation(reading, Everyone::kLeftOut) {}
  Reading reading;
  Evaluation evaluation;
};

// A taint makes rows possible and adds none: who may hold it at all is what the fold gives without any.
HolderSets Shown(Evaluated& evaluated, const WhoQuestion& question, const TaintIndex& taints, Work& work) {
  HolderSets sets = HoldersOf(evaluated.evaluation, question);
  if (taints.Empty()) return sets;
  const TaintIndex none({});
  Evaluated folded(evaluated.reading.View(), evaluated.reading.Window(), none, work);
  HolderSets shown = HoldersOf(folded.evaluation, question);
  if (folded.reading.Fault()) evaluated.reading.Keep(*folded.reading.Fault());
  for (auto& [principal, set] : shown) {
    const auto doubted = sets.find(principal);
    set.must = doubted == sets.end() ? IntervalSet{} : doubted->second.must;
  }
  return shown;
}

// Reads on until what the page shows lies inside the window. A reached work limit leaves the extents as far as they were found.
std::unique_ptr<Evaluated> WidenFor(std::unique_ptr<Evaluated> evaluated, const WhoQuestion& question, const Frame& frame,
                                    const TaintIndex& taints, Work& work, std::vector<Holder>& page) {
  for (Widening widening(frame);;) {
    for (const auto& holder : page) widening.Want(holder.set);
    if (!widening.Grow()) return evaluated;
    auto wider = std::make_unique<Evaluated>(evaluated->reading.View(), widening.Window(), taints, work);
    const HolderSets sets = Shown(*wider, question, taints, work);
    if (wider->reading.Fault()) return wider;
    if (work.Reached()) return evaluated;
    for (auto& holder : page)
      if (const auto it = sets.find(holder.principal); it != sets.end()) holder.set = it->second;
    evaluated = std::move(wider);
  }
}

Result<HolderRow> Write(Evaluation& evaluation, const Goal& goal, const Frame& frame, const Holder& holder,
                        EvidenceList& evidence) {
  HolderRow row;
  row.principal = holder.principal;
  row.status = holder.status;
  row.held = frame.Shown(holder.set.must);
  row.possibly = frame.Shown(holder.set.Possibly());
  WitnessSearch search(evaluation, holder.principal, goal, Everyone::kLeftOut);
  const Sure sure = holder.status == RowStatus::kEffective ? Sure::kMust : Sure::kMay;
  const auto ways = search.Cover(sure == Sure::kMust ? row.held : row.possibly, frame.Begin(), sure);
  for (const auto& way : ways) {
    row.more_paths = row.more_paths || way.more;
    if (sure == Sure::kMay) AddDoubts(evaluation.Read(), way, holder.set.Possibly().Clip(frame.Window()), row.because);
  }
  auto steps = StepsOf(ways, evidence);
  if (!steps) return tl::unexpected<Error>(steps.error());
  row.path = std::move(*steps);
  return row;
}

}  // namespace

Result<WhoAnswer> Who(history::FactView& view, const WhoQuestion& question, const When& when, const Page& page) {
  if (auto s = CheckQuestion(question); !s) return tl::unexpected<Error>(s.error());
  const QuestionKey key{"who", question.action, question.resource, question.role, question.member_of};
  auto place = PlaceOf(key, when, page);
  if (!place) return tl::unexpected<Error>(place.error());
  auto frame = Frame::Of(place->when);
  if (!frame) return tl::unexpected<Error>(frame.error());

  WhoAnswer answer{HeadOf("who", question.role.empty() ? question.member_of : question.role, *frame), question, {}};
  const TaintIndex taints(view.Taints());
  Work work;
  auto evaluated = std::make_unique<Evaluated>(view, frame->Window(), taints, work);
  const HolderSets sets = Shown(*evaluated, question, taints, work);
  if (evaluated->reading.Fault()) return tl::unexpected<Error>(*evaluated->reading.Fault());
  auto holders = InWindow(sets, *frame, work.Reached());
  holders = PageOf(std::move(holders), [](const Holder& h) { return h.principal; }, key, *place, page.limit, answer.head.next);
  evaluated = WidenFor(std::move(evaluated), question, *frame, taints, work, holders);
  EvidenceList evidence(view);
  for (const auto& holder : holders) {
    auto row = Write(evaluated->evaluation, GoalOf(question), *frame, holder, evidence);
    if (!row) return tl::unexpected<Error>(row.error());
    answer.rows.push_back(std::move(*row));
  }
  if (evaluated->reading.Fault()) return tl::unexpected<Error>(*evaluated->reading.Fault());
  NoteTaints(view.Taints(), kPlanes, frame->Window(), answer.head);
  NoteLimit(work.Reached(), answer.head);
  auto before = BeforeRecord(view, kPlanes, frame->Begin());
  if (!before) return tl::unexpected<Error>(before.error());
  answer.head.before_record = *before;
  answer.head.evidence = evidence.Take();
  return answer;
}

Status CheckWhoQuestion(const WhoQuestion& question) { return CheckQuestion(question); }

Result<BriefWho> WhoByWindow(history::FactView& view, const WhoQuestion& question, EffectiveTime t) {
  auto frame = Frame::Of({t, std::nullopt});
  if (!frame) return tl::unexpected<Error>(frame.error());
  AnswerHead head;
  BriefWho answer;
  const TaintIndex taints(view.Taints());
  Work work;
  Evaluated evaluated(view, frame->Window(), taints, work);
  const HolderSets sets = Shown(evaluated, question, taints, work);
  for (const Holder& holder : InWindow(sets, *frame, work.Reached())) {
    const Sure sure = holder.status == RowStatus::kEffective ? Sure::kMust : Sure::kMay;
    answer.rows.push_back({holder.principal, holder.status,
                           EvidenceAt(evaluated.evaluation, holder.principal, GoalOf(question), Everyone::kLeftOut, t, sure)});
  }
  if (evaluated.reading.Fault()) return tl::unexpected<Error>(*evaluated.reading.Fault());
  NoteTaints(view.Taints(), kPlanes, frame->Window(), head);
  NoteLimit(work.Reached(), head);
  auto before = BeforeRecord(view, kPlanes, t);
  if (!before) return tl::unexpected<Error>(before.error());
  head.before_record = *before;
  answer.head = BriefOf(std::move(head));
  return answer;
}

}  // namespace tenure::authority
