#include "history/interval_rows.h"

#include "event/codec.h"

namespace tenure::history {

Hash256 IntervalTuple(const FactKey& fact, const Piece& piece) {
  const Interval span = SpanOf(piece);
  return event::Sha256(
      KeyWriter().Raw("i").Raw(FactPrefix(fact)).Time(span.from.us).Time(span.until.us).Raw(PackPieceAlone(piece)).Take());
}

std::vector<ObjectKey> ObjectsOfPiece(const Piece& piece) {
  if (auto* m = std::get_if<MembershipPiece>(&piece)) return {{ObjectSide::kGroup, m->group}};
  auto* g = std::get_if<GrantPiece>(&piece);
  if (g == nullptr) return {};
  if (!g->terms.role.empty()) return {{ObjectSide::kRole, g->terms.role}};
  GrantIssued as_event;
  as_event.permissions = g->terms.permissions;
  return ObjectsOf(as_event);
}

}  // namespace tenure::history
