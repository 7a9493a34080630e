#pragma once
// The revokes by role of one principal, so that a grant finds those that can end it without a look at all the others.
//
// Of each scope only the first revoke after an issue can speak of its terms: what it does not end has a later issue, or is over. Read once,
// and only as far back as grants ask; another principal's are forgotten. Thread safety: one thread.
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "history/fact_key.h"
#include "history/moment.h"
#include "tenure/result.h"

namespace tenure::history {

class RoleRevokes {
 public:
  // The revokes in force with from <= time < until, ascending; kForever: to the end.
  using Load = std::function<Result<std::vector<Assertion>>(const FactKey& revokes, EffectiveTime from, EffectiveTime until)>;

  // `whole_at_second`: what has to be read further back once is read to its beginning, for those who fold many grants in no order of time.
  explicit RoleRevokes(bool whole_at_second) : whole_at_second_(whole_at_second) {}

  // Those that the fold of a grant with these events needs, ascending; `since`: not before it. Errors: of `load`.
  Result<std::vector<Assertion>> Of(const std::string& principal, const std::vector<Assertion>& events, EffectiveTime since,
                                    const Load& load);

 private:
  struct OfRole {
    EffectiveTime from = kForever;                         // read from there on
    std::deque<Moment> of_any_scope;                       // ascending
    std::map<std::string, std::deque<Moment>> of_a_scope;  // likewise
  };
  Status ReadBack(const FactKey& revokes, EffectiveTime from, const Load& load, OfRole& known);

  const bool whole_at_second_;
  std::string principal_;
  std::map<std::string, OfRole> roles_;
};

}  // namespace tenure::history
