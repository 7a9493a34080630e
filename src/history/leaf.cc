#include "history/leaf.h"

#include <algorithm>
#include <limits>

#include "history/bytes.h"
#include "history/rows.h"

namespace tenure::history {
namespace {

constexpr std::uint8_t kMore = 1, kCheckpoint = 2;
constexpr std::uint8_t kOpenBegin = 1, kOpenEnd = 2;
constexpr std::uint64_t kLeafEvents = 16;

// Differences wrap around, so that any two times have one.
std::uint64_t Difference(std::int64_t from, std::int64_t to) {
  const auto d = static_cast<std::int64_t>(static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from));
  return static_cast<std::uint64_t>(d) << 1 ^ static_cast<std::uint64_t>(d >> 63);
}
std::int64_t Sum(std::int64_t from, std::uint64_t difference) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(from) + (difference >> 1 ^ (~(difference & 1) + 1)));
}

// Each time as what lies between it and the one before.
struct Clock {
  std::int64_t time = 0, recorded = 0;
};

void PutEvent(ValueWriter& w, const LeafEvent& e, Clock& clock) {
  const Position& p = e.at.order.position;
  w.Byte(e.flags).Varint(Difference(clock.time, e.at.time.us)).Varint(Difference(clock.recorded, e.at.order.recorded.us));
  w.Byte(static_cast<std::uint8_t>(p.topic)).Varint(static_cast<std::uint32_t>(p.partition));
  w.Varint(static_cast<std::uint64_t>(p.offset)).Str(e.payload);
  clock = {e.at.time.us, e.at.order.recorded.us};
}

EventSeen TakeEvent(Reader& r, Clock& clock) {
  EventSeen e;
  e.flags = r.Byte();
  clock.time = Sum(clock.time, r.Varint());
  clock.recorded = Sum(clock.recorded, r.Varint());
  e.at.time.us = clock.time;
  e.at.order.recorded.us = clock.recorded;
  Position& p = e.at.order.position;
  p.topic = static_cast<Topic>(r.Byte());
  p.partition = static_cast<std::int32_t>(r.Varint());
  p.offset = static_cast<std::int64_t>(r.Varint());
  e.payload = r.View();
  return e;
}

void PutPiece(ValueWriter& w, const LeafPiece& piece) {
  const bool open_begin = piece.span.from == kAlways, open_end = piece.span.until == kForever;
  w.Byte(static_cast<std::uint8_t>((open_begin ? kOpenBegin : 0) | (open_end ? kOpenEnd : 0)));
  if (!open_begin) w.Time(piece.span.from.us);
  if (!open_end) w.Time(piece.span.until.us);
  w.Str(piece.value);
}

PieceSeen TakePiece(Reader& r) {
  PieceSeen piece;
  const auto flags = r.Byte();
  piece.span.from = flags & kOpenBegin ? kAlways : EffectiveTime{r.Time()};
  piece.span.until = flags & kOpenEnd ? kForever : EffectiveTime{r.Time()};
  piece.value = r.View();
  return piece;
}

}  // namespace

std::string PackLeaf(const Leaf& leaf) {
  ValueWriter w;
  w.Byte(static_cast<std::uint8_t>((leaf.more ? kMore : 0) | (leaf.checkpoint ? kCheckpoint : 0)));
  w.Varint(leaf.events.size());
  Clock clock;
  for (const auto& e : leaf.events) PutEvent(w, e, clock);
  for (const auto& piece : leaf.pieces) PutPiece(w, piece);
  return w.Take();
}

Result<LeafSeen> ReadLeaf(std::string_view value) {
  Reader r(value);
  LeafSeen leaf;
  const auto flags = r.Byte();
  leaf.more = flags & kMore;
  leaf.checkpoint = flags & kCheckpoint;
  Clock clock;
  for (auto n = r.Varint(); n > 0 && r.Ok(); --n) leaf.events.push_back(TakeEvent(r, clock));
  while (r.Ok() && !r.AtEnd()) leaf.pieces.push_back(TakePiece(r));
  if (!r.Ok())
    return Fail("model_corrupt", "a row of a fact in the read model cannot be read", "run `tenure rebuild`", Blame::kFault);
  return leaf;
}

Leaf OwnLeaf(const LeafSeen& seen) {
  Leaf leaf{seen.more, seen.checkpoint, {}, {}};
  leaf.events.reserve(seen.events.size() + 1);
  for (const auto& e : seen.events) leaf.events.push_back({e.at, e.flags, std::string(e.payload)});
  leaf.pieces.reserve(seen.pieces.size() + 1);
  for (const auto& p : seen.pieces) leaf.pieces.push_back({p.span, std::string(p.value)});
  return leaf;
}

bool BeginsLeaf(const Order& order) {
  std::uint64_t x = static_cast<std::uint64_t>(order.recorded.us) * 0x9e3779b97f4a7c15u ^
                    static_cast<std::uint64_t>(order.position.offset) * 0xc2b2ae3d27d4eb4fu ^
                    static_cast<std::uint64_t>(order.position.partition);
  x = (x ^ x >> 32) * 0xff51afd7ed558ccdu;
  return (x >> 40) % kLeafEvents == 0;
}

Moment FirstOf(EffectiveTime time) { return {time, {RecordedTime{std::numeric_limits<std::int64_t>::min()}, {}}}; }

Moment LastOf(EffectiveTime time) {
  const Position greatest{static_cast<Topic>(0xff), std::numeric_limits<std::int32_t>::max(),
                          std::numeric_limits<std::int64_t>::max()};
  return {time, {RecordedTime{std::numeric_limits<std::int64_t>::max()}, greatest}};
}

std::string LeafKey(const FactKey& fact) { return FactPrefix(fact); }
std::string LeafKey(const FactKey& fact, const Moment& begin) { return KeyWriter().Raw(FactPrefix(fact)).At(begin).Take(); }

std::string PieceKey(const FactKey& fact, EffectiveTime from) { return KeyWriter().Raw(FactPrefix(fact)).Time(from.us).Take(); }

std::string PackPieceRow(const LeafPiece& piece) { return KeyWriter().Time(piece.span.until.us).Raw(piece.value).Take(); }

Result<LeafPiece> ReadPieceRow(const FactKey& fact, std::string_view key, std::string_view value) {
  Reader k(key.substr(std::min(key.size(), FactPrefix(fact).size()))), v(value);
  LeafPiece piece;
  piece.span.from.us = k.Time();
  piece.span.until.us = v.Time();
  if (!k.Ok() || !v.Ok())
    return Fail("model_corrupt", "a piece of the read model cannot be read", "run `tenure rebuild`", Blame::kFault);
  piece.value = v.Rest();
  return piece;
}

std::optional<LeafKeyParts> ParseLeafKey(std::string_view key) {
  Reader r(key);
  LeafKeyParts parts;
  parts.fact.subject = r.Text();
  parts.fact.kind = static_cast<FactKind>(r.Byte());
  parts.fact.object = r.Text();
  if (r.Ok() && !r.AtEnd()) parts.begin = r.AtMoment();
  if (!r.Ok()) return std::nullopt;
  return parts;
}

}  // namespace tenure::history
