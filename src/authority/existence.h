#pragma once
// The row of one identity, as `identities` and `show` give it.
#include <string>
#include <string_view>

#include "authority/evidence.h"
#include "authority/frame.h"
#include "authority/taints.h"
#include "history/facts.h"
#include "tenure/answer.h"

namespace tenure::authority {

// The status word; before the record nothing is known to be absent.
std::string ShownStatus(const history::IdentityPiece& piece, bool before_record);

// `piece` is the one whose values are shown, `setters` the events that set them. Active is read over all of time, since it is shown as maximal intervals. Errors: the view's.
Result<IdentityRow> RowOf(history::FactView& view, const std::string& ref, const history::IdentityPiece& piece,
                          const std::vector<Position>& setters, const Frame& frame, const TaintIndex& taints, bool before_record,
                          EvidenceList& evidence);

}  // namespace tenure::authority
