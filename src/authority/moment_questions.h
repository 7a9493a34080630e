#pragma once
// Questions at one moment over pages. What they give counts only if the moment is still exact afterwards, has no fault, and its work
// limit wasn't reached.
#include <string_view>
#include <vector>

#include "authority/moment.h"
#include "tenure/answer.h"

namespace tenure::authority {

struct LevelNow {
  Level level = Level::kNever;
  std::vector<Position> evidence;
};

// moment_up.cc
LevelNow CheckNow(Moment& moment, std::string_view ref, const Asked& asked);
std::vector<BriefAuthorityRow> WhatNow(Moment& moment, std::string_view ref);
// moment_down.cc
std::vector<BriefHolder> WhoNow(Moment& moment, const WhoQuestion& question);

}  // namespace tenure::authority
