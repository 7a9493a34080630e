#include "history/fact_reader.h"

namespace tenure::history {

Cursor& FactReader::LeafCursor() {
  if (!cursor_) cursor_ = rows_.Scan(Family::kFact);
  return *cursor_;
}

Status FactReader::EachEvent(const FactKey& fact, EffectiveTime from, EffectiveTime until, const Each& each) {
  const std::string prefix = LeafKey(fact);
  auto bytes = rows_.Get(Family::kFact, prefix);
  if (!bytes) return tl::unexpected(bytes.error());
  if (!*bytes) return {};
  const auto tell = [&](const LeafSeen& leaf) -> Status {
    for (const auto& e : leaf.events)
      if (from <= e.at.time && (until == kForever || e.at.time < until))
        if (auto s = each(e); !s) return s;
    return {};
  };
  auto first = ReadLeaf(**bytes);
  if (!first) return tl::unexpected(first.error());
  if (!first->more) return tell(*first);
  Cursor& c = LeafCursor();
  for (c.SeekForPrev(LeafKey(fact, FirstOf(from))); c.ValidWithin(prefix); c.Next()) {
    auto leaf = ReadLeaf(c.Value());
    if (!leaf) return tl::unexpected(leaf.error());
    if (until != kForever && !leaf->events.empty() && until <= leaf->events.front().at.time) break;
    if (auto s = tell(*leaf); !s) return s;
  }
  return c.Health();
}

Status FactReader::EachUnder(std::string_view prefix, const EachOfMany& each) {
  const auto c = rows_.Scan(Family::kFact);
  for (c->Seek(prefix); c->ValidWithin(prefix); c->Next()) {
    const auto parts = ParseLeafKey(c->Key());
    auto leaf = ReadLeaf(c->Value());
    if (!leaf) return tl::unexpected(leaf.error());
    if (!parts) return Fail("model_corrupt", "a key of the read model cannot be read", "run `tenure rebuild`", Blame::kFault);
    for (const auto& e : leaf->events) {
      auto more = each(parts->fact, e);
      if (!more) return tl::unexpected(more.error());
      if (!*more) return {};
    }
  }
  return c->Health();
}

Result<bool> FactReader::Exists(const FactKey& fact) const {
  auto bytes = rows_.Get(Family::kFact, LeafKey(fact));
  if (!bytes) return tl::unexpected(bytes.error());
  return bytes->has_value();
}

}  // namespace tenure::history
