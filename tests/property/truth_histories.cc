// One part of the histories, each compared; a failing one is made small when it is asked for alone.
#include <gtest/gtest.h>

#include <cstdio>

#include "property/truth_questions.h"

namespace tenure::property {

void HistoriesAgree(int part, std::uint64_t count_by_default, const HistoryDiffers& differs) {
  const bool one = std::getenv("TENURE_SEED") != nullptr;
  if (one && part != 0) return;
  const std::uint64_t count = one ? 1 : Setting("TENURE_HISTORIES", count_by_default) / kParts;
  const std::uint64_t first = Setting("TENURE_SEED", 1 + static_cast<std::uint64_t>(part) * 100'000);
  std::uint64_t failures = 0;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const History history = MakeHistory(seed);
    const std::string what = differs(history, seed);
    if (what.empty()) continue;
    if (one) {
      const History least = Shrink(history, [&](const History& h) { return !differs(h, seed).empty(); });
      ADD_FAILURE() << "TENURE_SEED=" << seed << "\n" << differs(least, seed) << "\n" << Describe(least);
    } else {
      ADD_FAILURE() << "TENURE_SEED=" << seed << " " << what;
    }
    if (++failures >= Setting("TENURE_FAILURES", 5)) break;
  }
  std::printf("histories: %llu from seed %llu\n", static_cast<unsigned long long>(count), static_cast<unsigned long long>(first));
}

}  // namespace tenure::property
