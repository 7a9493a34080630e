#pragma once
// The part of every answer's head that questions settle alike: completeness, taints, limits, and lying before the record.
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "authority/evaluation.h"
#include "authority/frame.h"
#include "history/facts.h"
#include "tenure/answer.h"

namespace tenure::authority {

// Errors (kCaller): reference_*, of an identity or everyone:*.
Status CheckSubject(std::string_view ref);
// An action that says something, and a resource that could be one: `*`, or without empty, `.` and `..` segments and control
// characters (event/reference.h). Its type may be missing.
Status CheckAsked(const Asked& asked);

AnswerHead HeadOf(std::string_view question, std::string_view subject, const Frame& frame);

// Does a consulted plane have no fact in force, or only later ones than the moment (than the window's beginning)?
Result<bool> BeforeRecord(history::FactView& view, const std::vector<Topic>& planes, EffectiveTime t);

// When which key was consulted, on which plane.
using Consulted = std::map<std::pair<Topic, std::string>, history::IntervalSet>;
// What `check` and `what` about ref consult: on both planes ref, its groups (by membership alone), and whoever it may act as, with
// theirs; on the access plane also everyone:* and the roles of live grants; on the identity plane the delegators of live grants.
// REQUIRED: the evaluation's reading counts nothing unseen.
Consulted ConsultedFor(Evaluation& evaluation, std::string_view ref);

// Lists the open taints that meet something consulted inside the window, and clears head.complete if there are any.
void NoteTaints(const std::vector<history::Taint>& open, const Consulted& consulted, const Interval& window, AnswerHead& head);
// For questions about everybody: any key of the planes.
void NoteTaints(const std::vector<history::Taint>& open, const std::vector<Topic>& planes, const Interval& window,
                AnswerHead& head);

// A reached work limit makes the answer incomplete and is named.
void NoteLimit(bool reached, AnswerHead& head);

}  // namespace tenure::authority
