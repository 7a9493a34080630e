#pragma once
// Reviews (certification campaigns): what was to be looked at, what was decided, and what became of it.
//
// What a review is about is what was known when it was opened: the holdings within its scope, as of its moment, by those records of the
// view that were recorded by the time of the one that opened it. Source: docs/reference/governance.md. Errors and thread safety: as
// findings.h.
#include <functional>
#include <memory>

#include "history/facts.h"
#include "tenure/governance.h"

namespace tenure::governance {

// A view of a knowledge, and the token for it.
struct KnownThen {
  std::unique_ptr<history::FactView> view;
  std::string token;
};
// How the past is read: what all of the record held by a recorded time, and the view of a vector within it.
struct Past {
  std::function<Result<PositionVector>(RecordedTime)> by;
  std::function<Result<KnownThen>(const PositionVector&)> of;
};

// All reviews opened by T (in the window), by their names, with the counts of Review.
Result<ReviewsAnswer> Reviews(history::FactView& view, const When& when, const Page& page, const Past& past);
// One review at T (at the end of the window): each holding, by principal, kind and id. Errors (kCaller): review_unknown.
Result<ReviewAnswer> Review(history::FactView& view, const std::string& review, const When& when, const Page& page,
                            const Past& past);
// Grants live at T that no review ever decided about by then, in order of principal and grant.
Result<UnreviewedAnswer> Unreviewed(history::FactView& view, const When& when, const Page& page);

}  // namespace tenure::governance
