#include "reference/reference.h"

namespace tenure::reference {

View::View(const std::vector<Entry>& entries, const Configuration& configuration, const PositionVector& knowledge)
    : record_(Settle(entries, configuration, knowledge)) {}

}  // namespace tenure::reference
