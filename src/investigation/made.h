#pragma once
// What an identity, or whoever it could act as, is on record as having done to others: grants that it issued, identities and credentials
// that it made. An actor is what the producer of the event claims.
#include <set>
#include <string>
#include <vector>

#include "governance/actor.h"
#include "history/facts.h"
#include "investigation/reach.h"

namespace tenure::investigation {

using governance::ActorOf;

struct Deed {
  history::StoryItem item;
  std::string who, as;  // whose reach, and as whom
  bool certain = true;  // false: another may have acted as it
  std::string makes;    // an identity that it registered or gave a credential to; may be empty
};

// Of all these reaches, in order of effect, each event once: of the first of them that it can be of. Uses are none; events whose
// positions are in `told` are left out, and those found are added. Reads the whole record, once.
Result<std::vector<Deed>> DeedsOf(history::FactView& view, const std::vector<const Reach*>& reaches, const ActorOf& actor_of,
                                  std::set<Position>& told);

}  // namespace tenure::investigation
