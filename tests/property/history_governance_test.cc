// What random histories must show of governance for them to judge anything by.
#include <gtest/gtest.h>

#include <cstdio>

#include "property/history_generator.h"
#include "reference/governance.h"

namespace tenure::property {
namespace {

// How many histories show each thing.
class Seen {
 public:
  void Note(const std::string& thing) { now_.insert(thing); }
  void NextHistory() {
    for (const auto& thing : now_) ++histories_[thing];
    now_.clear();
    ++count_;
  }
  void ExpectOneInFifty(const std::vector<std::string>& things) const { ExpectOneIn(50, things); }
  void ExpectOneIn(int many, const std::vector<std::string>& things) const {
    for (const auto& thing : things) {
      const auto found = histories_.find(thing);
      const int histories = found == histories_.end() ? 0 : found->second;
      std::printf("  %-40s in %5.1f %%\n", thing.c_str(), histories * 100.0 / count_);
      EXPECT_GE(histories * many, count_) << thing;
    }
  }

 private:
  std::set<std::string> now_;
  std::map<std::string, int> histories_;
  int count_ = 0;
};

void ForHistories(int count, const std::function<void(const History&, const reference::Reference&, Random&)>& look) {
  for (std::uint64_t seed = 1; seed <= static_cast<std::uint64_t>(count); ++seed) {
    const History history = MakeHistory(seed);
    Random random(seed ^ 0x60b);
    look(history, reference::Reference(EntriesOf(history), history.configuration), random);
  }
}

TEST(HistoryGovernance, EveryStepAndEveryGapOfALifeIsThere) {
  Seen seen;
  ForHistories(150, [&](const History& history, const reference::Reference& reference, Random& random) {
    const auto view = reference.At(reference.Everything());
    for (int n = 0; n < 20; ++n) {
      const Question q = SomeGovernedQuestion(history, random);
      reference::WhyHeldAsked asked{q.ref, OneOf(TheUniverse().roles, random), "", ""};
      if (n % 2 == 0) asked = {q.ref, "", q.action, q.resource};
      for (const auto& chain : WhyHeld(view, asked, {q.time, std::nullopt})) {
        for (const auto& step : chain.steps) seen.Note(step.what);
        for (const auto& gap : chain.gaps) seen.Note(gap.gap);
      }
    }
    seen.NextHistory();
  });
  seen.ExpectOneInFifty({"requested", "approved", "denied", "issued", "changed", "used", "keep", "revoke", "change", "excused",
                         "revoked", "expired", "reissued", "retired", "role_reincarnated"});
  seen.ExpectOneIn(150, {"reincarnated"});  // seldom asked about
  seen.ExpectOneInFifty({"no_request", "no_approval", "approved_after_issue", "self_approval", "approver_without_authority",
                         "approver_authority_unknown", "never_used", "never_reviewed", "owner_retired"});
}

TEST(HistoryGovernance, EveryStateOfWhatIsReviewedIsThereAndDaysPass) {
  Seen seen;
  ForHistories(400, [&](const History& history, const reference::Reference& reference, Random& random) {
    for (int n = 0; n < 4; ++n) {
      const tenure::When when{SomeGovernedTime(history, random), std::nullopt};
      for (const auto& [name, review] : Reviews(reference, reference.Everything(), when))
        for (const auto& row : review.rows) {
          seen.Note(row.state);
          seen.Note(row.held.kind + " " + (row.carried_out_at ? "carried out" : row.decision.empty() ? "undecided" : "decided"));
          if (row.open_days > 0) seen.Note("days");
        }
    }
    seen.NextHistory();
  });
  seen.ExpectOneInFifty({"undecided", "overdue", "gone", "kept", "revoked", "revoke_not_carried_out", "changed",
                         "change_not_carried_out", "grant carried out", "group carried out", "credential carried out",
                         "grant decided", "group decided", "credential decided", "days"});
}

TEST(HistoryGovernance, EveryMarkOfAControlIsThere) {
  Seen seen;
  ForHistories(100, [&](const History& history, const reference::Reference& reference, Random& random) {
    const tenure::When when{SomeGovernedTime(history, random), std::nullopt};
    for (const auto& control : Controls(reference.At(reference.Everything()), {"iam"}, when)) {
      for (const auto& mark : control.marks) seen.Note(mark);
      if (!control.owner.empty()) seen.Note("owner");
      if (!control.writer.empty()) seen.Note("writer");
      if (!control.bundled.empty()) seen.Note("bundled on the " + control.plane + " plane");
    }
    seen.NextHistory();
  });
  seen.ExpectOneInFifty({"no_owner", "hand_made", "both_planes", "owner", "writer", "bundled on the identity plane",
                         "bundled on the access plane"});
}

}  // namespace
}  // namespace tenure::property
