#pragma once
// Reviews (certification campaigns): what was to be looked at, what was decided, and what became of it.
//
// What a review is about is what was known when it was opened: the holdings within its scope, as of its moment, in the knowledge of the
// records up to the one that opened it. That never changes. Source: docs/reference/governance.md. Errors and thread safety: as findings.h.
#include <memory>

#include "history/facts.h"
#include "tenure/governance.h"

namespace tenure::governance {

// A view of what was known at a recorded time, and the token for it.
struct KnownThen {
  std::unique_ptr<history::FactView> view;
  std::string token;
};
using KnowledgeAt = std::function<Result<KnownThen>(RecordedTime)>;

// All reviews opened by T (in the window), by their names. Without counts of holdings.
Result<ReviewsAnswer> Reviews(history::FactView& view, const When& when, const Page& page, const KnowledgeAt& known_at);
// One review at T (at the end of the window): each holding, by principal, kind and id. Errors (kCaller): review_unknown.
Result<ReviewAnswer> Review(history::FactView& view, const std::string& review, const When& when, const Page& page,
                            const KnowledgeAt& known_at);
// Grants live at T that no review ever decided about by then, in order of principal and grant.
Result<UnreviewedAnswer> Unreviewed(history::FactView& view, const When& when, const Page& page);

}  // namespace tenure::governance
