#pragma once
// What the settlement of a name leaves in rows and digests: the flags of its copies, and its taints. Pure functions.
#include <string>
#include <string_view>

#include "history/leaf.h"
#include "history/rows.h"

namespace tenure::history {

// The value of the row of a retraction that lies on a wrong topic for some knowledge, but not for all that is projected; else "".
inline constexpr std::string_view kMisplacedForSome = "not by all that is projected";

// As its facts see one copy. `canonical`: the copy that counts, if any; `in_force`: it acts as a fact.
std::uint8_t FlagsOf(const NameRow& row, const Copy& copy, const std::optional<Copy>& canonical, bool in_force);
// The tuple of a name with more contents than one; empty: it has one.
std::string ConflictTuple(const NameHash& name, const NameRow& row);
// The tuple of a dead letter; `value`: its record row.
std::string DeadLetterTuple(const Position& position, std::string_view value);
// The tuple of a retraction's copy that lies on a wrong topic.
std::string MisplacedTuple(const NameHash& name, const Copy& copy);

}  // namespace tenure::history
