#include "authority/what.h"

#include <algorithm>
#include <memory>

#include "authority/brief.h"
#include "authority/cursor.h"
#include "authority/evidence.h"
#include "authority/head.h"
#include "authority/questions.h"
#include "authority/reasons.h"
#include "authority/witness.h"

namespace tenure::authority {
namespace {

using history::GrantPiece;
using history::IntervalSet;
using history::TimeSet;

const std::vector<Topic> kPlanes{Topic::kIdentity, Topic::kAccess};

std::string PageKey(const RowKey& key) {
  std::string text = key.grant + '\0';
  text += static_cast<char>('a' + static_cast<int>(key.effect));
  return text + key.granted_to;
}

// What one page needs of an evaluation that is wide enough.
struct Shown {
  RowKey key;
  Row row;
  RowStatus status;
};

}  // namespace

void EachGiven(Evaluation& evaluation, std::string_view ref, const std::function<void(const Given&)>& each) {
  Reading& reading = evaluation.Read();
  const auto tell = [&](RowEffect effect, const GrantPiece& grant, TimeSet set, IntervalSet paper) {
    if (reading.Meets(set.may) || reading.Meets(paper)) each({effect, grant, std::move(set), std::move(paper)});
  };
  for (const auto& [identity, acting] : evaluation.WhomItActsAs(ref)) {
    const TimeSet as = acting.as.Intersect(reading.Active(identity));
    const IntervalSet boundary = reading.Boundary(identity);
    for (const auto& [principal, label] : evaluation.ClosureOf(identity)) {
      const IntervalSet paper = acting.paper.Intersect(label.reach.may);
      for (const auto& grant : reading.GrantsOf(principal)) {
        if (!reading.Spend(1)) return;
        const Effects e = evaluation.EffectsOf(grant);
        tell(RowEffect::kAllow, grant, as.Intersect(label.allow).Intersect(e.allow).Doubt(boundary),
             paper.Intersect(e.paper_allow));
        tell(RowEffect::kDeny, grant, as.Intersect(label.reach).Intersect(e.deny), paper.Intersect(e.paper_deny));
        tell(RowEffect::kUnknown, grant, as.Intersect(label.reach).Intersect(e.unknown), paper.Intersect(e.paper_unknown));
      }
    }
  }
}

Rows RowsOf(Evaluation& evaluation, std::string_view ref, const Frame& frame) {
  Rows rows;
  EachGiven(evaluation, ref, [&](const Given& given) {
    const GrantPiece& grant = given.grant;
    Row& row = rows[{grant.grant, given.effect, grant.principal}];
    row.set = row.set.Union(given.set);
    row.paper = row.paper.Union(given.paper);
    row.granted = row.granted.Union(IntervalSet(grant.live));
    const bool better = row.piece == nullptr || (row.piece->live.from < grant.live.from && frame.Meets(IntervalSet(grant.live)));
    if (better || !frame.Meets(IntervalSet(row.piece->live))) row.piece = &grant;
  });
  return rows;
}

RowStatus StatusOf(const Row& row, const Frame& frame) {
  if (frame.Meets(row.set.must)) return RowStatus::kEffective;
  return frame.Meets(row.set.may) ? RowStatus::kPossible : RowStatus::kOnPaper;
}

namespace {

// The rows of the question, statuses and order settled by what lies in the window itself.
std::vector<Shown> RowsAsked(const Rows& rows, const Frame& frame, bool on_paper, bool uncertain) {
  std::vector<Shown> asked;
  for (const auto& [key, row] : rows) {
    Shown shown{key, row, StatusOf(row, frame)};
    if (uncertain) shown.row.set = TimeSet::Uncertain(row.set.may);  // something unread could cut into it
    if (uncertain && shown.status == RowStatus::kEffective) shown.status = RowStatus::kPossible;
    if (shown.status == RowStatus::kOnPaper && (!on_paper || !frame.Meets(row.paper))) continue;
    asked.push_back(std::move(shown));
  }
  return asked;
}

bool AnyDeny(const std::vector<Shown>& rows) {
  return std::any_of(rows.begin(), rows.end(),
                     [](const Shown& row) { return row.key.effect == RowEffect::kDeny && row.status != RowStatus::kOnPaper; });
}

Sure SureOf(RowStatus status) {
  if (status == RowStatus::kEffective) return Sure::kMust;
  return status == RowStatus::kPossible ? Sure::kMay : Sure::kPaper;
}

class RowWriter {
 public:
  RowWriter(Evaluation& evaluation, std::string_view ref, const Frame& frame, bool denies, EvidenceList& evidence)
      : evaluation_(evaluation), ref_(ref), frame_(frame), denies_(denies), evidence_(evidence) {}

  Result<AuthorityRow> Write(const Shown& shown) {
    AuthorityRow out;
    const GrantPiece& piece = *shown.row.piece;
    out.principal = ref_;
    out.role = piece.terms.role;
    out.scope = piece.terms.scope;
    if (out.role.empty()) out.permissions = piece.terms.permissions;
    out.effect = shown.key.effect;
    out.kind = piece.terms.kind;
    out.grant = shown.key.grant;
    out.granted_to = shown.key.granted_to;
    out.status = shown.status;
    out.held = frame_.Shown(shown.row.set.must);
    out.possibly = frame_.Shown(shown.row.set.Possibly());
    out.granted = frame_.Shown(shown.row.granted);
    if (auto s = WritePath(shown, out); !s) return tl::unexpected<Error>(s.error());
    return out;
  }

 private:
  Status WritePath(const Shown& shown, AuthorityRow& out) {
    const Goal goal{std::nullopt, RowGoal{shown.key.granted_to, shown.key.grant, shown.key.effect}, {}, {}};
    WitnessSearch search(evaluation_, ref_, goal, Everyone::kCounts);
    const Sure sure = SureOf(shown.status);
    const auto segments = sure == Sure::kMust ? out.held : sure == Sure::kMay ? out.possibly : frame_.Shown(shown.row.paper);
    const auto ways = search.Cover(segments, frame_.Begin(), sure);
    for (const auto& way : ways) {
      out.more_paths = out.more_paths || way.more;
      const IntervalSet where = IntervalSet(frame_.Window());
      if (sure == Sure::kMay) AddDoubts(evaluation_.Read(), way, where.Intersect(shown.row.set.Possibly()), out.because);
      if (sure == Sure::kPaper) AddObstacles(evaluation_.Read(), way, where.Intersect(shown.row.paper), out.because);
    }
    if (denies_ && shown.key.effect == RowEffect::kAllow) AddWord(out.because, "denies_apply");
    auto steps = StepsOf(ways, evidence_);
    if (!steps) return tl::unexpected<Error>(steps.error());
    out.path = std::move(*steps);
    return {};
  }

  Evaluation& evaluation_;
  std::string ref_;
  const Frame& frame_;
  bool denies_;
  EvidenceList& evidence_;
};

// One evaluation with what it reads from.
struct Evaluated {
  Evaluated(history::FactView& view, const Interval& window, const TaintIndex& taints, Work& work)
      : reading(view, window, Unseen::kCounted, taints, work), evaluation(reading, Everyone::kCounts) {}
  Reading reading;
  Evaluation evaluation;
};

// A taint makes rows possible and adds none: which there may be at all is what the fold gives without any.
Rows RowsShown(Evaluated& evaluated, std::string_view ref, const Frame& frame, const TaintIndex& taints, Work& work) {
  Rows rows = RowsOf(evaluated.evaluation, ref, frame);
  if (taints.Empty()) return rows;
  const TaintIndex none({});
  Evaluated folded(evaluated.reading.View(), evaluated.reading.Window(), none, work);
  const Rows plain = RowsOf(folded.evaluation, ref, frame);
  if (folded.reading.Fault()) evaluated.reading.Keep(*folded.reading.Fault());
  std::erase_if(rows, [&](const auto& row) { return !plain.contains(row.first); });
  for (auto& [key, row] : rows) {
    row.set.may = plain.at(key).set.may;
    row.paper = plain.at(key).paper;
  }
  return rows;
}

// Reads on until what the page shows lies inside the window. A reached work limit leaves the extents as far as they were found.
std::unique_ptr<Evaluated> WidenFor(std::unique_ptr<Evaluated> evaluated, std::string_view ref, const Frame& frame,
                                    const TaintIndex& taints, Work& work, std::vector<Shown>& page) {
  for (Widening widening(frame);;) {
    for (const auto& shown : page) {
      widening.Want(shown.row.set);
      widening.Want(shown.row.granted);
    }
    if (!widening.Grow()) return evaluated;
    auto wider = std::make_unique<Evaluated>(evaluated->reading.View(), widening.Window(), taints, work);
    const Rows rows = RowsShown(*wider, ref, frame, taints, work);
    if (wider->reading.Fault()) return wider;
    if (work.Reached()) return evaluated;
    for (auto& shown : page)
      if (const auto it = rows.find(shown.key); it != rows.end()) shown.row = it->second;
    evaluated = std::move(wider);
  }
}

}  // namespace

Result<WhatAnswer> What(history::FactView& view, std::string_view ref, bool on_paper, const When& when, const Page& page) {
  if (auto s = CheckSubject(ref); !s) return tl::unexpected<Error>(s.error());
  const QuestionKey key{"what", std::string(ref), on_paper ? "on_paper" : ""};
  auto place = PlaceOf(key, when, page);
  if (!place) return tl::unexpected<Error>(place.error());
  auto frame = Frame::Of(place->when);
  if (!frame) return tl::unexpected<Error>(frame.error());

  WhatAnswer answer{HeadOf("what", ref, *frame), {}};
  const TaintIndex taints(view.Taints());
  Work work;
  auto evaluated = std::make_unique<Evaluated>(view, frame->Window(), taints, work);
  const Rows rows = RowsShown(*evaluated, ref, *frame, taints, work);
  if (!taints.Empty()) NoteTaints(view.Taints(), ConsultedFor(evaluated->evaluation, ref), frame->Window(), answer.head);
  if (evaluated->reading.Fault()) return tl::unexpected<Error>(*evaluated->reading.Fault());
  auto shown = RowsAsked(rows, *frame, on_paper, work.Reached());
  const bool denies = AnyDeny(shown);
  shown = PageOf(std::move(shown), [](const Shown& s) { return PageKey(s.key); }, key, *place, page.limit, answer.head.next);

  evaluated = WidenFor(std::move(evaluated), ref, *frame, taints, work, shown);
  EvidenceList evidence(view);
  RowWriter writer(evaluated->evaluation, ref, *frame, denies, evidence);
  for (const auto& row : shown) {
    auto written = writer.Write(row);
    if (!written) return tl::unexpected<Error>(written.error());
    answer.rows.push_back(std::move(*written));
  }
  if (evaluated->reading.Fault()) return tl::unexpected<Error>(*evaluated->reading.Fault());
  NoteLimit(work.Reached(), answer.head);
  auto before = BeforeRecord(view, kPlanes, frame->Begin());
  if (!before) return tl::unexpected<Error>(before.error());
  answer.head.before_record = *before;
  answer.head.evidence = evidence.Take();
  return answer;
}

Result<BriefWhat> WhatByWindow(history::FactView& view, std::string_view ref, EffectiveTime t) {
  auto frame = Frame::Of({t, std::nullopt});
  if (!frame) return tl::unexpected<Error>(frame.error());
  AnswerHead head;
  BriefWhat answer;
  const TaintIndex taints(view.Taints());
  Work work;
  Evaluated evaluated(view, frame->Window(), taints, work);
  const Rows rows = RowsShown(evaluated, ref, *frame, taints, work);
  if (!taints.Empty()) NoteTaints(view.Taints(), ConsultedFor(evaluated.evaluation, ref), frame->Window(), head);
  for (const Shown& shown : RowsAsked(rows, *frame, false, work.Reached())) {
    const GrantPiece& piece = *shown.row.piece;
    const Goal goal{std::nullopt, RowGoal{shown.key.granted_to, shown.key.grant, shown.key.effect}, {}, {}};
    answer.rows.push_back({shown.key.grant, shown.key.granted_to, piece.terms.role, piece.terms.scope, shown.key.effect,
                           shown.status, piece.live,
                           EvidenceAt(evaluated.evaluation, ref, goal, Everyone::kCounts, t, SureOf(shown.status))});
  }
  if (evaluated.reading.Fault()) return tl::unexpected<Error>(*evaluated.reading.Fault());
  NoteLimit(work.Reached(), head);
  auto before = BeforeRecord(view, kPlanes, t);
  if (!before) return tl::unexpected<Error>(before.error());
  head.before_record = *before;
  answer.head = BriefOf(std::move(head));
  return answer;
}

}  // namespace tenure::authority
