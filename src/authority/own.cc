// What an identity is given itself and through its groups, before it acts as anybody else.
#include "authority/evaluation.h"
#include "authority/gather.h"

namespace tenure::authority {

using history::IntervalSet;
using history::TimeSet;

const Sides& Evaluation::Given(std::string_view ref, const Asked& asked) {
  auto known = given_.find(ref);
  if (known == given_.end()) known = given_.emplace(std::string(ref), std::map<Asked, Sides>{}).first;
  if (const auto it = known->second.find(asked); it != known->second.end()) return it->second;
  Gather allow, deny;
  std::vector<Interval> paper;
  for (const auto& [principal, label] : ClosureOf(ref)) {
    for (const auto& grant : reading_.GrantsOf(principal)) {
      if (!reading_.Spend(1)) break;
      const Sides sides = OfGrant(grant, asked);
      allow.Add(sides.allow.Intersect(label.allow));
      deny.Add(sides.deny.Intersect(label.deny));
      const IntervalSet on_paper = sides.paper.Intersect(label.reach.may);
      paper.insert(paper.end(), on_paper.Parts().begin(), on_paper.Parts().end());
    }
    const IntervalSet& doubt = reading_.Doubtful(Topic::kAccess, principal);
    if (!reading_.CountsUnseen() || doubt.Empty()) continue;
    // Behind a taint anything may have been given, and anything denied.
    allow.Add(TimeSet::Uncertain(label.allow.may.Intersect(doubt)));
    deny.Add(TimeSet::Uncertain(label.deny.may.Intersect(doubt)));
  }
  Sides given{allow.Done().Doubt(reading_.Boundary(ref)), deny.Done(), UnionOf(std::move(paper))};
  return known->second.emplace(asked, std::move(given)).first->second;
}

TimeSet Evaluation::Own(std::string_view ref, const Asked& asked) {
  const Sides& given = Given(ref, asked);
  return given.allow.Minus(given.deny);
}

}  // namespace tenure::authority
