#pragma once
// Where the pieces of a fact are filed beside its leaf, and what they are to the digest. Pure functions.
#include <vector>

#include "history/rows.h"

namespace tenure::history {

// The tuple of a piece in the digest.
Hash256 IntervalTuple(const FactKey& fact, const Piece& piece);
// The other ends under which a piece is filed.
std::vector<ObjectKey> ObjectsOfPiece(const Piece& piece);

}  // namespace tenure::history
