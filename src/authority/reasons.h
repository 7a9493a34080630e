#pragma once
// The words of `because`: why a way is only possible, or doesn't hold at all. Words are stable; docs/reference/questions.md lists them.
#include <string>
#include <string_view>
#include <vector>

#include "authority/witness.h"

namespace tenure::authority {

// "active", "suspended", ...
std::string_view StatusWord(history::IdentityStatus status);

// Adds a word once.
void AddWord(std::vector<std::string>& words, std::string word);

// Words of the factors that are possible but not certain somewhere in `where`.
void AddDoubts(Reading& reading, const Witness& way, const history::IntervalSet& where, std::vector<std::string>& words);
// Words of the factors that don't hold at all somewhere in `where`; the way is one on paper.
void AddObstacles(Reading& reading, const Witness& way, const history::IntervalSet& where, std::vector<std::string>& words);

}  // namespace tenure::authority
