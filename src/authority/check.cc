#include "authority/check.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "authority/brief.h"
#include "authority/decide.h"
#include "authority/evidence.h"
#include "authority/head.h"
#include "authority/nearest.h"
#include "authority/questions.h"
#include "authority/reasons.h"
#include "event/reference.h"

namespace tenure::authority {
namespace {

using history::IntervalSet;
using history::TimeSet;

const std::vector<Topic> kPlanes{Topic::kIdentity, Topic::kAccess};

Decision DecisionIn(const TimeSet& held, const Frame& frame) {
  if (frame.Meets(held.must)) return Decision::kYes;
  return frame.Meets(held.may) ? Decision::kUnknown : Decision::kNo;
}

// The words for an unknown: the doubts on the ways that are possible. Behind a taint there may be no way at all to point at.
void ExplainUnknown(const CheckBasis& basis, const std::vector<Witness>& ways, CheckAnswer& answer) {
  const IntervalSet where = IntervalSet(basis.frame.Window()).Intersect(basis.held.Possibly());
  for (const auto& way : ways) AddDoubts(basis.evaluation.Read(), way, where, answer.result.because);
  if (!answer.head.taints.empty()) AddWord(answer.result.because, "tainted");
  if (answer.head.before_record && ways.empty()) AddWord(answer.result.because, "before_record");
  if (!answer.head.limits.empty()) AddWord(answer.result.because, "work_limit");
}

void ExplainNo(const CheckBasis& basis, CheckAnswer& answer) {
  const IntervalSet paper = basis.evaluation.OnPaper(basis.ref, basis.asked).Clip(basis.frame.Window());
  WitnessSearch search(basis.evaluation, basis.ref, Goal{basis.asked, std::nullopt, {}, {}}, Everyone::kCounts);
  for (const auto& way : search.Cover(paper.Parts(), basis.frame.Begin(), Sure::kPaper))
    AddObstacles(basis.evaluation.Read(), way, paper, answer.result.because);
  if (answer.result.because.empty()) AddWord(answer.result.because, "no_grant");
}

Status Explain(const CheckBasis& basis, bool why, EvidenceList& evidence, CheckAnswer& answer) {
  CheckResult& result = answer.result;
  WitnessSearch search(basis.evaluation, basis.ref, Goal{basis.asked, std::nullopt, {}, {}}, Everyone::kCounts);
  const bool yes = result.decision == Decision::kYes;
  const auto ways = search.Cover(yes ? result.held : result.possibly, basis.frame.Begin(), yes ? Sure::kMust : Sure::kMay);
  for (const auto& way : ways) result.more_paths = result.more_paths || way.more;
  auto steps = StepsOf(ways, evidence);
  if (!steps) return tl::unexpected<Error>(steps.error());
  result.path = std::move(*steps);
  if (yes) return {};
  if (result.decision == Decision::kUnknown && !result.possibly.empty()) ExplainUnknown(basis, ways, answer);
  else ExplainNo(basis, answer);
  if (answer.head.before_record && result.decision == Decision::kUnknown) AddWord(result.because, "before_record");
  if (!why) return {};
  auto nearest = NearestMisses(basis, answer, ways, evidence);
  if (!nearest) return tl::unexpected<Error>(nearest.error());
  result.nearest = std::move(*nearest);
  return {};
}

}  // namespace

Result<CheckAnswer> Check(history::FactView& view, std::string_view ref, std::string_view action, std::string_view resource,
                          const When& when, bool why) {
  Work work;
  return CheckWithin(work, view, ref, {std::string(action), std::string(resource)}, when, why);
}

Result<CheckAnswer> CheckWithin(Work& work, history::FactView& view, std::string_view ref, const Asked& asked, const When& when,
                                bool why) {
  if (auto s = CheckSubject(ref); !s) return tl::unexpected<Error>(s.error());
  auto frame = Frame::Of(when);
  if (!frame) return tl::unexpected<Error>(frame.error());
  if (auto s = CheckAsked(asked); !s) return tl::unexpected<Error>(s.error());
  CheckAnswer answer{HeadOf("check", ref, *frame), asked.action, asked.resource, {}};
  CheckResult& result = answer.result;
  auto before = BeforeRecord(view, kPlanes, frame->Begin());
  if (!before) return tl::unexpected<Error>(before.error());
  answer.head.before_record = *before;

  const TaintIndex taints(view.Taints());
  std::unique_ptr<Reading> reading;
  std::unique_ptr<Evaluation> evaluation;
  TimeSet held;
  bool first = true, cut_short = false;
  for (Widening widening(*frame);; first = false) {
    reading = std::make_unique<Reading>(view, widening.Window(), Unseen::kCounted, taints, work);
    evaluation = std::make_unique<Evaluation>(*reading, Everyone::kCounts);
    TimeSet wider = evaluation->Effective(ref, asked);
    if (reading->Fault()) return tl::unexpected<Error>(*reading->Fault());
    cut_short = work.Reached();
    if (!cut_short) held = std::move(wider);
    else if (first) held = TimeSet::Uncertain(wider.may);  // an unread deny could cut into anything
    if (first) result.decision = cut_short ? Decision::kUnknown : DecisionIn(held, *frame);
    widening.Want(held);
    if (cut_short || !widening.Grow()) break;
  }
  result.held = frame->Shown(held.must);
  result.possibly = frame->Shown(held.Possibly());
  result.partly = !frame->AtMoment() && result.decision == Decision::kYes && !held.must.Covers(frame->Window());
  if (answer.head.before_record && result.decision == Decision::kNo) result.decision = Decision::kUnknown;
  NoteLimit(cut_short, answer.head);
  if (!taints.Empty()) {
    Reading recorded(view, frame->Window(), Unseen::kIgnored, taints, work);
    Evaluation as_recorded(recorded, Everyone::kCounts);
    NoteTaints(view.Taints(), ConsultedFor(as_recorded, ref), frame->Window(), answer.head);
    if (recorded.Fault()) return tl::unexpected<Error>(*recorded.Fault());
  }

  EvidenceList evidence(view);
  const CheckBasis basis{view, *evaluation, *frame, std::string(ref), asked, held, taints, work};
  if (auto s = Explain(basis, why, evidence, answer); !s) return tl::unexpected<Error>(s.error());
  if (reading->Fault()) return tl::unexpected<Error>(*reading->Fault());
  answer.head.evidence = evidence.Take();
  return answer;
}

Result<BriefCheck> CheckByWindow(history::FactView& view, std::string_view ref, const Asked& asked, EffectiveTime t) {
  auto frame = Frame::Of({t, std::nullopt});
  if (!frame) return tl::unexpected<Error>(frame.error());
  AnswerHead head;
  BriefCheck answer;
  const TaintIndex taints(view.Taints());
  Work work;
  Reading reading(view, frame->Window(), Unseen::kCounted, taints, work);
  Evaluation evaluation(reading, Everyone::kCounts);
  const TimeSet held = evaluation.Effective(ref, asked);
  const bool cut_short = work.Reached();
  answer.decision = cut_short ? Decision::kUnknown : DecisionIn(held, *frame);
  NoteLimit(cut_short, head);
  if (frame->Meets(held.may)) {
    const Sure sure = answer.decision == Decision::kYes ? Sure::kMust : Sure::kMay;
    answer.evidence = EvidenceAt(evaluation, ref, Goal{asked, std::nullopt, {}, {}}, Everyone::kCounts, t, sure);
  }
  if (reading.Fault()) return tl::unexpected<Error>(*reading.Fault());
  if (!taints.Empty()) {
    Reading recorded(view, frame->Window(), Unseen::kIgnored, taints, work);
    Evaluation as_recorded(recorded, Everyone::kCounts);
    NoteTaints(view.Taints(), ConsultedFor(as_recorded, ref), frame->Window(), head);
    if (recorded.Fault()) return tl::unexpected<Error>(*recorded.Fault());
  }
  auto before = BeforeRecord(view, kPlanes, t);
  if (!before) return tl::unexpected<Error>(before.error());
  head.before_record = *before;
  if (*before && answer.decision == Decision::kNo) answer.decision = Decision::kUnknown;
  answer.head = BriefOf(std::move(head));
  return answer;
}

Result<Decision> Decide(history::FactView& view, std::string_view ref, std::string_view action, std::string_view resource,
                        EffectiveTime t) {
  auto answer = CheckBriefly(view, ref, {std::string(action), std::string(resource)}, t);
  if (!answer) return tl::unexpected<Error>(answer.error());
  return answer->decision;
}

}  // namespace tenure::authority
