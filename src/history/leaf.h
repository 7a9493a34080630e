#pragma once
// A row of what is known about one fact: some of its events, and its pieces if it is short.
//
// A fact's events lie in order in leaves. Where one ends and the next begins hangs on the events alone, never on the order in which they
// came: the first event begins the first leaf, and each other event with BeginsLeaf begins one. The pieces of a fact with one leaf lie in
// it, those of a longer one in rows of their own. So an event is filed by a read and a write or two, whatever the length of its fact.
// Pictures: docs/formats/model.md. Plain values.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "history/fact_key.h"
#include "history/moment.h"
#include "tenure/result.h"

namespace tenure::history {

inline constexpr std::uint8_t kInForceFlag = 1;    // in the fold of everything projected
inline constexpr std::uint8_t kContestedFlag = 2;  // has other copies, or somebody retracts it: ask its name
inline constexpr std::uint8_t kCanonicalFlag = 4;  // the copy that counts, in force or retracted
inline constexpr std::uint8_t kPlainFlags = kInForceFlag | kCanonicalFlag;  // of an event that came once and that nobody retracts

// One copy of one event, as the fact sees it. `payload` lies in the row that it was read from.
struct EventSeen {
  Moment at;
  std::uint8_t flags = 0;
  std::string_view payload;
};
struct PieceSeen {
  Interval span;
  std::string_view value;  // as PackPiece gives it
};
struct LeafSeen {
  bool more = false;        // of the first leaf: there are others
  bool checkpoint = false;  // of the first leaf: the fact has one
  std::vector<EventSeen> events;
  std::vector<PieceSeen> pieces;  // none if there are other leaves
};
// Errors: model_corrupt.
Result<LeafSeen> ReadLeaf(std::string_view value);

// The same with bytes of its own, to be changed and written.
struct LeafEvent {
  Moment at;
  std::uint8_t flags = 0;
  std::string payload;
};
struct LeafPiece {
  Interval span;
  std::string value;
  friend bool operator==(const LeafPiece&, const LeafPiece&) = default;
};
struct Leaf {
  bool more = false, checkpoint = false;
  std::vector<LeafEvent> events;
  std::vector<LeafPiece> pieces;
};
Leaf OwnLeaf(const LeafSeen& seen);
std::string PackLeaf(const Leaf& leaf);

// One event in sixteen, by its order of record, which nobody chooses.
bool BeginsLeaf(const Order& order);

// The least and the greatest moment of a time.
Moment FirstOf(EffectiveTime time);
Moment LastOf(EffectiveTime time);

// The first leaf's key is the fact's prefix, so that it is found without knowing where it begins.
std::string LeafKey(const FactKey& fact);
std::string LeafKey(const FactKey& fact, const Moment& begin);
struct LeafKeyParts {
  FactKey fact;
  std::optional<Moment> begin;  // nothing: the first
};
std::optional<LeafKeyParts> ParseLeafKey(std::string_view key);

// The piece of a long fact that begins at `from`: key, and value without its beginning.
std::string PieceKey(const FactKey& fact, EffectiveTime from);
std::string PackPieceRow(const LeafPiece& piece);
Result<LeafPiece> ReadPieceRow(const FactKey& fact, std::string_view key, std::string_view value);

}  // namespace tenure::history
