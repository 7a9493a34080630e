#pragma once
// Questions put to the engine and to the reference alike. Each returns "" or what differs.
#include <string>

#include "authority/questions.h"
#include "engine_under_test.h"
#include "reference/reference.h"

namespace tenure::property {

struct Asked {
  history::FactView& view;
  const reference::View& judge;
  const History& history;
  Random& random;
};

std::string Text(const std::vector<Interval>& intervals);
// "" if both hold the same lines, in whatever order; else both.
std::string Apart(const std::string& what, std::vector<std::string> got, std::vector<std::string> want);

// Everything about one history; "" or the first thing that differs.
using HistoryDiffers = std::function<std::string(const History&, std::uint64_t seed)>;
// Expects that none of one part of the histories differs. Four parts, so that two cores share the work.
inline constexpr int kParts = 4;
void HistoriesAgree(int part, std::uint64_t count_by_default, const HistoryDiffers& differs);

// truth_rows.cc
std::string WhatDiffers(Asked a);
std::string WhatDuringDiffers(Asked a);
// truth_facts.cc
std::string FactsDiffer(Asked a);
// truth_reach.cc
std::string ReachDiffers(Asked a);
std::string ReplayDiffers(Asked a);
// truth_why.cc
std::string WhyDiffers(Asked a);
// truth_brief.cc
std::string BriefDiffers(Asked a);
// truth_diff.cc
std::string DiffDiffers(Asked a);
std::string DiffKnownDiffers(Asked before, history::FactView& after, const projection::ReadModel& model,
                             const reference::Reference& reference);

}  // namespace tenure::property
