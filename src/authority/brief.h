#pragma once
// Brief answers at one moment: the decision, rows and completeness of the full questions, and where the evidence stands.
//
// Each is answered from pages at the moment (moment.h) where the view has them and nothing out of the ordinary is met, else by the whole
// engine over the moment's window. Both give the same but for which way the evidence tells of. Errors: those of the full questions.
#include <cstdint>
#include <string_view>

#include "authority/witness.h"
#include "history/facts.h"
#include "tenure/answer.h"

namespace tenure::authority {

Result<BriefCheck> CheckBriefly(history::FactView& view, std::string_view ref, const Asked& asked, EffectiveTime t);
Result<BriefWhat> WhatBriefly(history::FactView& view, std::string_view ref, EffectiveTime t);
Result<BriefWho> WhoBriefly(history::FactView& view, const WhoQuestion& question, EffectiveTime t);
// Active at t: how many, and the first `limit` of them after `after` in byte order.
Result<BriefExistence> ExistedBriefly(history::FactView& view, EffectiveTime t, std::int64_t limit, std::string_view after);

// By the whole engine alone; the arguments are checked before. In check.cc, what.cc, who.cc, identities.cc.
Result<BriefCheck> CheckByWindow(history::FactView& view, std::string_view ref, const Asked& asked, EffectiveTime t);
Result<BriefWhat> WhatByWindow(history::FactView& view, std::string_view ref, EffectiveTime t);
Result<BriefWho> WhoByWindow(history::FactView& view, const WhoQuestion& question, EffectiveTime t);
Result<BriefExistence> ExistedByWindow(history::FactView& view, EffectiveTime t, std::int64_t limit, std::string_view after);
Status CheckWhoQuestion(const WhoQuestion& question);

// Where the events stand that began the facts of the way that holds at t; nothing where there is no way.
std::vector<Position> EvidenceAt(Evaluation& evaluation, std::string_view ref, const Goal& goal, Everyone everyone,
                                 EffectiveTime t, Sure sure);
// What is brief of an answer's head.
BriefHead BriefOf(AnswerHead head);

}  // namespace tenure::authority
