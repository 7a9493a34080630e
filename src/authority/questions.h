#pragma once
// The questions, over one knowledge. Each fills the answer but for the knowledge in its head (known_time, token, closed, behind),
// which the caller knows: head.question, subject, when, complete, taints, limits, before_record, evidence and next are set here.
// Errors: Blame::kCaller for a bad reference or cursor, kFault from the view. Thread safety: that of the view.
#include "authority/diff_trigger.h"
#include "history/facts.h"
#include "tenure/answer.h"

namespace tenure::authority {

Result<WhatAnswer> What(history::FactView& view, std::string_view ref, bool on_paper, const When& when, const Page& page);
Result<WhoAnswer> Who(history::FactView& view, const WhoQuestion& question, const When& when, const Page& page);
Result<CheckAnswer> Check(history::FactView& view, std::string_view ref, std::string_view action, std::string_view resource,
                          const When& when, bool why);
// At a moment; when_not_moment (kCaller) otherwise.
Result<PermittedAnswer> Permitted(history::FactView& view, const PermittedQuestion& question, const When& when, const Page& page);
Result<IdentitiesAnswer> Identities(history::FactView& view, const IdentitiesQuestion& question, const When& when,
                                    const Page& page);
Result<ShowAnswer> Show(history::FactView& view, std::string_view ref, const When& when);
Result<TimelineAnswer> Timeline(history::FactView& view, std::string_view ref, const When& when, const Page& page);
// Between two moments under one knowledge; ref empty = all.
Result<DiffAnswer> DiffEffective(history::FactView& view, std::string_view ref, EffectiveTime from, EffectiveTime to,
                                 const Page& page);
// Between two knowledges about one moment or window. between: those in the middle, by which the event that made a difference is found
// for certain; without them (nullptr) the likeliest one is told.
Result<DiffAnswer> DiffKnown(history::FactView& before, history::FactView& after, std::string_view ref, const When& when,
                             const Page& page, const Knowledges* between = nullptr);

}  // namespace tenure::authority
