#include "history/folder.h"

#include <algorithm>

#include "event/codec.h"

namespace tenure::history {
namespace {

tl::unexpected<Error> CorruptEvent() {
  return Fail("model_corrupt", "an event row of the read model cannot be read", "run `tenure rebuild`", Blame::kFault);
}

}  // namespace

Cursor& Folder::EventCursor() {
  if (!cursor_) cursor_ = rows_.Scan(Family::kEvent);
  return *cursor_;
}

Result<bool> Folder::Stands(const Moment& at, const EventRow& row) {
  if (v_ == nullptr) return (row.flags & kInForceFlag) != 0;
  if (!v_->Holds(at.order.position)) return false;
  if (!(row.flags & kContestedFlag)) return true;
  auto copy = settlement_->Canonical(row.name);
  if (!copy) return tl::unexpected(copy.error());
  if (!*copy || (*copy)->order.position != at.order.position) return false;
  return settlement_->InForce(row.name);
}

Result<std::vector<Assertion>> Folder::Load(const FactKey& fact, EffectiveTime from) {
  std::vector<Assertion> out;
  const std::string prefix = FactPrefix(fact);
  Cursor& c = EventCursor();
  for (c.Seek(PieceKey(fact, from)); c.ValidWithin(prefix); c.Next()) {
    Reader key(c.Key().substr(prefix.size()));
    const Moment at = key.AtMoment();
    const auto row = ParseEvent(c.Value());
    if (!row || !key.Ok()) return CorruptEvent();
    auto stands = Stands(at, *row);
    if (!stands) return tl::unexpected(stands.error());
    if (!*stands) continue;
    auto payload = event::UnpackPayload(row->payload);
    if (!payload) return tl::unexpected(payload.error());
    out.push_back({at, std::move(*payload)});
  }
  if (auto health = c.Health(); !health) return tl::unexpected(health.error());
  return out;
}

Result<bool> Folder::AnyUnder(std::string_view prefix) {
  return AnyUnder(prefix, [](const EventKeyParts&) -> Result<bool> { return true; });
}

Result<bool> Folder::AnyUnder(std::string_view prefix, const Counts& counts) {
  auto c = rows_.Scan(Family::kEvent);
  for (c->Seek(prefix); c->ValidWithin(prefix); c->Next()) {
    const auto parts = ParseEventKey(c->Key());
    const auto row = ParseEvent(c->Value());
    if (!row || !parts) return CorruptEvent();
    auto stands = Stands(parts->at, *row);
    if (!stands) return stands;
    if (!*stands) continue;
    auto count = counts(*parts);
    if (!count || *count) return count;
  }
  if (auto health = c->Health(); !health) return tl::unexpected(health.error());
  return false;
}

Result<bool> Folder::AnyRow(std::string_view prefix) {
  Cursor& c = EventCursor();
  c.Seek(prefix);
  if (auto health = c.Health(); !health) return tl::unexpected(health.error());
  return c.ValidWithin(prefix);
}

// What the last batch kept of the current incarnations; nothing kept means none began and nothing ended all.
Result<std::optional<Incarnations>> Folder::Kept(std::string_view ref) {
  auto bytes = rows_.Get(Family::kMeta, IncarnationsKey(ref));
  if (!bytes) return tl::unexpected(bytes.error());
  if (!*bytes) return std::nullopt;
  return UnpackIncarnations(**bytes);
}

Result<Incarnations> Folder::OfIdentity(const std::string& ref) {
  if (auto it = identities_.find(ref); it != identities_.end()) return it->second;
  if (v_ == nullptr) {
    auto kept = Kept(ref);
    if (!kept) return tl::unexpected(kept.error());
    return identities_[ref] = kept->value_or(Incarnations{});
  }
  auto events = Load({ref, FactKind::kIdentity, ""});
  if (!events) return tl::unexpected(events.error());
  return identities_[ref] = IncarnationsOfIdentity(*events);
}

Result<Incarnations> Folder::OfRole(const std::string& role) {
  if (auto it = roles_.find(role); it != roles_.end()) return it->second;
  if (v_ == nullptr) {
    auto kept = Kept(role);
    if (!kept) return tl::unexpected(kept.error());
    return roles_[role] = kept->value_or(Incarnations{});
  }
  auto events = Load({role, FactKind::kRole, ""});
  if (!events) return tl::unexpected(events.error());
  return roles_[role] = IncarnationsOfRole(*events);
}

// The revokes by role that can end this grant: of the roles that its terms name, not before its first issue.
Result<std::vector<Assertion>> Folder::RoleRevokesFor(const std::string& principal, const std::vector<Assertion>& events) {
  const auto first = std::find_if(events.begin(), events.end(),
                                  [](const Assertion& a) { return std::holds_alternative<GrantIssued>(a.payload); });
  const EffectiveTime from = first == events.end() ? kForever : first->at.time;
  std::vector<Assertion> all;
  for (const auto& role : RolesOf(events)) {
    auto revokes = Load({principal, FactKind::kRoleRevoke, role}, from);
    if (!revokes) return revokes;
    std::move(revokes->begin(), revokes->end(), std::back_inserter(all));
  }
  std::sort(all.begin(), all.end(), [](const Assertion& a, const Assertion& b) { return a.at < b.at; });
  return all;
}

Result<std::vector<Piece>> Folder::FoldGrantFact(const FactKey& fact, const std::vector<Assertion>& events) {
  auto principal = OfIdentity(fact.subject);
  if (!principal) return tl::unexpected(principal.error());
  auto revokes = RoleRevokesFor(fact.subject, events);
  if (!revokes) return tl::unexpected(revokes.error());
  for (const auto& name : RolesOf(events))
    if (auto role = OfRole(name); !role) return tl::unexpected(role.error());
  const auto of_role = [this](const std::string& role) -> const Incarnations& { return roles_[role]; };
  return AsPieces(FoldGrant(fact.subject, fact.object, events, *revokes, *principal, of_role));
}

Result<std::vector<Piece>> Folder::Fold(const FactKey& fact) {
  auto events = Load(fact);
  if (!events) return tl::unexpected(events.error());
  return FoldEvents(fact, *events);
}

Result<std::vector<Piece>> Folder::FoldEvents(const FactKey& fact, const std::vector<Assertion>& events) {
  if (events.empty()) return std::vector<Piece>{};
  switch (fact.kind) {
    case FactKind::kIdentity:
      return AsPieces(FoldIdentity(events));
    case FactKind::kRole:
      return AsPieces(FoldRole(events));
    case FactKind::kGrant:
      return FoldGrantFact(fact, events);
    case FactKind::kCredential: {
      auto identity = OfIdentity(fact.subject);
      if (!identity) return tl::unexpected(identity.error());
      return AsPieces(FoldCredential(fact.object, events, *identity));
    }
    case FactKind::kMembership: {
      auto member = OfIdentity(fact.subject);
      if (!member) return tl::unexpected(member.error());
      auto group = OfIdentity(fact.object);
      if (!group) return tl::unexpected(group.error());
      return AsPieces(FoldMembership(fact.subject, fact.object, events, *member, *group));
    }
    default:
      return std::vector<Piece>{};
  }
}

Result<std::vector<FactKey>> Folder::FactsOfKind(std::string_view subject, FactKind kind) {
  std::vector<FactKey> out;
  const std::string prefix = FactPrefix(subject, kind);
  auto c = rows_.Scan(Family::kEvent);
  for (c->Seek(prefix); c->ValidWithin(prefix);) {
    Reader r(c->Key().substr(prefix.size()));
    out.push_back({std::string(subject), kind, r.Text()});
    if (!r.Ok()) return CorruptEvent();
    c->Seek(FactPrefix(out.back()) + '\xff');  // past the fact's events: no time begins with ff ff..., see EventKey
  }
  if (auto health = c->Health(); !health) return tl::unexpected(health.error());
  return out;
}

Result<std::vector<FactKey>> Folder::FactsUnder(const ObjectKey& object) {
  std::vector<FactKey> out;
  const std::string prefix = LinkPrefix(object);
  auto c = rows_.Scan(Family::kObject);
  for (c->Seek(prefix); c->ValidWithin(prefix); c->Next()) {
    auto fact = ParseFactRest(c->Key().substr(prefix.size()));
    if (!fact) return CorruptEvent();
    out.push_back(std::move(*fact));
  }
  if (auto health = c->Health(); !health) return tl::unexpected(health.error());
  return out;
}

}  // namespace tenure::history
