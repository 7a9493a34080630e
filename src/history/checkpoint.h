#pragma once
// Where the fold of a long fact can be taken up again, so that an event in order costs the same whatever lies before it.
//
// A checkpoint stands for all events of times up to `at`; it holds as long as none of these comes or goes and the incarnations around
// it stay. It is derived, never part of a digest, and may be dropped at any time. What it keeps is small: registers, a role's last
// piece, or the few events that still speak to later ones. Plain values.
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "history/fact_key.h"
#include "history/fold.h"
#include "history/rows.h"

namespace tenure::history {

// Events of a credential, grant or membership which, with any later ones, fold to the same pieces from Checkpoint::from on as all do.
// Pieces that they give before it are to be dropped.
struct StillSpeaking {
  std::vector<Assertion> events;
  std::vector<std::string> roles;  // all that a grant's terms ever named: a revoke by one of them reaches into the past; sorted
};

struct Checkpoint {
  EffectiveTime at;
  EffectiveTime from;                                              // pieces that begin before it stand
  std::variant<StillSpeaking, IdentityRegisters, RolePiece> left;  // by the fact's kind
};

// What `before` (nothing: the beginning) and the events after it leave together. `events`: ascending, not empty, and no later event has
// the time of the last. `begins`: the incarnations of the subject. `pieces`: what the fold from `before` on gave.
Checkpoint Covering(const FactKey& fact, const std::optional<Checkpoint>& before, const std::vector<Assertion>& events,
                    const std::vector<Moment>& begins, const std::vector<Piece>& pieces);

std::string PackCheckpoint(const Checkpoint& checkpoint);
Result<Checkpoint> UnpackCheckpoint(const FactKey& fact, std::string_view value);

}  // namespace tenure::history
