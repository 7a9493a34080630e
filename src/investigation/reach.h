#pragma once
// What one identity could reach in a window: as whom, and by which grants. Sets are clipped to the window.
//
// A taint makes what the fold gives possible, and adds nothing. One object a question and identity; not thread safe.
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "authority/evaluation.h"
#include "authority/evidence.h"
#include "authority/taints.h"
#include "authority/witness.h"
#include "tenure/answer.h"

namespace tenure::investigation {

// One effect of one grant with one set of terms, held as somebody.
struct Authority {
  std::string as;
  const history::GrantPiece* piece = nullptr;  // whose terms these are; owned by the reach
  RowEffect effect = RowEffect::kAllow;
  history::TimeSet set;
};

class Reach {
 public:
  Reach(history::FactView& view, std::string who, Interval window, const authority::TaintIndex& taints, authority::Work& work);

  const std::string& Who() const { return who_; }
  const Interval& Window() const { return window_; }
  // As whom it could act, itself included, and when both it and they were active.
  const std::map<std::string, history::TimeSet>& Identities() const { return identities_; }
  const std::vector<Authority>& Authorities() const { return authorities_; }
  // When some deny holds for it as that identity.
  history::IntervalSet DeniesOf(const std::string& as) const;
  // When that grant's terms cover a use, whatever the scope where no resource is named.
  bool Covers(const Authority& authority, const AccessUsed& use, EffectiveTime at);

  // The way to act as somebody, and to hold a grant as somebody, at a moment.
  Result<std::vector<PathStep>> PathTo(const std::string& as, EffectiveTime t, bool certain, authority::EvidenceList& evidence);
  Result<std::vector<PathStep>> PathTo(const Authority& authority, EffectiveTime t, bool certain,
                                       authority::EvidenceList& evidence);

  // What was consulted, for the head's taints.
  authority::Evaluation& Plain() { return plain_->evaluation; }
  std::optional<Error> Fault() const;

 private:
  struct Evaluated {
    Evaluated(history::FactView& view, Interval window, authority::Unseen unseen, const authority::TaintIndex& taints,
              authority::Work& work)
        : reading(view, window, unseen, taints, work), evaluation(reading, authority::Everyone::kCounts) {}
    authority::Reading reading;
    authority::Evaluation evaluation;
  };
  using Found = std::map<std::tuple<std::string, std::string, std::string, RowEffect>, std::vector<Authority>>;

  Found Gather(Evaluated& evaluated, std::map<std::string, history::TimeSet>& identities);
  void Doubt(const Found& counted, const std::map<std::string, history::TimeSet>& identities, Found& found);
  Evaluated& For(bool certain) { return certain && counted_ ? *counted_ : *plain_; }

  std::string who_;
  Interval window_;
  const authority::TaintIndex none_{{}};
  std::unique_ptr<Evaluated> plain_, counted_;  // without taints; with them, where there are any
  std::map<std::string, history::TimeSet> identities_;
  std::vector<Authority> authorities_, denies_;
};

}  // namespace tenure::investigation
