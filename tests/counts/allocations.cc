#include "counts/allocations.h"

#include <cstdlib>
#include <new>

namespace {
thread_local std::int64_t taken = 0;
}

namespace tenure::counts {
std::int64_t Allocations() { return taken; }
}  // namespace tenure::counts

void* operator new(std::size_t bytes) {
  ++taken;
  void* memory = std::malloc(bytes == 0 ? 1 : bytes);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
