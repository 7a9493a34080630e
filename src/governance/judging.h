#pragma once
// What was decided about what a review is about, and what came of it. Source: docs/reference/governance.md. Not thread safe.
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "governance/holdings.h"
#include "tenure/governance.h"

namespace tenure::governance {

// What was said of one review by a moment. Points into the events that it was made of.
struct Campaign {
  const history::OwnEvent* opened = nullptr;        // first; the review is what that says
  const history::OwnEvent* closed = nullptr;        // last
  std::vector<const history::OwnEvent*> decisions;  // in order of time
  const ReviewOpened& Terms() const { return std::get<ReviewOpened>(opened->payload); }
};
// `events`: those about the review, in order.
Campaign CampaignIn(const std::vector<history::OwnEvent>& events, const std::string& review, EffectiveTime t);

// A row and the events behind it: what gave it, the decision, what ended or changed it.
struct Judged {
  HoldingRow row;
  std::vector<Position> evidence;
};
HoldingRow RowOf(const Holding& holding);

// Of one review, as of t. Asked in order of principals it reads each of them once.
class Judging {
 public:
  // `view` and `campaign` outlive it.
  Judging(history::FactView& view, const Campaign& campaign, EffectiveTime t);
  Result<Judged> Of(const Holding& holding);

 private:
  Holder& HolderOf(const std::string& principal);
  void SetState(HoldingRow& row, bool done) const;

  history::FactView& view_;
  const Campaign& campaign_;
  const EffectiveTime t_;
  std::map<HoldingId, const history::OwnEvent*> decisions_;  // the last of each
  std::unique_ptr<Holder> holder_;
};

}  // namespace tenure::governance
