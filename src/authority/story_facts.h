#pragma once
// The facts of one reference over time, beside the events of its story: when it existed or was defined, and how long its credentials,
// memberships and grants lived. A grant's life is its own: neither its holder's status nor its role's ends it.
#include <string_view>
#include <vector>

#include "authority/reading.h"
#include "tenure/answer.h"

namespace tenure::authority {

// Which stretches of a fact are shown: those that begin before `until`, whole; or what lies in the window.
struct StoryWindow {
  Interval window;
  bool clipped = false;
};

// Every fact of ref with a stretch to show: existence or definition first, then credentials, memberships (of a group also its members')
// and grants (of a role those of it), each by beginning and name. REQUIRED: `reading` reads all of time.
std::vector<FactRow> FactsOf(Reading& reading, std::string_view ref, const StoryWindow& shown);

}  // namespace tenure::authority
