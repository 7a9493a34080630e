#include "library/unprojected.h"

#include <cstring>

namespace tenure::library {

std::size_t Unprojected::SlotOf(const history::NameHash& name) const {
  std::uint64_t hash = 0;
  std::memcpy(&hash, name.data(), sizeof hash);
  std::size_t at = hash & (slots_.size() - 1);
  while (slots_[at] != 0 && all_[slots_[at] - 1].name != name) at = (at + 1) & (slots_.size() - 1);
  return at;
}

void Unprojected::Grow() {
  slots_.assign(slots_.empty() ? 1u << 16 : 2 * slots_.size(), 0);
  for (std::size_t i = 0; i < all_.size(); ++i) slots_[SlotOf(all_[i].name)] = static_cast<std::uint32_t>(i + 1);
}

void Unprojected::Add(const EventName& name, const Known& known) {
  if (slots_.size() < 2 * (all_.size() + 1)) Grow();
  const auto hash = history::HashOf(name);
  const std::size_t slot = SlotOf(hash);
  all_.push_back({hash, known});
  slots_[slot] = static_cast<std::uint32_t>(all_.size());
}

std::optional<Unprojected::Known> Unprojected::Find(const EventName& name) const {
  if (all_.empty()) return std::nullopt;
  const std::uint32_t at = slots_[SlotOf(history::HashOf(name))];
  return at == 0 ? std::nullopt : std::optional(all_[at - 1].known);
}

}  // namespace tenure::library
