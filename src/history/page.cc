#include "history/page.h"

#include <array>

#include "history/bytes.h"

namespace tenure::history {
namespace {

constexpr std::array<std::string_view, 5> kKinds{"standing", "jit", "break_glass", "delegated", ""};
constexpr std::uint8_t kDelegatedKind = 3, kOtherKind = 255;
constexpr std::array<std::string_view, 9> kEndedHow{"",        "expired",           "revoked", "reissued",    "retired",
                                                    "removed", "role_reincarnated", "readded", "reincarnated"};

template <std::size_t N>
std::optional<std::uint8_t> NumberOf(const std::array<std::string_view, N>& words, std::string_view word) {
  for (std::size_t i = 0; i < N; ++i)
    if (words[i] == word) return static_cast<std::uint8_t>(i);
  return std::nullopt;
}

tl::unexpected<Error> Corrupt() {
  return Fail("model_corrupt", "an interval row of the read model cannot be read", "run `tenure rebuild`", Blame::kFault);
}

std::optional<Position> Maybe(const Position& position) {
  return position.offset < 0 ? std::nullopt : std::optional<Position>(position);
}

std::size_t BytesOf(const Permission& permission) {
  std::size_t bytes = sizeof(Permission) + permission.condition.capacity();
  for (const auto& text : permission.actions) bytes += sizeof(text) + text.capacity();
  for (const auto& text : permission.resources) bytes += sizeof(text) + text.capacity();
  return bytes;
}

}  // namespace

Status Page::Add(const IntervalParts& row, std::string_view value, Names& names) {
  const auto fact = ParseFactRest(row.rest);
  if (!fact) return Corrupt();
  auto piece = UnpackPiece(*fact, row.span, value);
  if (!piece) return tl::unexpected(piece.error());
  if (auto* identity = std::get_if<IdentityPiece>(&*piece)) {
    AddIdentity(row, *identity);
  } else if (auto* grant = std::get_if<GrantPiece>(&*piece)) {
    if (!NumberOf(kEndedHow, grant->ended_how)) return Corrupt();
    AddGrant(row, std::move(*grant), names);
  } else if (auto* member = std::get_if<MembershipPiece>(&*piece)) {
    const auto how = NumberOf(kEndedHow, member->ended_how);
    if (!how) return Corrupt();
    memberships.Add(
        row.cls, row.span,
        {member->added, member->ended_by.value_or(kNoPosition), names.Add(member->member), names.Add(member->group), *how});
  } else if (auto* role = std::get_if<RolePiece>(&*piece)) {
    for (const auto& permission : *role->permissions) assume = assume || NamesAssume(permission);
    roles.Add(row.cls, row.span, std::move(*role));
  }
  return {};
}

void Page::AddIdentity(const IntervalParts& row, const IdentityPiece& piece) {
  identities.Add(row.cls, row.span,
                 {piece.expires_at, piece.incarnation, static_cast<std::uint32_t>(causes_.size()),
                  static_cast<std::uint32_t>(texts_.size()), piece.status, piece.registered_and_not_retired, piece.boundary});
  causes_.insert(causes_.end(), piece.causes.begin(), piece.causes.end());
  texts_ += ValueWriter().Str(piece.owner).Str(piece.environment).Str(piece.display_name).Take();
}

void Page::AddGrant(const IntervalParts& row, GrantPiece piece, Names& names) {
  GrantTerms& terms = piece.terms;
  any_inline = any_inline || terms.role.empty();
  const auto kind = NumberOf(kKinds, terms.kind);
  std::uint32_t extra = kNothing;
  if (!kind || !terms.condition.empty() || !terms.delegator.empty() || !terms.permissions.empty() || terms.not_before) {
    extra = static_cast<std::uint32_t>(extras_.size());
    extras_.push_back({kind ? "" : terms.kind, std::move(terms.condition), std::move(terms.delegator),
                       std::move(terms.permissions), terms.not_before});
  }
  const auto grant_at = static_cast<std::uint32_t>(texts_.size());
  texts_ += piece.grant;
  const auto scope_at = static_cast<std::uint32_t>(texts_.size());
  texts_ += terms.scope;
  grants.Add(row.cls, row.span,
             {piece.issued, piece.ended_by.value_or(kNoPosition), terms.expires_at.value_or(kForever), names.Add(piece.principal),
              terms.role.empty() ? kNoName : names.Add(terms.role), grant_at, scope_at, extra, kind.value_or(kOtherKind),
              NumberOf(kEndedHow, piece.ended_how).value_or(0)});
}

void Page::TakeGrant(const Page& from, std::size_t i, EffectiveTime t) {
  Grant row = from.grants.At(i);
  const std::string_view id = from.GrantId(i), scope = from.Scope(i);
  row.grant = static_cast<std::uint32_t>(texts_.size());
  texts_.append(id);
  row.scope = static_cast<std::uint32_t>(texts_.size());
  texts_.append(scope);
  if (const GrantExtra* extra = from.Extra(i)) {
    row.extra = static_cast<std::uint32_t>(extras_.size());
    extras_.push_back(*extra);
  }
  any_inline = any_inline || row.role == kNoName;
  grants.Add(ClassOf({t, {t.us + 1}}), {t, {t.us + 1}}, row);
}

void Page::TakeMembership(const Page& from, std::size_t i, EffectiveTime t) {
  memberships.Add(ClassOf({t, {t.us + 1}}), {t, {t.us + 1}}, from.memberships.At(i));
}

void Page::Take(const IdentityPiece& piece, EffectiveTime t) {
  const Interval span{t, {t.us + 1}};
  AddIdentity({ClassOf(span), span, {}}, piece);
}

void Page::Take(const RolePiece& piece, EffectiveTime t) {
  const Interval span{t, {t.us + 1}};
  roles.Add(ClassOf(span), span, piece);
}

std::uint32_t Page::File(GrantPiece piece, Names& names) {
  AddGrant({0, {}, {}}, std::move(piece), names);
  return static_cast<std::uint32_t>(grants.Size()) - 1;
}

std::uint32_t Page::File(const MembershipPiece& piece, Names& names) {
  memberships.Add(0, {}, {piece.added, kNoPosition, names.Add(piece.member), names.Add(piece.group), 0});
  return static_cast<std::uint32_t>(memberships.Size()) - 1;
}

void Page::Finish() {
  identities.Shrink(), grants.Shrink(), memberships.Shrink(), roles.Shrink();
  texts_.shrink_to_fit(), causes_.shrink_to_fit(), extras_.shrink_to_fit();
  if (static_cast<std::ptrdiff_t>(grants.Size()) <= kReadThrough) return;
  by_scope_.reserve(grants.Size());
  const Permission subtree;
  for (std::size_t i = 0; i < grants.Size(); ++i)
    by_scope_.push_back({std::hash<std::string_view>{}(AnchorOf(subtree, Scope(i))), static_cast<std::uint32_t>(i)});
  std::sort(by_scope_.begin(), by_scope_.end(),
            [](const Scoped& a, const Scoped& b) { return a.hash != b.hash ? a.hash < b.hash : a.row < b.row; });
}

bool Page::Delegated(std::size_t i) const { return grants.At(i).kind == kDelegatedKind; }

std::vector<Position> Page::CausesOf(std::size_t i) const {
  const std::size_t end = i + 1 < identities.Size() ? identities.At(i + 1).causes : causes_.size();
  return {causes_.begin() + static_cast<std::ptrdiff_t>(identities.At(i).causes),
          causes_.begin() + static_cast<std::ptrdiff_t>(end)};
}

IdentityPiece Page::IdentityAt(std::size_t i) const {
  const Identity& row = identities.At(i);
  IdentityPiece piece;
  piece.span = identities.Span(i);
  piece.status = row.status;
  piece.incarnation = row.incarnation;
  piece.registered_and_not_retired = row.registered_and_not_retired;
  piece.boundary = row.boundary;
  Reader texts(std::string_view(texts_).substr(row.texts));
  piece.owner = texts.Str();
  piece.environment = texts.Str();
  piece.display_name = texts.Str();
  piece.expires_at = row.expires_at;
  piece.causes = CausesOf(i);
  return piece;
}

GrantPiece Page::GrantAt(std::size_t i, const Names& names) const {
  const Grant& row = grants.At(i);
  GrantPiece piece;
  piece.principal = names.Text(row.principal);
  piece.grant = GrantId(i);
  piece.live = grants.Span(i);
  piece.issued = row.issued;
  piece.ended_by = Maybe(row.ended_by);
  piece.ended_how = kEndedHow[row.ended_how];
  if (row.role != kNoName) piece.terms.role = names.Text(row.role);
  piece.terms.scope = Scope(i);
  if (row.kind != kOtherKind) piece.terms.kind = kKinds[row.kind];
  if (row.expires_at != kForever) piece.terms.expires_at = row.expires_at;
  if (const GrantExtra* extra = Extra(i)) {
    if (row.kind == kOtherKind) piece.terms.kind = extra->kind;
    piece.terms.condition = extra->condition;
    piece.terms.delegator = extra->delegator;
    piece.terms.permissions = extra->permissions;
    piece.terms.not_before = extra->not_before;
  }
  return piece;
}

MembershipPiece Page::MembershipAt(std::size_t i, const Names& names) const {
  const Membership& row = memberships.At(i);
  return {names.Text(row.member), names.Text(row.group),
          memberships.Span(i),    row.added,
          Maybe(row.ended_by),    std::string(kEndedHow[row.ended_how])};
}

std::optional<std::size_t> Page::IdentityIndexAt(EffectiveTime t) const {
  std::optional<std::size_t> found;
  identities.Each({t, {t == kForever ? t.us : t.us + 1}}, [&](std::size_t i) { return found = i, false; });
  return found;
}

std::size_t Page::SizeBytes() const {
  std::size_t bytes = sizeof(Page) + identities.SizeBytes() + grants.SizeBytes() + memberships.SizeBytes() + roles.SizeBytes();
  bytes += texts_.capacity() + causes_.capacity() * sizeof(Position) + by_scope_.capacity() * sizeof(Scoped);
  for (const auto& extra : extras_) {
    bytes += sizeof(extra) + extra.kind.capacity() + extra.condition.capacity() + extra.delegator.capacity();
    for (const auto& permission : extra.permissions) bytes += BytesOf(permission);
  }
  for (std::size_t i = 0; i < roles.Size(); ++i)
    for (const auto& permission : *roles.At(i).permissions) bytes += BytesOf(permission);
  return bytes;
}

}  // namespace tenure::history
