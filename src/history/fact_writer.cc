#include "history/fact_writer.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "history/rows.h"

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

bool BeginsBefore(const LeafPiece& a, const LeafPiece& b) { return a.span.from < b.span.from; }

auto FirstFrom(std::vector<LeafPiece>& pieces, EffectiveTime from) {
  return std::find_if(pieces.begin(), pieces.end(), [&](const LeafPiece& p) { return from <= p.span.from; });
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
  if (!leaf_cursor_) leaf_cursor_ = batch_.Scan(Family::kFact);
  const std::string prefix = LeafKey(fact);
  Cursor& c = *leaf_cursor_;
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
    WriteLater(cut);
    for (const auto& piece : first.leaf.pieces) batch_.Put(Family::kPiece, PieceKey(fact, piece.span.from), PackPieceRow(piece));
    first.leaf.pieces.clear();
    first.leaf.more = true;
    Change(first);
  }
}

void FactWriter::Change(First& first) {
  if (!std::exchange(first.changed, true)) changed_.push_back(&first);
}

void FactWriter::WriteLater(const Later& later) { batch_.Put(Family::kFact, later.key, PackLeaf(later.leaf)); }

Result<std::vector<LeafPiece>> FactWriter::PieceRowsFrom(const FactKey& fact, EffectiveTime from) {
  std::vector<LeafPiece> out;
  if (!piece_cursor_) piece_cursor_ = batch_.Scan(Family::kPiece);
  const std::string prefix = FactPrefix(fact);
  Cursor& c = *piece_cursor_;
  for (c.Seek(PieceKey(fact, from)); c.ValidWithin(prefix); c.Next()) {
    auto piece = ReadPieceRow(fact, c.Key(), c.Value());
    if (!piece) return tl::unexpected(piece.error());
    out.push_back(std::move(*piece));
  }
  if (auto health = c.Health(); !health) return tl::unexpected(health.error());
  return out;
}

Result<std::optional<LeafPiece>> FactWriter::PieceAt(const FactKey& fact, EffectiveTime from) {
  auto first = Open(fact);
  if (!first) return tl::unexpected(first.error());
  if ((*first)->leaf.more) {
    const std::string key = PieceKey(fact, from);
    auto bytes = batch_.Get(Family::kPiece, key);
    if (!bytes) return tl::unexpected(bytes.error());
    if (!*bytes) return std::nullopt;
    auto piece = ReadPieceRow(fact, key, **bytes);
    if (!piece) return tl::unexpected(piece.error());
    return std::move(*piece);
  }
  auto& pieces = (*first)->leaf.pieces;
  const auto at = FirstFrom(pieces, from);
  if (at == pieces.end() || at->span.from != from) return std::nullopt;
  return *at;
}

Result<std::vector<LeafPiece>> FactWriter::ReplacePieces(const FactKey& fact, EffectiveTime from,
                                                         const std::vector<LeafPiece>& pieces) {
  auto first = Open(fact);
  if (!first) return tl::unexpected(first.error());
  Leaf& leaf = (*first)->leaf;
  std::vector<LeafPiece> before;
  if (leaf.more) {
    auto rows = PieceRowsFrom(fact, from);
    if (!rows) return rows;
    before = std::move(*rows);
    if (before == pieces) return before;
    for (const auto& piece : before)
      if (!std::binary_search(pieces.begin(), pieces.end(), piece, BeginsBefore))
        batch_.Delete(Family::kPiece, PieceKey(fact, piece.span.from));
    for (const auto& piece : pieces) {
      const auto there = std::lower_bound(before.begin(), before.end(), piece, BeginsBefore);
      if (there == before.end() || !(*there == piece))
        batch_.Put(Family::kPiece, PieceKey(fact, piece.span.from), PackPieceRow(piece));
    }
    return before;
  }
  const auto at = FirstFrom(leaf.pieces, from);
  before.assign(std::make_move_iterator(at), std::make_move_iterator(leaf.pieces.end()));
  leaf.pieces.erase(at, leaf.pieces.end());
  leaf.pieces.insert(leaf.pieces.end(), pieces.begin(), pieces.end());
  if (before != pieces) Change(**first);
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
