#include "authority/brief.h"

#include <algorithm>

#include "authority/head.h"
#include "authority/moment_questions.h"
#include "authority/taints.h"
#include "event/reference.h"

namespace tenure::authority {
namespace {

const std::vector<Topic> kPlanes{Topic::kIdentity, Topic::kAccess};

void AddOnce(std::vector<Position>& evidence, const Position& position) {
  if (std::find(evidence.begin(), evidence.end(), position) == evidence.end()) evidence.push_back(position);
}

// What pages say at the moment, if they can say it: `answer` asks, and its work and faults are then looked at.
template <class Answer>
class ByPages {
 public:
  ByPages(history::FactView& view, EffectiveTime t)
      : view_(view), taints_(view.Taints()), t_(t), pages_(t == kForever ? nullptr : view.ByPages()) {}

  template <class Ask>
  Result<std::optional<Answer>> Try(const Ask& ask) {
    if (pages_ == nullptr) return std::nullopt;
    Work work;
    Moment moment(*pages_, taints_, t_, work);
    Answer answer = ask(moment);
    if (moment.Fault()) return tl::unexpected<Error>(*moment.Fault());
    if (!moment.Exact() || work.Reached()) return std::nullopt;
    auto before = BeforeRecord(view_, kPlanes, t_);
    if (!before) return tl::unexpected<Error>(before.error());
    answer.head.before_record = *before;
    return answer;
  }

 private:
  history::FactView& view_;
  const TaintIndex taints_;
  const EffectiveTime t_;
  history::Moments* const pages_;
};

}  // namespace

BriefHead BriefOf(AnswerHead head) { return {head.complete, head.before_record, std::move(head.limits)}; }

std::vector<Position> EvidenceAt(Evaluation& evaluation, std::string_view ref, const Goal& goal, Everyone everyone,
                                 EffectiveTime t, Sure sure) {
  std::vector<Position> evidence;
  const auto way = WitnessSearch(evaluation, ref, goal, everyone).At(t, sure);
  if (!way) return evidence;
  for (const auto& hop : way->hops) {
    for (const auto& factor : hop.factors) {
      if (factor.kind == FactorKind::kMembership) AddOnce(evidence, factor.membership->added);
      if (factor.kind == FactorKind::kGrant) AddOnce(evidence, factor.grant->issued);
      if (factor.kind != FactorKind::kPermission || factor.grant->terms.role.empty()) continue;
      for (const auto& piece : evaluation.Read().Role(factor.grant->terms.role))
        if (piece.span.Contains(t) && piece.state == history::RoleState::kDefined && piece.defined_by)
          AddOnce(evidence, *piece.defined_by);
    }
  }
  return evidence;
}

Result<BriefCheck> CheckBriefly(history::FactView& view, std::string_view ref, const Asked& asked, EffectiveTime t) {
  if (auto s = CheckSubject(ref); !s) return tl::unexpected<Error>(s.error());
  if (auto s = CheckAsked(asked); !s) return tl::unexpected<Error>(s.error());
  auto found = ByPages<BriefCheck>(view, t).Try([&](Moment& moment) {
    LevelNow held = CheckNow(moment, ref, asked);
    BriefCheck answer;
    answer.evidence = std::move(held.evidence);
    if (held.level != Level::kNever) answer.decision = held.level == Level::kMust ? Decision::kYes : Decision::kUnknown;
    return answer;
  });
  if (!found) return tl::unexpected<Error>(found.error());
  if (!*found) return CheckByWindow(view, ref, asked, t);
  if ((*found)->head.before_record && (*found)->decision == Decision::kNo) (*found)->decision = Decision::kUnknown;
  return std::move(**found);
}

Result<BriefWhat> WhatBriefly(history::FactView& view, std::string_view ref, EffectiveTime t) {
  if (auto s = CheckSubject(ref); !s) return tl::unexpected<Error>(s.error());
  auto found = ByPages<BriefWhat>(view, t).Try([&](Moment& moment) { return BriefWhat{{}, WhatNow(moment, ref)}; });
  if (!found) return tl::unexpected<Error>(found.error());
  return *found ? Result<BriefWhat>(std::move(**found)) : WhatByWindow(view, ref, t);
}

Result<BriefWho> WhoBriefly(history::FactView& view, const WhoQuestion& question, EffectiveTime t) {
  if (auto s = CheckWhoQuestion(question); !s) return tl::unexpected<Error>(s.error());
  auto found = ByPages<BriefWho>(view, t).Try([&](Moment& moment) { return BriefWho{{}, WhoNow(moment, question)}; });
  if (!found) return tl::unexpected<Error>(found.error());
  return *found ? Result<BriefWho>(std::move(**found)) : WhoByWindow(view, question, t);
}

Result<BriefExistence> ExistedBriefly(history::FactView& view, EffectiveTime t, std::int64_t limit, std::string_view after) {
  history::Moments* const pages = t == kForever ? nullptr : view.ByPages();
  if (pages == nullptr) return ExistedByWindow(view, t, limit, after);
  auto identities = pages->Identities();
  if (!identities) return tl::unexpected<Error>(identities.error());
  if (!*identities) return ExistedByWindow(view, t, limit, after);
  BriefExistence answer;
  answer.count = (*identities)->CountActive(t);
  std::optional<Error> fault;
  const auto add = [&](history::NameId id) {
    const std::string& ref = pages->AllNames().Text(id);
    auto page = pages->PageAt(history::PageOf::kSubject, ref, t);
    if (!page) return fault = page.error(), false;
    const auto at = (*page)->IdentityIndexAt(t);
    answer.rows.push_back({ref, at ? (*page)->CausesOf(*at) : std::vector<Position>{}});
    return static_cast<std::int64_t>(answer.rows.size()) < limit;
  };
  if (limit > 0) (*identities)->EachActive(t, after, pages->AllNames(), add);
  if (fault) return tl::unexpected<Error>(*fault);
  AnswerHead head;
  NoteTaints(view.Taints(), {Topic::kIdentity}, {t, {t.us + 1}}, head);
  auto before = BeforeRecord(view, {Topic::kIdentity}, t);
  if (!before) return tl::unexpected<Error>(before.error());
  head.before_record = *before;
  answer.head = BriefOf(std::move(head));
  return answer;
}

}  // namespace tenure::authority
