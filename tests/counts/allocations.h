#pragma once
// How often this thread has taken memory by operator new. Linking it replaces the operator in the whole program.
#include <cstdint>

namespace tenure::counts {

std::int64_t Allocations();

}  // namespace tenure::counts
