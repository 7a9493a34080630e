// Pieces as values. Names that the fact's key holds are left out.
#include "event/codec.h"
#include "history/rows.h"

namespace tenure::history {
namespace {

void PutPositions(ValueWriter& w, const std::vector<Position>& ps) {
  w.Varint(ps.size());
  for (const auto& p : ps) w.At(p);
}
std::vector<Position> TakePositions(Reader& r) {
  std::vector<Position> out;
  for (auto n = r.Varint(); n > 0 && r.Ok(); --n) out.push_back(r.At());
  return out;
}

struct Pack {
  ValueWriter& w;
  bool positions;

  void At(const Position& p) const { w.At(positions ? p : Position{}); }
  void MaybeAt(const std::optional<Position>& p) const { w.MaybeAt(positions ? p : std::nullopt); }
  void Causes(const std::vector<Position>& ps) const { PutPositions(w, positions ? ps : std::vector<Position>{}); }
  void operator()(const IdentityPiece& p) const {
    w.Byte(static_cast<std::uint8_t>(p.status)).Varint(static_cast<std::uint64_t>(p.incarnation));
    w.Byte(static_cast<std::uint8_t>(p.registered_and_not_retired | p.boundary << 1));
    w.Str(p.owner).Str(p.environment).Str(p.display_name).MaybeTime(p.expires_at);
    Causes(p.causes);
  }
  void operator()(const CredentialPiece& p) const {
    w.Byte(p.live).Str(p.kind).Str(p.fingerprint).Str(p.replaced_by);
    w.MaybeTime(p.not_before).MaybeTime(p.expires_at).MaybeTime(p.compromised_at);
    Causes(p.causes);
  }
  void operator()(const RolePiece& p) const {
    w.Byte(static_cast<std::uint8_t>(p.state)).Varint(static_cast<std::uint64_t>(p.incarnation)).Byte(p.ever_defined);
    MaybeAt(p.defined_by), MaybeAt(p.retired_by);
    w.Str(event::PackPayload(RoleDefined{{}, *p.permissions, {}}));
  }
  void operator()(const GrantPiece& p) const {
    At(p.issued), MaybeAt(p.ended_by);
    w.Str(p.ended_how);
    const auto& t = p.terms;
    GrantIssued e{{}, {}, t.role, t.permissions, t.scope, t.kind, t.not_before, t.expires_at, t.condition, {}, {}, t.delegator};
    w.Str(event::PackPayload(e));
  }
  void operator()(const MembershipPiece& p) const {
    At(p.added), MaybeAt(p.ended_by);
    w.Str(p.ended_how);
  }
};

IdentityPiece TakeIdentity(Reader& r, Interval span) {
  IdentityPiece p;
  p.span = span;
  p.status = static_cast<IdentityStatus>(r.Byte());
  p.incarnation = static_cast<std::int32_t>(r.Varint());
  const auto flags = r.Byte();
  p.registered_and_not_retired = flags & 1;
  p.boundary = flags & 2;
  p.owner = r.Str();
  p.environment = r.Str();
  p.display_name = r.Str();
  p.expires_at = r.MaybeTime();
  p.causes = TakePositions(r);
  return p;
}

CredentialPiece TakeCredential(Reader& r, const FactKey& fact, Interval span) {
  CredentialPiece p;
  p.credential = fact.object;
  p.span = span;
  p.live = r.Byte() != 0;
  p.kind = r.Str();
  p.fingerprint = r.Str();
  p.replaced_by = r.Str();
  p.not_before = r.MaybeTime();
  p.expires_at = r.MaybeTime();
  p.compromised_at = r.MaybeTime();
  p.causes = TakePositions(r);
  return p;
}

Result<Piece> TakeRole(Reader& r, Interval span) {
  RolePiece p;
  p.span = span;
  p.state = static_cast<RoleState>(r.Byte());
  p.incarnation = static_cast<std::int32_t>(r.Varint());
  p.ever_defined = r.Byte() != 0;
  p.defined_by = r.MaybeAt();
  p.retired_by = r.MaybeAt();
  auto payload = event::UnpackPayload(r.View());
  if (!payload) return tl::unexpected(payload.error());
  auto* defined = std::get_if<RoleDefined>(&*payload);
  p.permissions =
      std::make_shared<std::vector<Permission>>(defined ? std::move(defined->permissions) : std::vector<Permission>{});
  return p;
}

Result<Piece> TakeGrant(Reader& r, const FactKey& fact, Interval span) {
  GrantPiece p;
  p.principal = fact.subject;
  p.grant = fact.object;
  p.live = span;
  p.issued = r.At();
  p.ended_by = r.MaybeAt();
  p.ended_how = r.Str();
  auto payload = event::UnpackPayload(r.View());
  if (!payload) return tl::unexpected(payload.error());
  auto* e = std::get_if<GrantIssued>(&*payload);
  if (e != nullptr)
    p.terms = {e->role, std::move(e->permissions), e->scope, e->kind, e->condition, e->delegator, e->not_before, e->expires_at};
  return p;
}

MembershipPiece TakeMembership(Reader& r, const FactKey& fact, Interval span) {
  MembershipPiece p;
  p.member = fact.subject;
  p.group = fact.object;
  p.live = span;
  p.added = r.At();
  p.ended_by = r.MaybeAt();
  p.ended_how = r.Str();
  return p;
}

Result<Piece> Take(Reader& r, const FactKey& fact, Interval span) {
  switch (fact.kind) {
    case FactKind::kIdentity:
      return TakeIdentity(r, span);
    case FactKind::kCredential:
      return TakeCredential(r, fact, span);
    case FactKind::kRole:
      return TakeRole(r, span);
    case FactKind::kGrant:
      return TakeGrant(r, fact, span);
    default:
      return TakeMembership(r, fact, span);
  }
}

}  // namespace

Interval SpanOf(const Piece& piece) {
  return std::visit(
      [](const auto& p) {
        if constexpr (requires { p.span; }) return p.span;
        else return p.live;
      },
      piece);
}

std::string PackPiece(const Piece& piece) {
  ValueWriter w;
  std::visit(Pack{w, true}, piece);
  return w.Take();
}

std::string PackPieceAlone(const Piece& piece) {
  ValueWriter w;
  std::visit(Pack{w, false}, piece);
  return w.Take();
}

Result<Piece> UnpackPiece(const FactKey& fact, Interval span, std::string_view value) {
  Reader r(value);
  auto piece = Take(r, fact, span);
  if (piece && !r.Ok())
    return Fail("model_corrupt", "a piece of the read model cannot be read", "run `tenure rebuild`", Blame::kFault);
  return piece;
}

}  // namespace tenure::history
