#include "history/fact_writer.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tenure::history {
namespace {

// Adds or changes; events stay in order.
void Upsert(std::vector<LeafEvent>& events, LeafEvent event) {
  auto at = events.end();
  if (!events.empty() && !(events.back().at < event.at))
    at = std::lower_bound(events.begin(), events.end(), event.at, [](const LeafEvent& e, const Moment& m) { return e.at < m; });
  if (at != events.end() && at->at == event.at) *at = std::move(event);
  else events.insert(at, std::move(event));
}

// Those of `from` and later taken out of a leaf.
void TakePieces(Leaf& leaf, EffectiveTime from, std::vector<LeafPiece>& into) {
  const auto begin = std::find_if(leaf.pieces.begin(), leaf.pieces.end(), [&](const LeafPiece& p) { return from <= p.span.from; });
  std::move(begin, leaf.pieces.end(), std::back_inserter(into));
  leaf.pieces.erase(begin, leaf.pieces.end());
}

}  // namespace

Result<FactWriter::First*> FactWriter::Keep(std::string key, const std::optional<std::string>& bytes) {
  First first;
  if (bytes) {
    auto seen = ReadLeaf(*bytes);
    if (!seen) return tl::unexpected(seen.error());
    first.leaf = OwnLeaf(*seen);
    first.there = true;
  }
  const auto kept = firsts_.emplace(std::move(key), std::move(first)).first;
  kept->second.key = &kept->first;
  return &kept->second;
}

Result<FactWriter::First*> FactWriter::Open(const FactKey& fact) {
  std::string key = LeafKey(fact);
  if (const auto it = firsts_.find(key); it != firsts_.end()) return &it->second;
  auto bytes = batch_.Get(Family::kFact, key);
  if (!bytes) return tl::unexpected(bytes.error());
  return Keep(std::move(key), *bytes);
}

Status FactWriter::Expect(const std::vector<FactKey>& facts) {
  std::vector<std::string> keys;
  for (const auto& fact : facts)
    if (std::string key = LeafKey(fact); !firsts_.contains(key)) keys.push_back(std::move(key));
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  auto values = batch_.GetAll(Family::kFact, keys);
  if (!values) return tl::unexpected(values.error());
  for (std::size_t i = 0; i < keys.size(); ++i)
    if (auto kept = Keep(std::move(keys[i]), (*values)[i]); !kept) return tl::unexpected(kept.error());
  return {};
}

Result<std::vector<FactWriter::Later>> FactWriter::LaterFrom(const FactKey& fact, const Moment& from, const Moment& until) {
  std::vector<Later> out;
  if (!cursor_) cursor_ = batch_.Scan(Family::kFact);
  const std::string prefix = LeafKey(fact);
  Cursor& c = *cursor_;
  for (c.SeekForPrev(LeafKey(fact, from)); c.ValidWithin(prefix); c.Next()) {
    if (c.Key() == prefix) continue;
    const auto parts = ParseLeafKey(c.Key());
    if (!parts || !parts->begin)
      return Fail("model_corrupt", "a key of the read model cannot be read", "run `tenure rebuild`", Blame::kFault);
    if (until < *parts->begin) break;
    auto seen = ReadLeaf(c.Value());
    if (!seen) return tl::unexpected(seen.error());
    out.push_back({std::string(c.Key()), *parts->begin, OwnLeaf(*seen)});
  }
  if (auto health = c.Health(); !health) return tl::unexpected(health.error());
  return out;
}

Result<std::vector<LeafEvent>> FactWriter::EventsAt(const FactKey& fact, EffectiveTime time) {
  auto first = Open(fact);
  if (!first) return tl::unexpected(first.error());
  std::vector<LeafEvent> out;
  const auto take = [&](const Leaf& leaf) {
    for (const auto& e : leaf.events)
      if (e.at.time == time) out.push_back(e);
  };
  take((*first)->leaf);
  if (!(*first)->leaf.more) return out;
  auto later = LaterFrom(fact, FirstOf(time), LastOf(time));
  if (!later) return tl::unexpected(later.error());
  for (const auto& one : *later) take(one.leaf);
  return out;
}

Result<const Leaf*> FactWriter::Whole(const FactKey& fact) {
  auto first = Open(fact);
  if (!first) return tl::unexpected(first.error());
  return (*first)->leaf.more ? nullptr : &(*first)->leaf;
}

Result<bool> FactWriter::PutEvent(const FactKey& fact, LeafEvent event) {
  auto first = Open(fact);
  if (!first) return tl::unexpected(first.error());
  const bool is_new = !(*first)->there;
  (*first)->there = true;
  if ((*first)->leaf.more) {
    auto later = LaterFrom(fact, event.at, event.at);
    if (!later) return tl::unexpected(later.error());
    if (!later->empty() && !(event.at < later->front().begin)) {
      Upsert(later->front().leaf.events, std::move(event));
      Split(fact, **first, later->front().leaf);
      WriteLater(later->front());
      return false;
    }
  }
  Upsert((*first)->leaf.events, std::move(event));
  Split(fact, **first, (*first)->leaf);
  Change(**first);
  return is_new;
}

// An event that came before a fact's first may turn that into one that begins a leaf; one that came between cuts at itself.
void FactWriter::Split(const FactKey& fact, First& first, Leaf& leaf) {
  for (std::size_t i = leaf.events.size(); i-- > 1;) {
    if (!BeginsLeaf(leaf.events[i].at.order)) continue;
    const auto at = leaf.events.begin() + static_cast<std::ptrdiff_t>(i);
    Later cut{LeafKey(fact, at->at), at->at, {}};
    std::move(at, leaf.events.end(), std::back_inserter(cut.leaf.events));
    leaf.events.erase(at, leaf.events.end());
    const auto begins = std::find_if(leaf.pieces.begin(), leaf.pieces.end(),
                                     [&](const LeafPiece& p) { return !(FirstOf(p.span.from) < cut.begin); });
    std::move(begins, leaf.pieces.end(), std::back_inserter(cut.leaf.pieces));
    leaf.pieces.erase(begins, leaf.pieces.end());
    WriteLater(cut);
    first.leaf.more = true;
    Change(first);
  }
}

void FactWriter::Change(First& first) {
  if (!std::exchange(first.changed, true)) changed_.push_back(&first);
}

void FactWriter::WriteLater(const Later& later) { batch_.Put(Family::kFact, later.key, PackLeaf(later.leaf)); }

Result<std::optional<LeafPiece>> FactWriter::PieceAt(const FactKey& fact, EffectiveTime from) {
  auto first = Open(fact);
  if (!first) return tl::unexpected(first.error());
  std::optional<LeafPiece> found;
  const auto look = [&](const Leaf& leaf) {
    for (const auto& p : leaf.pieces)
      if (p.span.from == from) found = p;
  };
  look((*first)->leaf);
  if (found || !(*first)->leaf.more) return found;
  auto later = LaterFrom(fact, FirstOf(from), FirstOf(from));
  if (!later) return tl::unexpected(later.error());
  if (!later->empty()) look(later->front().leaf);
  return found;
}

Result<std::vector<LeafPiece>> FactWriter::ReplacePieces(const FactKey& fact, EffectiveTime from,
                                                         const std::vector<LeafPiece>& pieces) {
  auto opened = Open(fact);
  if (!opened) return tl::unexpected(opened.error());
  First& first = **opened;
  std::vector<Later> later;
  if (first.leaf.more) {
    auto found = LaterFrom(fact, FirstOf(from), LastOf(kForever));
    if (!found) return tl::unexpected(found.error());
    later = std::move(*found);
  }
  std::vector<LeafPiece> before;
  // A leaf whose pieces begin before `from` alone is left as it is.
  const bool in_first = later.empty() || FirstOf(from) < later.front().begin;
  std::vector<Leaf*> leaves;
  if (in_first) leaves.push_back(&first.leaf);
  for (auto& one : later) leaves.push_back(&one.leaf);
  std::vector<std::vector<LeafPiece>> were;
  for (Leaf* leaf : leaves) {
    were.push_back(leaf->pieces);
    TakePieces(*leaf, from, before);
  }
  std::size_t into = 0;
  for (const auto& piece : pieces) {
    const auto begin_of = [&](std::size_t leaf) { return later[leaf - (in_first ? 1 : 0)].begin; };
    while (into + 1 < leaves.size() && !(FirstOf(piece.span.from) < begin_of(into + 1))) ++into;
    leaves[into]->pieces.push_back(piece);
  }
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    if (leaves[i]->pieces == were[i]) continue;
    if (in_first && i == 0) Change(first);
    else WriteLater(later[i - (in_first ? 1 : 0)]);
  }
  return before;
}

Result<bool> FactWriter::HasCheckpoint(const FactKey& fact) {
  auto first = Open(fact);
  if (!first) return tl::unexpected(first.error());
  return (*first)->leaf.checkpoint;
}

Status FactWriter::NoteCheckpoint(const FactKey& fact, bool has_one) {
  auto first = Open(fact);
  if (!first) return tl::unexpected(first.error());
  if ((*first)->leaf.checkpoint == has_one) return {};
  (*first)->leaf.checkpoint = has_one;
  Change(**first);
  return {};
}

void FactWriter::Flush() {
  for (First* first : changed_) {
    batch_.Put(Family::kFact, *first->key, PackLeaf(first->leaf));
    first->changed = false;
  }
  changed_.clear();
}

}  // namespace tenure::history
