#pragma once
// The nearest misses of a check: on a no, what fell short and by how little; on unknown, what would settle it.
//
// Ranked: ended, not_begun, denied, a status that stands in the way, scope, a membership one step away; then the doubts: condition,
// boundary, deny_possible, role_undefined, unrecorded, tainted, before_record. Reads all of the identity's history.
#include <vector>

#include "authority/check.h"
#include "tenure/answer.h"

namespace tenure::authority {

// At most this many of each kind, in byte order of their text.
inline constexpr std::size_t kMissesOfAKindMax = 3;

// `ways` are the possible ways that the answer shows.
Result<std::vector<Miss>> NearestMisses(const CheckBasis& basis, const CheckAnswer& answer, const std::vector<Witness>& ways,
                                        EvidenceList& evidence);

}  // namespace tenure::authority
