#include "reference/reference.h"

namespace tenure::reference {

View::View(const std::vector<Entry>& entries, const Configuration& configuration, const PositionVector& knowledge)
    : record_(Settle(entries, configuration, knowledge)) {}

View View::Saying(std::vector<Fact> facts) const {
  View view = *this;
  view.record_.bounds = BoundsAmong(facts);
  view.record_.facts = std::move(facts);
  return view;
}

}  // namespace tenure::reference
