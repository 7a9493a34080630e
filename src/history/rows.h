#pragma once
// Keys and values of the read model, each in one place. Pictures of the bytes: docs/formats/model.md.
#include <array>
#include <functional>
#include <iterator>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "history/bytes.h"
#include "history/database.h"
#include "history/fact_key.h"
#include "history/facts.h"

namespace tenure::history {

inline constexpr std::uint8_t kModelFormat = 2;

// First 16 bytes of SHA-256(source 00 id): duplicates are found by it, for ever.
using NameHash = std::array<std::uint8_t, 16>;
NameHash HashOf(const EventName& name);
std::string_view BytesOf(const NameHash& hash);

// --- record: position -> what the record said, or why it could not be read
struct StoredEvent {
  EventMeta meta;
  Hash256 content{};
  Payload payload;
  std::vector<EventName> supersedes;
};
struct StoredDeadLetter {
  RecordedTime recorded;
  std::string reason, text, record_key, data_key;
  std::optional<EventName> name;
  std::optional<EventType> type;
  OptionalTime time;
  bool carries_supersedes = false;
};
using StoredRecord = std::variant<StoredEvent, StoredDeadLetter>;
std::string RecordKey(const Position& position);
std::string PackRecord(const StoredEvent& event, std::string_view payload);  // `payload`: packed
std::string PackRecord(const StoredDeadLetter& letter);
Result<StoredRecord> UnpackRecord(const Position& position, std::string_view value);
// The record at a position; nothing where none is projected.
Result<std::optional<StoredRecord>> ReadRecord(const Rows& rows, const Position& position);

// --- name: hash -> copies, ascending by order of record, and who may have retracted it
struct Copy {
  Order order;
  Hash256 content{};
  EventType type = EventType::kIdentityRegistered;
};
struct NameRow {
  std::vector<Copy> copies;
  std::vector<NameHash> retractors;  // events that name it as a target; their right to is checked when it is used
  bool Contested() const { return copies.size() > 1 || !retractors.empty(); }
};
std::string PackName(const NameRow& row);
Result<NameRow> UnpackName(std::string_view value);

// --- fact: leaves of events and pieces (leaf.h)
std::string FactPrefix(const FactKey& fact);
std::string FactPrefix(std::string_view subject);                 // all facts of a subject
std::string FactPrefix(std::string_view subject, FactKind kind);  // all of one kind

// --- pieces
using Piece = std::variant<IdentityPiece, CredentialPiece, RolePiece, GrantPiece, MembershipPiece>;
template <class P>
std::vector<Piece> AsPieces(std::vector<P> pieces) {
  return {std::make_move_iterator(pieces.begin()), std::make_move_iterator(pieces.end())};
}
Interval SpanOf(const Piece& piece);
std::string PackPiece(const Piece& piece);
// Without log positions: the same events give the same bytes on any log.
std::string PackPieceAlone(const Piece& piece);
// `fact` gives the names that the value leaves out.
Result<Piece> UnpackPiece(const FactKey& fact, Interval span, std::string_view value);

// Interval rows: prefix, class, until, from, rest. class = ceil(log2(length)), 255 for an open end: a window reads one range a class.
std::uint8_t ClassOf(Interval span);
std::string SubjectPrefix(std::string_view subject, FactKind kind);
std::string ObjectPrefix(const ObjectKey& object);
std::string IntervalKey(std::string_view prefix, Interval span, std::string_view rest);
// No row of the class that ends later overlaps a window ending at `window_until`: it would have to begin inside.
EffectiveTime LastEnd(std::uint8_t cls, EffectiveTime window_until);
struct IntervalParts {
  std::uint8_t cls;
  Interval span;
  std::string_view rest;
};
std::optional<IntervalParts> ParseInterval(std::string_view prefix, std::string_view key);
// Rows of a prefix whose span overlaps the window, a class at a time; `each` gets span, rest and value, and stops it with false.
Status EachInterval(const Rows& rows, Family family, const std::string& prefix, Interval window,
                    const std::function<bool(Interval, std::string_view, std::string_view)>& each);
// Rest of an interval row: the fact's subject, kind and object.
std::string FactRest(const FactKey& fact);
std::optional<FactKey> ParseFactRest(std::string_view rest);

// Facts by their other end, ended or not: candidates when the past is folded again.
std::string LinkPrefix(const ObjectKey& object);
std::string LinkKey(const ObjectKey& object, const FactKey& fact);

// --- meta: incarnations of an identity, group or role, kept only where there are any
std::string IncarnationsKey(std::string_view ref);
std::string PackIncarnations(const Incarnations& incarnations);
Incarnations UnpackIncarnations(std::string_view value);

// --- meta: where the fold of a long fact can be taken up again (checkpoint.h)
std::string CheckpointKey(const FactKey& fact);

// --- mention: who is named. A position only where the event names it in no fact.
std::string MentionKey(char kind, std::string_view ref, const std::optional<Position>& where);  // kind 'I' or 'R'
std::string MentionPrefix(char kind, std::string_view ref);

// --- horizon: plane, time, position -> name
std::string HorizonKey(Topic plane, EffectiveTime time, const Order& order);

// --- taint: what may be in doubt: 'd' position, 'c' name, 'r' position
std::string TaintKey(char kind, std::string_view what);

}  // namespace tenure::history
