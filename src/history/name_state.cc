#include "history/name_state.h"

#include <set>

namespace tenure::history {

std::uint8_t FlagsOf(const NameRow& row, const Copy& copy, const std::optional<Copy>& canonical, bool in_force) {
  std::uint8_t flags = row.Contested() ? kContestedFlag : 0;
  if (canonical && canonical->order == copy.order) flags |= in_force ? kCanonicalFlag | kInForceFlag : kCanonicalFlag;
  return flags;
}

std::string ConflictTuple(const NameHash& name, const NameRow& row) {
  std::set<Hash256> contents;
  for (const auto& c : row.copies) contents.insert(c.content);
  if (contents.size() < 2) return {};
  KeyWriter w;
  w.Raw("c").Raw(BytesOf(name));
  for (const auto& c : contents) w.Raw({reinterpret_cast<const char*>(c.data()), c.size()});
  return w.Take();
}

std::string DeadLetterTuple(const Position& position, std::string_view value) {
  return KeyWriter().Raw("d").At(position).Raw(value).Take();
}

std::string MisplacedTuple(const NameHash& name, const Copy& copy) {
  return KeyWriter().Raw("r").At(copy.order.position).Time(copy.order.recorded.us).Raw(BytesOf(name)).Take();
}

}  // namespace tenure::history
